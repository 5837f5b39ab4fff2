import { hashUnit } from './hash.ts'
import { PARTS, type Part } from './parts.ts'

/** One call of the past: when, in which part of the day, and whether somebody answered. */
export interface AnswerRecord {
  readonly at: Temporal.Instant
  readonly part: Part
  readonly reached: boolean
}

/** Calls and answers of a whole store by part of the day: where a customer nobody knows yet begins. */
export type StoreRates = { readonly [part in Part]: { readonly calls: number; readonly answered: number } }

/** Settings of the learning (CARE-22). */
export interface BestTimeSettings {
  /** The store's rate weighs as much as so many calls of the customer's own. */
  readonly priorCalls: number
  /** A call so many days old weighs half: people change jobs. */
  readonly halfLifeDays: number
  /** Below so many calls in a part the store's own rate says nothing. */
  readonly leastStoreCalls: number
}
export const BEST_TIME_DEFAULTS: BestTimeSettings = { priorCalls: 4, halfLifeDays: 365, leastStoreCalls: 30 }

/** What the learning says. `part: null`: nothing known, take the parts in their order as before (the plain fallback). */
export type BestTime =
  | { readonly part: null; readonly because: 'too-few-calls' }
  | {
      readonly part: Part
      /** Whether the customer's own calls had a say. */
      readonly because: 'own-calls' | 'store-rates'
      /** Expected share of answered calls by part, 0–1. */
      readonly expected: Readonly<Record<Part, number>>
    }

/** What is known of one customer; `customerId` breaks ties, so that customers with equal prospects spread over the day. */
export interface BestTimeFacts {
  readonly customerId: string
  readonly calls: readonly AnswerRecord[]
  readonly store: StoreRates
  readonly now: Temporal.Instant
}

/**
 * The part of the day a customer most likely answers in (CARE-22), for `preferredPart` of the attempt rule, which still tries three
 * different parts: a Beta prior from the store's rates, the customer's own calls on top, older ones weighing less. The same
 * facts always give the same part. Calls later than `now` do not count.
 */
export function bestPart(facts: BestTimeFacts, settings: BestTimeSettings = BEST_TIME_DEFAULTS): BestTime {
  const own = facts.calls.filter(({ at }) => Temporal.Instant.compare(at, facts.now) <= 0)
  const enough = PARTS.every((part) => facts.store[part].calls >= settings.leastStoreCalls)
  if (own.length === 0 && !enough) return { part: null, because: 'too-few-calls' }
  const expected = {
    morning: expectation('morning', own, enough, facts, settings),
    midday: expectation('midday', own, enough, facts, settings),
    afternoon: expectation('afternoon', own, enough, facts, settings),
  }
  const tie = (part: Part) => hashUnit(`${facts.customerId}\u0000${part}`)
  const [part] = [...PARTS].sort((a, b) => expected[b] - expected[a] || tie(a) - tie(b))
  return { part: part ?? 'morning', because: own.length > 0 ? 'own-calls' : 'store-rates', expected }
}

/** Mean of the Beta distribution after the customer's calls. */
function expectation(
  part: Part,
  own: readonly AnswerRecord[],
  enough: boolean,
  { store, now }: BestTimeFacts,
  { priorCalls, halfLifeDays }: BestTimeSettings,
): number {
  const all = PARTS.reduce((sum, one) => sum + store[one].calls, 0)
  const answered = PARTS.reduce((sum, one) => sum + store[one].answered, 0)
  // Too little of one part to know: the same rate for all three, so that only the customer's own calls tell them apart.
  const prior = enough ? (store[part].answered + 1) / (store[part].calls + 2) : (answered + 1) / (all + 2)
  let yes = prior * priorCalls
  let no = (1 - prior) * priorCalls
  for (const call of own) {
    if (call.part !== part) continue
    const days = (now.epochMilliseconds - call.at.epochMilliseconds) / 86_400_000
    const weight = 2 ** (-days / halfLifeDays)
    if (call.reached) yes += weight
    else no += weight
  }
  return yes / (yes + no)
}

/**
 * How much a call now is to be preferred to one later (CARE-22): the chance of an answer now less the best chance that is still
 * to come, today or, where the call may wait for another day, in any part. −1 to 1; 0 when nothing is known; 1 when it is now or
 * never. Calls of the same urgency are made by it, the highest first, so that nobody waits while there is somebody to call.
 */
export function advantageNow(best: BestTime, now: Part, mayWaitForAnotherDay: boolean): number {
  const later = PARTS.filter((part, i) => part !== now && (mayWaitForAnotherDay || i > PARTS.indexOf(now)))
  if (later.length === 0) return 1
  if (best.part === null) return 0
  return best.expected[now] - Math.max(...later.map((part) => best.expected[part]))
}
