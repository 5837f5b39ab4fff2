import type { Purpose } from '@changhui/rules/gate'

/** A text that ships with the product, for every channel alike; a store's own versions stand over it. */
export interface DefaultTemplate {
  readonly key: string
  readonly zh: string
  readonly en: string
  readonly purpose: Purpose
  /** Of an e-mail. */
  readonly subject: string
  readonly body: string
}

const reminder = (key: string, zh: string, en: string, subject: string, body: string): DefaultTemplate => ({
  key,
  zh,
  en,
  purpose: 'reminder',
  subject,
  body,
})

/**
 * One short text a programme: what programmes of messages send, and what is left to say after the last call that was not answered
 * (CARE-14). The key is the programme's.
 */
export const defaultTemplates: readonly DefaultTemplate[] = [
  reminder(
    'first-service',
    '首次保养',
    'First service',
    '首次保养提醒',
    '{{称呼}}您好，您的{{车型}}首次保养预计{{到期日}}到期，我们致电未能接通。预约请致电{{门店电话}}。',
  ),
  reminder(
    'second-service',
    '二次保养',
    'Second service',
    '第二次保养提醒',
    '{{称呼}}您好，您的{{车型}}第二次保养预计{{到期日}}到期，我们致电未能接通。预约请致电{{门店电话}}。',
  ),
  reminder(
    'regular-service',
    '定期保养',
    'Regular service',
    '保养提醒',
    '{{称呼}}您好，您的{{车牌}}预计{{到期日}}到保养时间，我们致电未能接通。预约请致电{{门店电话}}。',
  ),
  reminder(
    'proactive-booking',
    '主动预约',
    'Proactive booking',
    '保养预约',
    '{{称呼}}您好，您的{{车牌}}预计{{到期日}}到保养时间。提前预约免等候，请致电{{门店电话}}。',
  ),
  reminder(
    'warranty-expiry',
    '保修到期',
    'Warranty expiry',
    '质保到期提醒',
    '{{称呼}}您好，您的{{车牌}}质保将于{{到期日}}到期，建议到期前做一次全面检查。预约请致电{{门店电话}}。',
  ),
  reminder(
    'inspection',
    '年检',
    'Annual inspection',
    '年检到期提醒',
    '{{称呼}}您好，您的{{车牌}}年检将于{{到期日}}到期。需要我们协助办理，请致电{{门店电话}}。',
  ),
  reminder(
    'insurance-renewal',
    '续保',
    'Insurance renewal',
    '保险到期提醒',
    '{{称呼}}您好，您的{{车牌}}车险将于{{到期日}}到期。续保报价与办理请致电{{门店电话}}。',
  ),
  {
    key: 'birthday',
    zh: '生日关怀',
    en: 'Birthday',
    purpose: 'greeting',
    subject: '生日快乐',
    body: '{{称呼}}，{{门店}}祝您生日快乐，平安顺遂！{{提示}}。',
  },
  {
    key: 'birthday-message',
    zh: '生日祝福（不打电话时）',
    en: 'Birthday without a call',
    purpose: 'greeting',
    subject: '生日快乐',
    body: '{{称呼}}，{{门店}}祝您生日快乐，平安顺遂！{{提示}}。',
  },
  {
    key: 'festival',
    zh: '节日关怀',
    en: 'Festivals',
    purpose: 'greeting',
    subject: '节日问候',
    body: '{{称呼}}，值此{{节日}}，{{门店}}全体同事{{提示}}',
  },
  {
    key: 'weather',
    zh: '特殊天气关怀',
    en: 'Special weather',
    purpose: 'greeting',
    subject: '天气提醒',
    body: '{{称呼}}您好，{{天气}}，请谨慎驾驶。如需救援请致电{{门店电话}}。',
  },
  {
    key: 'use-tips',
    zh: '用车提醒',
    en: 'Tips for use',
    purpose: 'greeting',
    subject: '用车提示',
    body: '{{称呼}}您好，{{用车提示}}。如有疑问请致电{{门店电话}}。',
  },
  {
    key: 'waiting-new-car',
    zh: '待交车关怀',
    en: 'Waiting for the new car',
    purpose: 'progress',
    subject: '新车进度',
    body: '{{称呼}}您好，您订购的{{车型}}，{{用车提示}}。如有疑问请致电{{门店电话}}。',
  },
  {
    key: 'new-car-invitation',
    zh: '交车邀约',
    en: 'Invitation to the delivery',
    purpose: 'progress',
    subject: '交车邀约',
    body: '{{称呼}}您好，您订购的{{车型}}预计{{到期日}}可以交车，我们致电未能接通。交车时间请致电{{门店电话}}。',
  },
  {
    key: 'welcome',
    zh: '新车主欢迎',
    en: 'Welcome at delivery',
    purpose: 'greeting',
    subject: '欢迎您',
    body: '{{称呼}}您好，感谢您选择{{门店}}。用车有任何问题，请随时致电{{门店电话}}。',
  },
  {
    key: 'owner-class',
    zh: '新车主讲堂邀请',
    en: 'Owner class invitation',
    purpose: 'reminder',
    subject: '车主课堂',
    body: '{{称呼}}您好，诚邀您参加{{活动时间}}在{{活动地点}}举行的{{活动名称}}，报名请致电{{门店电话}}。',
  },
  {
    key: 'appointment',
    zh: '预约确认',
    en: 'Appointment',
    purpose: 'appointment',
    subject: '预约确认',
    body: '{{称呼}}您好，您的{{车牌}}已预约{{预约时间}}到{{门店}}，如需更改请致电{{门店电话}}。',
  },
  {
    key: 'notice',
    zh: '一般通知',
    en: 'General notice',
    purpose: 'reminder',
    subject: '通知',
    body: '{{称呼}}您好，{{门店}}营业时间有临时调整，来店前请致电{{门店电话}}确认。',
  },
]

const byKey = new Map(defaultTemplates.map((one) => [one.key, one]))

/** The shipped text of a key; undefined for a text of the store's own. */
export function defaultTemplate(key: string): DefaultTemplate | undefined {
  return byKey.get(key)
}
