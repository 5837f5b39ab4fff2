import { before, dayOf, momentAt, nextOpenDay, openWindow, type StoreCalendar } from './calendar.ts'

/** A part of the day 时段 (CARE-14), in the order of the store's three spans. */
export const PARTS = ['morning', 'midday', 'afternoon'] as const
export type Part = (typeof PARTS)[number]

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
export function partsOf(day: Temporal.PlainDate, calendar: StoreCalendar): PartWindow[] {
  const open = openWindow(day, calendar)
  if (!open) return []
  const moment = (time: string) => momentAt(day, time, calendar)
  const parts = PARTS.flatMap((part, i) => {
    const span = calendar.hours.parts[i]
    return span ? [{ part, ...span }] : []
  })
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
export function partOf(moment: Temporal.Instant, calendar: StoreCalendar): Part | null {
  const window = partsOf(dayOf(moment, calendar), calendar).find(
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
}

/** Every part from `after` (the running one included, from `after` on) to the end of `until`, in order. */
export function partsAhead({ after, calendar, until, without = [] }: NextPartWish): PartWindow[] {
  const found: PartWindow[] = []
  let day = nextOpenDay(dayOf(after, calendar), calendar, true)
  for (; day && Temporal.PlainDate.compare(day, until) <= 0; day = nextOpenDay(day, calendar)) {
    for (const window of partsOf(day, calendar)) {
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
