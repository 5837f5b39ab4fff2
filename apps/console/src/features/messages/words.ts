import type { formats } from '../../app/format.ts'
import type { Widen } from '../../app/i18n.tsx'
import { word } from '../../app/words.ts'

/** What becomes of messages, in words; for the outbox, the customer page and wherever one is told why. */
export const messageWords = {
  zh: {
    states: {
      queued: '待发送',
      sending: '发送中',
      sent: '已发送',
      delivered: '已送达',
      failed: '发送失败',
      dropped: '未发送',
    },
    providers: {
      embedded: '仅展示',
      aliyun: '阿里云短信',
      tencent: '腾讯云短信',
      wechat: '微信公众号',
      wecom: '企业微信',
      smtp: '邮件服务器',
    },
    /** Why not, as the end of a sentence. */
    reasons: {
      'do-not-disturb': '客户要求免打扰',
      'opted-out': '客户已退订或拒绝该渠道',
      'no-marketing-consent': '客户没有同意接收营销',
      'asked-already': '同一次进厂已经调查过',
      expired: '已过有效期',
      'would-expire': '等到可以发送时已经过期',
      'never-open': '按设置没有任何可联系的时间',
      'not-owed': '事由已经不存在',
      visited: '车辆已经进厂',
      booked: '客户已经预约',
      'vehicle-gone': '车辆已不在客户名下使用',
      'given-up': '人工放弃',
      'no-recipient': '没有可用的号码或地址',
      'no-channel': '门店没有接入该渠道',
      'text-incomplete': '消息内容缺少必要信息，没有其他渠道可达',
      'text-refused': '短信服务商不接受此内容，没有其他渠道可达，请致电',
      refused: '服务商拒绝',
      'no-answer': '服务商多次没有响应',
      'not-delivered': '服务商报告未送达',
      clear: '可以联系',
      'waited-for': '客户正在等待',
    },
    /** What it waits for. */
    holds: {
      'quiet-hours': '免扰时段',
      'marketing-hours': '营销免扰时段',
      closed: '门店未营业',
      cap: '已达到联系次数上限',
      'cool-down': '距上次联系太近',
      retry: '稍后重试',
      'not-before': '未到发送时间',
    },
    waits: (reason: string, until: string) => `${reason}，${until} 后再发`,
    soon: '即将发送',
  },
  en: {
    states: {
      queued: 'Waiting',
      sending: 'Being sent',
      sent: 'Sent',
      delivered: 'Delivered',
      failed: 'Failed',
      dropped: 'Not sent',
    },
    providers: {
      embedded: 'Shown only',
      aliyun: 'Aliyun SMS',
      tencent: 'Tencent SMS',
      wechat: 'WeChat account',
      wecom: 'WeCom',
      smtp: 'Mail server',
    },
    reasons: {
      'do-not-disturb': 'the customer does not want to be disturbed',
      'opted-out': 'the customer opted out or refused this channel',
      'no-marketing-consent': 'the customer never agreed to marketing',
      'asked-already': 'already surveyed about this visit',
      expired: 'no longer useful: its time had passed',
      'would-expire': 'its time would have passed before it could be sent',
      'never-open': 'the settings leave no hour to get in touch',
      'not-owed': 'the reason for it is gone',
      visited: 'the vehicle was here already',
      booked: 'the customer has booked already',
      'vehicle-gone': 'the customer no longer drives this vehicle',
      'given-up': 'given up by hand',
      'no-recipient': 'no usable number or address',
      'no-channel': 'the store has not set up this channel',
      'text-incomplete': 'a fact the text needs is not known, and no other channel reaches the customer',
      'text-refused': 'SMS providers refuse this text and no other channel reaches the customer: call instead',
      refused: 'refused by the provider',
      'no-answer': 'the provider did not answer several times',
      'not-delivered': 'reported as not delivered',
      clear: 'may be contacted',
      'waited-for': 'the customer is waiting for it',
    },
    holds: {
      'quiet-hours': 'quiet hours',
      'marketing-hours': 'no marketing at this hour',
      closed: 'the store is closed',
      cap: 'contacted as often as allowed',
      'cool-down': 'too soon after the last contact',
      retry: 'will be tried again',
      'not-before': 'its time has not come',
    },
    waits: (reason: string, until: string) => `${reason}, until ${until}`,
    soon: 'about to be sent',
  },
} as const

interface Said {
  readonly state: string
  readonly held: string | null
  readonly nextAt: string | null
  readonly reason: string | null
  readonly code: string | null
}

/** Why a message is not sent (yet); empty for one that is. */
export function whyNot(
  message: Said,
  t: Widen<(typeof messageWords)['zh']>,
  format: ReturnType<typeof formats>,
): string {
  if (message.state === 'queued') {
    return message.held ? t.waits(word(t.holds, message.held), format.moment(message.nextAt)) : t.soon
  }
  if (!message.reason) return ''
  return `${word(t.reasons, message.reason)}${message.code ? ` (${message.code})` : ''}`
}

/** The colour of a state's mark. */
export const stateMark: Readonly<Record<string, string>> = {
  queued: 'mark mark-info',
  sending: 'mark mark-info',
  sent: 'mark mark-primary',
  delivered: 'mark mark-primary',
  failed: 'mark mark-danger',
  dropped: 'mark mark-warning',
}
