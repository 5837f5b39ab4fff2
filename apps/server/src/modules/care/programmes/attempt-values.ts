import type { AttemptPolicy } from '@changhui/rules/attemptPolicy'
import type { ProgrammeValue, ProgrammeValues } from '../engine/programme.ts'

/** The values of the attempt policy (CARE-14), the same in every programme that calls. */
export const attemptValues: readonly ProgrammeValue[] = [
  {
    key: 'tries',
    default: 3,
    min: 1,
    max: 6,
    zh: '未接通时拨打次数',
    en: 'Calls when nobody answers',
    source: 'CARE-14',
  },
  {
    key: 'withinDays',
    default: 3,
    min: 1,
    max: 14,
    unit: 'day',
    zh: '拨打分布在几天内',
    en: 'Calls spread over, days',
    source: 'CARE-14',
  },
  {
    key: 'distinctParts',
    default: true,
    zh: '每次在不同时段拨打',
    en: 'Each call in another part of the day',
    source: 'CARE-14',
  },
  {
    key: 'message',
    default: true,
    zh: '联系不上时发送消息',
    en: 'Send a message when nobody answers',
    source: 'CARE-14',
  },
  {
    key: 'fallback',
    default: 'sms',
    options: [
      { value: 'sms', zh: '短信优先', en: 'SMS first' },
      { value: 'wechat', zh: '微信优先', en: 'WeChat first' },
      { value: 'email', zh: '邮件优先', en: 'E-mail first' },
    ],
    zh: '这条消息先走哪个渠道（不通时换下一个）',
    en: 'Channel of that message (the next one where it fails)',
    source: 'CARE-14',
  },
  {
    key: 'doneWhen',
    default: 'told',
    options: [
      { value: 'told', zh: '已告知即完成', en: 'He was told' },
      { value: 'settled', zh: '须有预约、日期或不来的原因', en: 'Booked, a day, or a reason not to come' },
    ],
    zh: '接通后怎样算完成',
    en: 'What counts as done once he was reached',
    source: 'CARE-14',
  },
  {
    key: 'askAgainDays',
    default: 7,
    min: 1,
    max: 60,
    unit: 'day',
    zh: '未定下来时几天后再问',
    en: 'Nothing settled: asked again after, days',
    source: 'CARE-14',
  },
]

/** The same where no SMS provider takes the texts of the programme (MSG-04): the message goes by WeChat first. */
export const attemptValuesByWechat: readonly ProgrammeValue[] = attemptValues.map((value) =>
  value.key === 'fallback' ? { ...value, default: 'wechat', source: 'MSG-04' } : value,
)

/** Whether a programme's tasks are the customer's advisor's own, or anybody's in the care department (CARE-01). */
export const advisorValue: ProgrammeValue = {
  key: 'advisorCalls',
  default: true,
  zh: '由客户的服务顾问致电（关闭后由客服致电）',
  en: "Called by the customer's advisor (off: by care agents)",
  source: 'CARE-01',
}

const channels = ['sms', 'wechat', 'email'] as const

/** The policy the values stand for. */
export function attemptPolicy(values: ProgrammeValues): AttemptPolicy {
  return {
    tries: Number(values.tries),
    withinDays: Number(values.withinDays),
    dayCount: 'calendar',
    distinctParts: values.distinctParts === true,
    fallback: values.message === true ? (channels.find((one) => one === values.fallback) ?? 'sms') : 'none',
    done: values.doneWhen === 'settled' ? 'settled' : 'told',
    askAgainDays: Number(values.askAgainDays),
  }
}
