import {
  type Attempt,
  type AttemptFacts,
  type AttemptPolicy,
  chooseWindow,
  countedTries,
  usablePhones,
} from './attemptPolicy.ts'
import { addOpenMinutes, before, dayOf, isOpen, nextOpenDay, openWindow, type StoreCalendar } from './calendar.ts'
import { type Part, partOf } from './parts.ts'
import type { CallOutcome, CallResult, TaskOutcome } from './words.ts'

export type { Attempt, AttemptFacts, AttemptPolicy, PhoneChoice } from './attemptPolicy.ts'

/** What the caller enters after a call. `on`: the day promised with `later`; `km`: the reading told. */
export type CallReport = Omit<Attempt, 'result'> &
  (
    | { readonly result: Exclude<CallResult, 'reached'> }
    | { readonly result: 'reached'; readonly outcome: 'callback'; readonly wishAt: Temporal.Instant }
    | { readonly result: 'reached'; readonly outcome: 'later'; readonly on?: Temporal.PlainDate | null }
    | { readonly result: 'reached'; readonly outcome: 'mileage-not-reached'; readonly km?: number | null }
    | {
        readonly result: 'reached'
        readonly outcome: Exclude<CallOutcome, 'callback' | 'later' | 'mileage-not-reached'>
      }
  )

/** `mark`: this phone turns out dead or wrong; set its state and open a correction task. */
export interface PhoneMark {
  readonly phoneId: string
  readonly state: 'dead' | 'wrong'
}

/** How long the customer is left alone: this cycle, or until they take it back. */
export type Quiet = 'none' | 'cycle' | 'all'

export type AttemptDecision =
  | {
      readonly next: 'retry'
      readonly at: Temporal.Instant
      readonly part: Part
      readonly phoneId: string
      readonly mark?: PhoneMark
    }
  /** Call the other number at once. */
  | { readonly next: 'other-phone'; readonly phoneId: string; readonly mark?: PhoneMark }
  /** Send the message, record "reminder failed", close the task as failed. */
  | { readonly next: 'message-and-fail'; readonly channel: AttemptPolicy['fallback']; readonly mark?: PhoneMark }
  | { readonly next: 'done'; readonly outcome: TaskOutcome; readonly quiet: Quiet }
  | { readonly next: 'cancel'; readonly outcome: TaskOutcome; readonly quiet: Quiet }
  /** No number is left: the task waits for a new one. `mark` is missing when there never was one. */
  | { readonly next: 'correct-number'; readonly mark?: PhoneMark }
  | { readonly next: 'wish'; readonly at: Temporal.Instant; readonly outcome: 'callback' | 'later' }
  /** A complaint is opened; the reminder itself is done. */
  | { readonly next: 'flag-complaint'; readonly outcome: 'complaint' }
  /** A new odometer reading moves the due date of the same task (CARE-03). */
  | { readonly next: 'redate'; readonly km: number; readonly outcome: 'mileage-not-reached' }

/** What follows from a call (CARE-14, CARE-15). */
export function decideAfterAttempt(facts: AttemptFacts, report: CallReport): AttemptDecision {
  switch (report.result) {
    case 'reached':
      return decideReached(facts, report)
    case 'refused':
      return { next: 'done', outcome: 'refused', quiet: 'cycle' }
    case 'dead':
    case 'wrong-person':
      return decideBadNumber(facts, { phoneId: report.phoneId, state: report.result === 'dead' ? 'dead' : 'wrong' })
    case 'no-answer':
    case 'busy':
    case 'off':
      return planOrCorrect(facts, [...countedTries(facts), report])
  }
}

/** The first call of a task, or the next one once a number was corrected; `correct-number` when there is none to call. */
export function decideFirstAttempt(facts: AttemptFacts): AttemptDecision {
  return planOrCorrect(facts, countedTries(facts))
}

/**
 * When to call instead, if the hour of a try was missed and this part of the day was tried before (CARE-14: three tries in three parts); `null`: now.
 * Also `null` when no other part is left: late is better than not at all.
 */
