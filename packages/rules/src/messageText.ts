import type { Span } from './calendar.ts'
import type { Purpose } from './gate.ts'
import { fillScript, type ScriptValues, type ScriptVariable } from './script.ts'
import { OPT_OUT_WORDS, type SmsCounting, type SmsLength, type SmsProvider, smsLength, withOptOut } from './sms.ts'

/** What stands in a message where the fact is not known: a customer never reads an empty place. */
const STANDINS: ScriptValues = {
  customerName: '车主',
  honorific: '车主',
  plate: '爱车',
  model: '爱车',
  brand: '爱车',
  storePhone: '门店',
  storeAddress: '门店',
  openingHours: '营业时间内',
  agentName: '客服',
  advisorName: '服务顾问',
  insurer: '保险公司',
  memberLevel: '会员',
}

/** The filled text; `missing`: facts without a value that nothing can stand in for, so that it must not be sent. */
export interface FilledText {
  readonly text: string
  readonly missing: readonly ScriptVariable[]
  readonly unknown: readonly string[]
}

/** Fills the text of a message (MSG-01, MSG-03): as a script, with a plain word where a fact is not known. */
export function fillMessage(template: string, values: ScriptValues): FilledText {
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => value))
  return fillScript(template, { ...STANDINS, ...known })
}

/** What a store's SMS are counted and priced by. */
export interface SmsTariff {
  readonly signature: string
  readonly provider: SmsProvider
  readonly counting: SmsCounting
  readonly fenPerSegment: number
}

/** The text as it leaves: marketing by SMS ends with how to opt out (MSG-02). */
export function asSent(text: string, channel: string, purpose: Purpose, provider: SmsProvider): string {
  return channel === 'sms' && purpose === 'marketing' ? withOptOut(text, provider) : text
}

/** Length and segments of an SMS as it leaves, with signature and opt-out words. */
export function sentLength(text: string, purpose: Purpose, tariff: SmsTariff): SmsLength {
  return smsLength(asSent(text, 'sms', purpose, tariff.provider), tariff.signature, tariff.counting)
}

/** The opt-out words a provider wants, for the page that says they are added. */
export const optOutWords = (provider: SmsProvider): string => OPT_OUT_WORDS[provider]

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'] as const

/** Opening hours as one says them: `周一至周五 08:30–17:30，周六 09:00–16:00`; null when the store never opens. Monday first. */
export function spokenHours(week: readonly (Span | null)[]): string | null {
  const runs: { from: number; to: number; span: Span }[] = []
  week.forEach((span, day) => {
    const last = runs.at(-1)
    if (span && last && last.to === day - 1 && last.span.from === span.from && last.span.to === span.to) last.to = day
    else if (span) runs.push({ from: day, to: day, span })
  })
  const days = ({ from, to }: { from: number; to: number }) =>
    to - from === 6 ? '每天' : from === to ? `周${WEEKDAYS[from]}` : `周${WEEKDAYS[from]}至周${WEEKDAYS[to]}`
  return runs.map((run) => `${days(run)} ${run.span.from}–${run.span.to}`).join('，') || null
}
