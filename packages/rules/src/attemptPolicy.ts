import { addOpenMinutes, before, dayOf, nextOpenDay, type StoreCalendar } from './calendar.ts'
import { type Part, type PartWindow, partsAhead } from './parts.ts'
import type { CallResult, PhoneState } from './words.ts'

/** One call; `part` is `null` outside opening hours. */
export interface Attempt {
  readonly at: Temporal.Instant
  readonly part: Part | null
  readonly phoneId: string
  readonly result: CallResult
}

/** How often, how long and when to try (CARE-14). Data: a store's settings may replace any value. */
export interface AttemptPolicy {
  readonly tries: number
  /** Days from the first unanswered try, that day included. */
  readonly withinDays: number
  /** Whether days on which the store is closed count in `withinDays`. */
  readonly dayCount: 'calendar' | 'open'
  readonly distinctParts: boolean
  /** The message sent when nobody was reached. */
  readonly fallback: 'sms' | 'email' | 'wechat' | 'none'
  /**
   * What counts as done when the customer was reached and will come some day, he does not know when: `told` (default) that he was
   * told; `settled` only an appointment, a day or a reason not to come, and he is asked again after `askAgainDays`.
   */
  readonly done?: 'told' | 'settled'
  /** Default 7. */
  readonly askAgainDays?: number
}

export const DEFAULT_POLICY: AttemptPolicy = {
  tries: 3,
  withinDays: 3,
  dayCount: 'calendar',
  distinctParts: true,
  fallback: 'sms',
}

export interface PhoneChoice {
  readonly id: string
  readonly state: PhoneState
}

export interface AttemptFacts {
  readonly policy: AttemptPolicy
  readonly calendar: StoreCalendar
  readonly now: Temporal.Instant
  /** In the order they should be tried. */
  readonly phones: readonly PhoneChoice[]
  /** Earlier calls of the task, this one not among them. Calls before the last one that reached somebody do not count. */
  readonly earlier: readonly Attempt[]
  /** A number was corrected or the task's window opened anew then: earlier calls no longer count. */
  readonly resumedAt?: Temporal.Instant | null
  /** The last day the task is worth a call: a try after it would never be made. */
  readonly lastOn?: Temporal.PlainDate | null
  /** The part of the day this customer answers best (CARE-22). */
  readonly preferredPart?: Part | null
}

/** The tries that count: unanswered ones since somebody was last reached or a number was corrected. */
export function countedTries({ earlier, resumedAt }: AttemptFacts): Attempt[] {
  const ordered = [...earlier].sort((a, b) => Temporal.Instant.compare(a.at, b.at))
  const since = ordered.slice(ordered.findLastIndex(({ result }) => result === 'reached') + 1)
  return since.filter(
    ({ at, result }) =>
      (result === 'no-answer' || result === 'busy' || result === 'off') && !(resumedAt && before(at, resumedAt)),
  )
}

/** The phones that may be called, in order. */
export const usablePhones = ({ phones }: AttemptFacts): string[] =>
  phones.filter(({ state }) => state === 'usable').map(({ id }) => id)

/**
 * Spreads what is left over days: a later day before the same day, as long as the tries still to come fit in behind. Nothing
 * tried yet: the first part that comes, today.
 */
export function chooseWindow(facts: AttemptFacts, tried: readonly Attempt[], left: number): PartWindow | null {
  const { policy, calendar, now, lastOn, preferredPart } = facts
  const today = dayOf(now, calendar)
  const first = tried.reduce<Temporal.Instant | null>((so, { at }) => (so && before(so, at) ? so : at), null)
  const round = lastDay(
    first ? dayOf(first, calendar) : dayOf(addOpenMinutes(now, 0, calendar) ?? now, calendar),
    policy,
    calendar,
  )
  const until = lastOn && Temporal.PlainDate.compare(lastOn, round) < 0 ? lastOn : round
  const used = policy.distinctParts ? tried.flatMap(({ part }) => part ?? []) : []
  const ahead = partsAhead({ after: now, calendar, until, without: used }).filter(
    ({ from }) => tried.length === 0 || policy.distinctParts || before(now, from),
  )
  for (let want = left; want > 0; want--) {
    const fitting = ahead.filter((_, i) => fits(ahead, i, want, policy.distinctParts))
    const laterDay = tried.length === 0 ? [] : fitting.filter(({ from }) => !dayOf(from, calendar).equals(today))
    const candidates = laterDay.length > 0 ? laterDay : fitting
    const earliest = candidates[0]
    if (!earliest) continue
    const sameDay = candidates.filter(({ from }) => dayOf(from, calendar).equals(dayOf(earliest.from, calendar)))
    return sameDay.find(({ part }) => part === preferredPart) ?? earliest
  }
  return null
}

/** Whether `count` tries fit into `windows` beginning with the one at `index`. */
function fits(windows: readonly PartWindow[], index: number, count: number, distinct: boolean): boolean {
  const window = windows[index]
  if (!window || count <= 1) return window !== undefined
  const rest = windows.slice(index + 1).filter(({ part }) => !distinct || part !== window.part)
  return rest.some((_, i) => fits(rest, i, count - 1, distinct))
}

function lastDay(first: Temporal.PlainDate, policy: AttemptPolicy, calendar: StoreCalendar): Temporal.PlainDate {
  if (policy.dayCount === 'calendar') return first.add({ days: policy.withinDays - 1 })
  let day = first
  for (let i = 1; i < policy.withinDays; i++) day = nextOpenDay(day, calendar) ?? day
  return day
}