export function insteadOfNow(facts: AttemptFacts): Temporal.Instant | null {
  const part = partOf(facts.now, facts.calendar)
  if (!facts.policy.distinctParts || !countedTries(facts).some((tried) => tried.part === part)) return null
  const next = decideFirstAttempt(facts)
  return next.next === 'retry' ? next.at : null
}

function planOrCorrect(facts: AttemptFacts, tried: readonly Attempt[]): AttemptDecision {
  const phones = usablePhones(facts)
  return phones.length === 0 ? { next: 'correct-number' } : plan(facts, tried, phones)
}

function decideReached(facts: AttemptFacts, report: CallReport & { result: 'reached' }): AttemptDecision {
  const { calendar, now } = facts
  switch (report.outcome) {
    case 'callback':
      return { next: 'wish', at: openMoment(report.wishAt, calendar, now), outcome: 'callback' }
    case 'later': {
      const promised = report.on && Temporal.PlainDate.compare(report.on, dayOf(now, calendar)) > 0 ? report.on : null
      const { done: counts = 'told', askAgainDays = 7 } = facts.policy
      if (!promised && counts === 'told') return done('later')
      const day = nextOpenDay(promised ?? dayOf(now, calendar).add({ days: askAgainDays }), calendar, true)
      const opens = day && openWindow(day, calendar)?.opens
      return opens ? { next: 'wish', at: opens, outcome: 'later' } : done('later')
    }
    case 'mileage-not-reached':
      return report.km ? { next: 'redate', km: report.km, outcome: 'mileage-not-reached' } : done('reminded')
    case 'complaint':
      return { next: 'flag-complaint', outcome: 'complaint' }
    case 'refused':
      return done('refused', 'cycle')
    case 'do-not-disturb':
      return { next: 'cancel', outcome: 'do-not-disturb', quiet: 'all' }
    case 'sold':
    case 'moved-away':
    case 'handed-over':
    case 'commercial-use':
      return { next: 'cancel', outcome: report.outcome, quiet: 'none' }
    case 'booked':
    case 'elsewhere':
      return done(report.outcome)
  }
}

function decideBadNumber(facts: AttemptFacts, mark: PhoneMark): AttemptDecision {
  const phones = usablePhones(facts).filter((id) => id !== mark.phoneId)
  const tried = countedTries(facts)
  const fresh = phones.find((id) => tried.every((attempt) => attempt.phoneId !== id))
  if (fresh) return { next: 'other-phone', phoneId: fresh, mark }
  return phones.length === 0 ? { next: 'correct-number', mark } : { ...plan(facts, tried, phones), mark }
}

/** The next try inside days, parts and number of tries; else a phone not tried yet, at once; else message and failure. */
function plan(facts: AttemptFacts, tried: readonly Attempt[], phones: readonly string[]): PlannedAttempt {
  const { policy, calendar, now } = facts
  const left = policy.tries - tried.length
  const window = left > 0 ? chooseWindow(facts, tried, left) : null
  const times = (id: string) => tried.filter((attempt) => attempt.phoneId === id).length
  const phoneId = [...phones].sort((a, b) => times(a) - times(b))[0]
  if (window && phoneId) return { next: 'retry', at: window.from, part: window.part, phoneId }
  const callers = new Set(tried.map((attempt) => attempt.phoneId))
  if (phoneId && callers.size === 1 && !callers.has(phoneId) && isOpen(now, calendar))
    return { next: 'other-phone', phoneId }
  return { next: 'message-and-fail', channel: policy.fallback }
}

type PlannedAttempt = Extract<AttemptDecision, { next: 'retry' | 'other-phone' | 'message-and-fail' }>

const done = (outcome: TaskOutcome, quiet: Quiet = 'none'): AttemptDecision => ({ next: 'done', outcome, quiet })

/** The wished moment, not in the past; in closed time the next opening, when somebody is there to call. */
function openMoment(wish: Temporal.Instant, calendar: StoreCalendar, now: Temporal.Instant): Temporal.Instant {
  const at = before(wish, now) ? now : wish
  return addOpenMinutes(at, 0, calendar) ?? at
}
