import {
  addOpenMinutes,
  addWorkingDays,
  before,
  dayOf,
  isOpen,
  momentAt,
  openWindow,
  type StoreCalendar,
} from './calendar.ts'

/**
 * How long a clock runs (CMP-07, FUP-03). `opening`: minutes of opening hours; `days`: the same time on the so-manyth next
 * open day; `elapsed`: minutes that run day and night, but an end in closed time moves to the end of the first opening hour.
 * With `roundTheClock` minutes and days run through, and nothing moves.
 */
export type ClockTarget = (
  | { readonly unit: 'opening' | 'elapsed'; readonly minutes: number }
  | { readonly unit: 'days'; readonly days: number }
) & { readonly roundTheClock?: boolean }

/** The reasons a clock may be paused for; no other counts. */
export const PAUSE_REASONS = [
  'customer-unreachable',
  'customer-asked',
  'waiting-for-parts',
  'waiting-for-maker',
  'waiting-for-authority',
] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

/** What happened to a clock; `by`: who, as an id. Events carry no personal data. */
export type ClockEvent =
  | { readonly kind: 'started'; readonly at: Temporal.Instant; readonly target: ClockTarget; readonly by: string }
  | { readonly kind: 'paused'; readonly at: Temporal.Instant; readonly reason: string; readonly by: string }
  | { readonly kind: 'resumed'; readonly at: Temporal.Instant; readonly by: string }
  | { readonly kind: 'stopped'; readonly at: Temporal.Instant; readonly by: string }

export type IgnoredBecause =
  | 'not-started'
  | 'started-already'
  | 'stopped-already'
  | 'paused-already'
  | 'not-paused'
  | 'no-such-reason'
  | 'out-of-order'

/** One closed or running pause. */
export interface Pause {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant | null
  readonly reason: PauseReason
  readonly by: string
}

/** A clock as its events tell it. `due` is `null` before the start, while paused before the end, and when the store never opens. */
export interface ClockRun {
  readonly state: 'idle' | 'running' | 'paused' | 'stopped'
  readonly startedAt: Temporal.Instant | null
  readonly due: Temporal.Instant | null
  readonly stoppedAt: Temporal.Instant | null
  readonly pauses: readonly Pause[]
  /** Events that changed nothing, with the reason. */
  readonly ignored: readonly { readonly event: ClockEvent; readonly because: IgnoredBecause }[]
}

/** When a clock started at a moment is due, pauses aside (CMP-07, FUP-03); `null` when the store does not open within 400 days. */
export function clockDue(
  start: Temporal.Instant,
  target: ClockTarget,
  calendar: StoreCalendar,
): Temporal.Instant | null {
  if (target.unit === 'days') {
    return target.roundTheClock ? start.add({ hours: 24 * target.days }) : sameTime(start, target.days, calendar)
  }
  if (target.roundTheClock) return elapsed(start, target.minutes)
  if (target.unit === 'opening') return addOpenMinutes(start, target.minutes, calendar)
  const end = elapsed(start, target.minutes)
  const open = isOpen(end, calendar) || openWindow(dayOf(end, calendar), calendar)?.closes.equals(end)
  return open ? end : addOpenMinutes(end, 60, calendar)
}

const elapsed = (start: Temporal.Instant, minutes: number): Temporal.Instant =>
  start.add({ milliseconds: Math.round(minutes * 60_000) })

/** The same time so many open days later; a start in closed time counts from the next opening, a time outside the day's hours ends with them. */
function sameTime(start: Temporal.Instant, days: number, calendar: StoreCalendar): Temporal.Instant | null {
  const from = isOpen(start, calendar) ? start : addOpenMinutes(start, 0, calendar)
  const day = from && addWorkingDays(dayOf(from, calendar), days, calendar)
  const window = day && openWindow(day, calendar)
  if (!window) return null
  const time = from.toZonedDateTimeISO(calendar.timeZone).toPlainTime().toString()
  const at = momentAt(day, time, calendar)
  return before(at, window.opens) ? window.opens : before(window.closes, at) ? window.closes : at
}

