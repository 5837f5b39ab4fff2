import { OPT_OUT_WORDS, SMS_MAX, type SmsProvider, saysOptOut } from './sms.ts'

/** What a message is filed as at the provider. */
export type SmsKind = 'notice' | 'marketing'

export type SmsRule =
  | 'inspection'
  | 'shop-invitation'
  | 'recall-of-users'
  | 'insurance'
  | 'points'
  | 'coupons'
  | 'surveys'
  | 'add-contact'
  | 'lottery'
  | 'personal-number'
  | 'link-in-variable'
  | 'short-link'
  | 'adjacent-variables'
  | 'only-variables'
  | 'signature-marks'
  | 'symbols'
  | 'too-long'
  | 'no-opt-out'
  | 'opt-out-in-notice'
  | 'greeting-in-notice'

/** One thing a provider would refuse. `at` and `length` in UTF-16 units of the template; the way out is `by`. */
export interface SmsFinding {
  readonly rule: SmsRule
  readonly at: number
  readonly length: number
  readonly text: string
  /** `rewrite` the text, send it by another `channel` (MSG-04), or file it as `marketing`. */
  readonly by: 'rewrite' | 'channel' | 'marketing'
}

interface Pattern {
  readonly rule: SmsRule
  readonly by: SmsFinding['by']
  readonly find: RegExp
  readonly only?: SmsProvider
  readonly kind?: SmsKind
}

const PLACE = '(?:\\{\\{[^{}]*\\}\\}|\\$\\{[^{}]*\\}|\\{[^{}]*\\}|｛[^{}｛｝]*｝)'

/**
 * The refusals that touch care messages. Topics: cloud.tencent.com/document/product/382/39023 (2025-06-17), for both kinds, near the
 * same at Huawei and Qiniu; notices: help.aliyun.com 91975. Providers change them: a finding means "would be refused", none
 * does not mean "will pass".
 */
const PATTERNS: readonly Pattern[] = [
  { rule: 'inspection', by: 'channel', find: /年检|年审|审车|验车|车检|检车|检验标志|检验合格标志/g },
  {
    rule: 'shop-invitation',
    by: 'channel',
    find: /(?:邀请?|欢迎|恭候|期待|敬请|诚邀)[^。！？!?{}]{0,12}(?:到店|进店|来店|回店|莅临|光临|回厂|进厂)|到店有礼|进店有礼/g,
  },
  {
    rule: 'recall-of-users',
    by: 'channel',
    find: /好久不见|久违|想念您|(?:很久|好久|许久)(?:没有?|未)[^。！？!?]{0,8}(?:来|到|进|回)|老客户?回归|回归(?:礼|有礼|专享)/g,
  },
  { rule: 'insurance', by: 'channel', find: /续保|投保|保险|交强险|商业险|车险|保单|三者险/g },
  { rule: 'points', by: 'channel', find: /积分/g },
  { rule: 'coupons', by: 'channel', find: /(?:优惠|代金|抵用|抵扣|现金|折扣|保养|洗车|卡)券|券码|领券|用券|红包/g },
  { rule: 'surveys', by: 'channel', find: /问卷|调研|满意度|(?:请|为)[^。！？!?]{0,8}(?:打分|评分|评价)|好评/g },
  { rule: 'add-contact', by: 'rewrite', find: /加(?:我|客服|顾问)?(?:微信|QQ|群)|关注(?:我们的?)?公众号/gi },
  { rule: 'lottery', by: 'rewrite', find: /抽奖|中奖|返现|返利|秒杀/g },
  { rule: 'personal-number', by: 'rewrite', find: /(?<!\d)1[3-9]\d{9}(?!\d)/g },
  {
    rule: 'link-in-variable',
    by: 'rewrite',
    find: new RegExp(`(?:https?://|www\\.)[^\\s\\u4e00-\\u9fff，。]*${PLACE}|${PLACE}\\.(?:com|cn|net)\\b`, 'gi'),
  },
  {
    rule: 'link-in-variable',
    by: 'rewrite',
    find: /(?:\{\{|\$\{|\{|｛)[^{}｛｝]*(?:链接|网址|地址栏|link|url)[^{}｛｝]*(?:\}\}|\}|｝)/gi,
  },
  {
    rule: 'short-link',
    by: 'rewrite',
    find: /(?:^|[^\w.])(?:t\.cn|dwz\.cn|url\.cn|suo\.im|bit\.ly|tinyurl\.com|c1ns\.cn)\/[\w-]+/gi,
  },
  { rule: 'adjacent-variables', by: 'rewrite', find: new RegExp(`${PLACE}\\s*${PLACE}`, 'g') },
  { rule: 'signature-marks', by: 'rewrite', find: /[【】]/g },
  { rule: 'symbols', by: 'rewrite', find: /[¥￥★☆※√✓☞●→]|\^_+\^|\p{Extended_Pictographic}/gu },
  {
    rule: 'greeting-in-notice',
    by: 'marketing',
    only: 'aliyun',
    kind: 'notice',
    find: /生日快乐|(?:节日?|新年|新春)快乐|祝您[^。！？!?]{0,10}(?:节|快乐)|优惠|促销|特价|打折/g,
  },
]

/** What the linter is told about a template. */
export interface SmsFiling {
  readonly provider: SmsProvider
  readonly kind: SmsKind
}

/**
 * What a provider would refuse in a template (MSG-04), in the order it stands there; empty when nothing is known against it.
 * Variables stand as `{{名}}`, `${name}` or `{1}`. A refused notice goes by WeChat or by call.
 */
export function lintSms(template: string, { provider, kind }: SmsFiling): SmsFinding[] {
  const findings: SmsFinding[] = []
  const add = (rule: SmsRule, by: SmsFinding['by'], at: number, text: string) =>
    findings.push({ rule, at, length: text.length, text, by })
  for (const { rule, by, find, only, kind: forKind } of PATTERNS) {
    if ((only && only !== provider) || (forKind && forKind !== kind)) continue
    for (const match of template.matchAll(find)) add(rule, by, match.index, match[0])
  }
  const fixed = template.replace(new RegExp(PLACE, 'g'), '')
  if (fixed !== template && !/[\p{L}\p{N}]{2}/u.test(fixed)) add('only-variables', 'rewrite', 0, template)
  const characters = [...template]
  if (characters.length > SMS_MAX) {
    const head = characters.slice(0, SMS_MAX).join('')
    add('too-long', 'rewrite', head.length, template.slice(head.length))
  }
  if (kind === 'marketing' && !saysOptOut(template)) add('no-opt-out', 'rewrite', template.length, '')
  if (kind === 'notice') {
    const at = Math.max(...Object.values(OPT_OUT_WORDS).map((words) => template.lastIndexOf(words)))
    if (at >= 0) add('opt-out-in-notice', 'rewrite', at, template.slice(at))
  }
  return findings.sort((a, b) => a.at - b.at || a.length - b.length)
}

/**
 * Whether no wording of a text's matter would pass as SMS, or one of the values put into it would not (MSG-04): it must go another
 * way. What another wording would cure is left to whoever writes the text.
 */
export function refusedAsSms(template: string, values: Iterable<string> = []): boolean {
  return (
    PATTERNS.some(({ by, find }) => by === 'channel' && template.search(find) >= 0) || [...values].some(refusedValue)
  )
}

/** Whether the value of a variable would be refused: a link, or the marks of the signature (MSG-04). */
export function refusedValue(value: string): boolean {
  return /https?:\/\/|www\.|[\w-]+\.(?:com|cn|net|top|vip|cc)(?:\/|$|\b)|[【】]/i.test(value.normalize('NFKC'))
}
