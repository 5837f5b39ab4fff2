import { before, dayOf, momentAt, nextOpenDay, openWindow, type StoreCalendar } from './calendar.ts'

/** A part of the day 时段. */
export type Part = 'morning' | 'midday' | 'afternoon'

/** Begin and end of a part, `HH:MM` in store time. */
export interface PartHours {
  readonly part: Part
  readonly from: string
  readonly to: string
}

/** CARE-14: three parts of the day. */
export const DEFAULT_PARTS: readonly PartHours[] = [
  { part: 'morning', from: '08:30', to: '11:30' },
  { part: 'midday', from: '11:30', to: '14:30' },
  { part: 'afternoon', from: '14:30', to: '17:30' },
]

/** One part of one day as moments; `to` no longer belongs to it. */
export interface PartWindow {
  readonly part: Part
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

/**
 * The parts of a store's day, inside its opening hours, in order; none when closed. The first begins at opening and the
 * last ends at closing, so that every open minute belongs to exactly one part.
 */
export function partsOf(
  day: Temporal.PlainDate,
  calendar: StoreCalendar,
  parts: readonly PartHours[] = DEFAULT_PARTS,
): PartWindow[] {
  const open = openWindow(day, calendar)
  if (!open) return []
  const moment = (time: string) => momentAt(day, time, calendar)
  const windows = parts
    .map(({ part, from, to }) => ({
      part,
      from: later(moment(from), open.opens),
      to: earlier(moment(to), open.closes),
    }))
    .filter(({ from, to }) => before(from, to))
  const [first, last] = [parts[0], parts.at(-1)]
  if (windows.length === 0 && first && last) {
    const part = before(open.opens, moment(first.from)) ? first.part : last.part
    return [{ part, from: open.opens, to: open.closes }]
  }
  return windows.map((window, i) => ({
    part: window.part,
    from: i === 0 ? open.opens : window.from,
    to: windows[i + 1]?.from ?? open.closes,
  }))
}

/** The part of the day a moment lies in, `null` outside opening hours (CARE-14). */
export function partOf(
  moment: Temporal.Instant,
  calendar: StoreCalendar,
  parts: readonly PartHours[] = DEFAULT_PARTS,
): Part | null {
  const window = partsOf(dayOf(moment, calendar), calendar, parts).find(
    ({ from, to }) => !before(moment, from) && before(moment, to),
  )
  return window?.part ?? null
}

/** What `nextPart` looks for. */
export interface NextPartWish {
  readonly after: Temporal.Instant
  readonly calendar: StoreCalendar
  /** The last day to look at. */
  readonly until: Temporal.PlainDate
  readonly without?: readonly Part[]
  readonly parts?: readonly PartHours[]
}

/** Every part from `after` (the running one included, from `after` on) to the end of `until`, in order. */
export function partsAhead({ after, calendar, until, without = [], parts }: NextPartWish): PartWindow[] {
  const found: PartWindow[] = []
  let day = nextOpenDay(dayOf(after, calendar), calendar, true)
  for (; day && Temporal.PlainDate.compare(day, until) <= 0; day = nextOpenDay(day, calendar)) {
    for (const window of partsOf(day, calendar, parts)) {
      if (without.includes(window.part) || !before(after, window.to)) continue
      found.push({ ...window, from: later(window.from, after) })
    }
  }
  return found
}

/** The first of {@link partsAhead}, `null` when there is none. */
export function nextPart(wish: NextPartWish): PartWindow | null {
  return partsAhead(wish)[0] ?? null
}

const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (before(a, b) ? b : a)
const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (before(a, b) ? a : b)