/** Minutes of opening hours between two moments, fractions included; none when `to` is not later. */
export function openMinutesBetween(from: Temporal.Instant, to: Temporal.Instant, calendar: StoreCalendar): number {
  let ms = 0
  const last = dayOf(to, calendar)
  for (let day = dayOf(from, calendar); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    const window = openWindow(day, calendar)
    if (!window) continue
    const start = Math.max(from.epochMilliseconds, window.opens.epochMilliseconds)
    const end = Math.min(to.epochMilliseconds, window.closes.epochMilliseconds)
    ms += Math.max(0, end - start)
  }
  return ms / 60_000
}

/** A due moment after a pause: later by what the pause took of the time that counts. */
function shifted(
  due: Temporal.Instant,
  pause: Pause,
  to: Temporal.Instant,
  target: ClockTarget,
  calendar: StoreCalendar,
) {
  if (target.roundTheClock || target.unit === 'elapsed') return due.add(pause.from.until(to))
  return addOpenMinutes(due, openMinutesBetween(pause.from, to, calendar), calendar)
}

/**
 * Replays a clock from its events, in their order (CMP-07). The same events give the same run. A pause after the due moment,
 * for no listed reason, or twice at once changes nothing and is told in `ignored`; so is an event older than the one before.
 */
export function replayClock(events: readonly ClockEvent[], calendar: StoreCalendar): ClockRun {
  let target: ClockTarget | null = null
  let startedAt: Temporal.Instant | null = null
  let stoppedAt: Temporal.Instant | null = null
  let due: Temporal.Instant | null = null
  let newest: Temporal.Instant | null = null
  const pauses: Pause[] = []
  const ignored: { event: ClockEvent; because: IgnoredBecause }[] = []
  for (const event of events) {
    const running = pauses.at(-1)?.to === null ? pauses.at(-1) : undefined
    const because = refusal(event, { startedAt, stoppedAt, paused: running !== undefined, newest })
    if (because) {
      ignored.push({ event, because })
      continue
    }
    newest = event.at
    if (event.kind === 'started') {
      target = event.target
      startedAt = event.at
      due = clockDue(event.at, event.target, calendar)
    } else if (event.kind === 'paused') {
      pauses.push({ from: event.at, to: null, reason: event.reason as PauseReason, by: event.by })
    } else if (running) {
      pauses[pauses.length - 1] = { ...running, to: event.at }
      if (due && target && before(running.from, due)) due = shifted(due, running, event.at, target, calendar)
    }
    if (event.kind === 'stopped') stoppedAt = event.at
  }
  const open = pauses.at(-1)
  const paused = !stoppedAt && open?.to === null
  const state = stoppedAt ? 'stopped' : paused ? 'paused' : startedAt ? 'running' : 'idle'
  const held = paused && due && before(open.from, due)
  return { state, startedAt, due: held ? null : due, stoppedAt, pauses, ignored }
}

interface SoFar {
  readonly startedAt: Temporal.Instant | null
  readonly stoppedAt: Temporal.Instant | null
  readonly paused: boolean
  readonly newest: Temporal.Instant | null
}

function refusal(event: ClockEvent, { startedAt, stoppedAt, paused, newest }: SoFar): IgnoredBecause | null {
  if (event.kind === 'started') return startedAt ? 'started-already' : null
  if (!startedAt) return 'not-started'
  if (stoppedAt) return 'stopped-already'
  if (newest && before(event.at, newest)) return 'out-of-order'
  if (event.kind === 'resumed') return paused ? null : 'not-paused'
  if (event.kind !== 'paused') return null
  if (paused) return 'paused-already'
  return PAUSE_REASONS.some((reason) => reason === event.reason) ? null : 'no-such-reason'
}

/** Whether the clock was or is broken at a moment: stopped after it was due, or due and not stopped (CMP-02). */
export function clockBroken(run: ClockRun, now: Temporal.Instant): boolean {
  return run.due !== null && before(run.due, run.stoppedAt ?? now)
}
