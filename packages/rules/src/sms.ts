/** How a message is counted: `mainland` providers bill every text by 70/67 characters; `international` knows GSM-7. */
export type SmsCounting = 'mainland' | 'international'

/** Length and cost of one SMS; `units`: UTF-16 units, or GSM septets. */
export interface SmsLength {
  readonly text: string
  readonly encoding: 'gsm-7' | 'ucs-2'
  readonly units: number
  readonly segments: number
  /** What one more segment would not be needed for. */
  readonly left: number
  /** Beyond 500 characters no provider takes it. */
  readonly tooLong: boolean
}

// 3GPP TS 23.038, default alphabet; the second list takes two septets each.
const GSM = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const GSM_EXTENDED = new Set('\f^{}\\[~]|€')
/** Longest text, signature and filled variables included (Aliyun and Tencent alike). */
export const SMS_MAX = 500

/** The text as it arrives: the signature in 【】 before it. */
export function signed(text: string, signature: string): string {
  return signature ? `【${signature}】${text}` : text
}

/**
 * Length and segments of a filled message (MSG-01). One segment holds 70 characters, several hold 67 each; the signature with its
 * 【】 counts. Purely GSM-7 texts abroad: 160 and 153.
 */
export function smsLength(filled: string, signature = '', counting: SmsCounting = 'mainland'): SmsLength {
  const text = signed(filled, signature)
  const characters = [...text]
  const gsm = counting === 'international' && characters.every((one) => GSM.has(one) || GSM_EXTENDED.has(one))
  const sizes = characters.map((one) => (gsm ? (GSM_EXTENDED.has(one) ? 2 : 1) : one.length))
  const units = sizes.reduce((sum, size) => sum + size, 0)
  const [single, joined] = gsm ? [160, 153] : [70, 67]
  const tooLong = characters.length > SMS_MAX
  const encoding = gsm ? 'gsm-7' : 'ucs-2'
  if (units <= single) return { text, encoding, units, segments: units === 0 ? 0 : 1, left: single - units, tooLong }
  // A character is never cut in two: one that does not fit begins the next segment.
  let segments = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > joined) {
      segments++
      used = 0
    }
    used += size
  }
  return { text, encoding, units, segments, left: joined - used, tooLong }
}

/** How a provider wants marketing to end (help.aliyun.com 91975, cloud.tencent.com 382/39023, both 2025). */
export const OPT_OUT_WORDS = { aliyun: '拒收请回复R', tencent: '拒收请回复R', other: '回T退订' } as const
export type SmsProvider = keyof typeof OPT_OUT_WORDS

const OPT_OUT_AT_END = /(?:拒收请?回复?R|回复?(?:TD|T|R|N)退订|退订(?:请)?回复?(?:TD|T|R|N))[。.!！]?$/i

/** Whether a text ends with words that tell how to opt out (MSG-02). */
export function saysOptOut(text: string): boolean {
  return OPT_OUT_AT_END.test(text.normalize('NFKC').replace(/[\s,，]/g, ''))
}

/** A marketing text with the opt-out words of its provider at the end; unchanged when it has some (MSG-02). */
export function withOptOut(text: string, provider: SmsProvider): string {
  if (saysOptOut(text)) return text
  const body = text.trimEnd()
  return `${body}${/[，。！？,.!?]$/.test(body) || body === '' ? '' : '，'}${OPT_OUT_WORDS[provider]}`
}

/** What a customer writes to be left alone. `N` is missing on purpose: it answers yes-or-no questions too. */
const OPT_OUTS = new Set([
  'T',
  'TD',
  'R',
  '退',
  '退订',
  '拒收',
  '取消订阅',
  '不要再发',
  '不要再发了',
  '别再发了',
  '别发了',
  'STOP',
  'UNSUBSCRIBE',
  'TUIDING',
])

/**
 * Whether a reply opts out (MSG-02): 退订, T, TD, R and their like as the whole message, in any width and case, with blanks,
 * quotes, punctuation and a leading 回复 or trailing 短信 or 谢谢.
 */
export function optOutReply(reply: string): boolean {
  const plain = reply
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{P}\p{S}\p{Cf}]/gu, '')
    .replace(/^(?:请|我要|我想)?(?:回复?)?/, '')
    .replace(/(?:短信|信息|谢谢)*$/, '')
  return OPT_OUTS.has(plain) || OPT_OUTS.has(plain.replace(/退订$/, '')) || OPT_OUTS.has(plain.replace(/^退订/, ''))
}
