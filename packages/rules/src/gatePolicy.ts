import type { Span } from './calendar.ts'
import type { Channel, Purpose } from './gate.ts'

/** At most `most` touches in any `days` times 24 hours; without `purposes` or `channels`: all of them together. */
export interface Cap {
  readonly days: number
  readonly most: number
  readonly purposes?: readonly Purpose[]
  readonly channels?: readonly Channel[]
}

/** A store's settings of the contact gate. Every rule holds, so that the most restrictive wins (CARE-18). */
export interface GatePolicy {
  /** Store time; over midnight when it ends before it begins; `null`: none. */
  readonly quiet: Span | null
  /** Marketing also rests then. */
  readonly marketingQuiet: Span | null
  readonly caps: readonly Cap[]
  /** Hours since the last touch of another matter (FUP-07); a purpose with 0 neither waits nor makes others wait. */
  readonly coolDownHours: Readonly<Record<Purpose, number>>
  /** Neither capped, cooled down nor counted: the customer has the matter running. */
  readonly uncapped: readonly Purpose[]
}

/** What a customer is owed or asked for. Greetings have caps of their own, so that a festival never puts off a due service. */
const MATTERS: readonly Purpose[] = ['reminder', 'survey', 'marketing']

/** A birthday call is not held back by notices. */
const WRITTEN: readonly Channel[] = ['sms', 'wechat', 'wecom', 'email', 'in-app']

/**
 * MSG-02: quiet 22:00–08:00. Marketing 20:00–08:00, the narrowest of the providers' hours seen. The sources name no numbers for
 * cap and cool-down: two matters a week and five in thirty days, one of them marketing; three written greetings a week and six
 * in thirty days, which leaves room for the three notices a month of CARE-08 and for a birthday (CARE-07).
 */
export const DEFAULT_GATE: GatePolicy = {
  quiet: { from: '22:00', to: '08:00' },
  marketingQuiet: { from: '20:00', to: '08:00' },
  caps: [
    { days: 7, most: 2, purposes: MATTERS },
    { days: 30, most: 5, purposes: MATTERS },
    { days: 7, most: 3, purposes: ['greeting'], channels: WRITTEN },
    { days: 30, most: 6, purposes: ['greeting'], channels: WRITTEN },
    { days: 30, most: 1, purposes: ['marketing'] },
  ],
  coolDownHours: {
    progress: 0,
    rescue: 0,
    appointment: 0,
    complaint: 0,
    reminder: 24,
    greeting: 0,
    survey: 48,
    marketing: 168,
  },
  uncapped: ['progress', 'rescue', 'appointment', 'complaint'],
}

/** What is wrong with a policy; empty when it can be used. */
export type GateProblem =
  | { readonly field: 'quiet' | 'marketingQuiet'; readonly reason: 'no-time' | 'whole-day' }
  | { readonly field: 'caps'; readonly index: number; readonly reason: 'out-of-range' }
  | { readonly field: 'coolDownHours'; readonly purpose: Purpose; readonly reason: 'out-of-range' }

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/
const whole = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max

/** Everything wrong with a store's gate settings at once: times `HH:MM`, caps 1–100 in 1–366 days, cool-downs 0–2160 hours. */
export function gateProblems(policy: GatePolicy): GateProblem[] {
  const problems: GateProblem[] = []
  for (const field of ['quiet', 'marketingQuiet'] as const) {
    const span = policy[field]
    if (span && !(TIME.test(span.from) && TIME.test(span.to))) problems.push({ field, reason: 'no-time' })
    else if (span && span.from === span.to) problems.push({ field, reason: 'whole-day' })
  }
  policy.caps.forEach(({ days, most }, index) => {
    if (!whole(days, 1, 366) || !whole(most, 1, 100)) problems.push({ field: 'caps', index, reason: 'out-of-range' })
  })
  for (const [purpose, hours] of Object.entries(policy.coolDownHours) as [Purpose, number][]) {
    if (!whole(hours, 0, 2_160)) problems.push({ field: 'coolDownHours', purpose, reason: 'out-of-range' })
  }
  return problems
}
