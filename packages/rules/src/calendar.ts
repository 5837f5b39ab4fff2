import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }

/** From–to on one day, `HH:MM` in store time; the end is later than the beginning and no longer belongs to it. */
export interface Span {
  readonly from: string
  readonly to: string
}

/** A store's hours (ORG-03), as its settings hold them. */
export interface StoreHours {
  /** Monday first, seven entries; `null` is closed. A make-up working day 调休 that would be closed opens as Monday. */
  readonly week: readonly (Span | null)[]
  readonly closedOnHolidays: boolean
  /** The three parts of the day, in order (CARE-14). */
  readonly parts: readonly Span[]
}

/** A day on which the store closes of its own accord, `YYYY-MM-DD`. */
export interface Closure {
  readonly day: string
  readonly reason: string
}

/** Everything the clocks of one store read (ORG-03, ORG-04). */
export interface StoreCalendar {
  readonly timeZone: string
  readonly hours: StoreHours
  readonly closures: readonly Closure[]
}

const NORMAL: Span = { from: '08:30', to: '17:30' }
/** ORG-03, CARE-14: 08:30–17:30 every day, in three parts of three hours. */
export const DEFAULT_HOURS: StoreHours = {
  week: [NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL],
  closedOnHolidays: false,
  parts: [
    { from: '08:30', to: '11:30' },
    { from: '11:30', to: '14:30' },
    { from: '14:30', to: '17:30' },
  ],
}
export const DEFAULT_CALENDAR: StoreCalendar = { timeZone: 'Asia/Shanghai', hours: DEFAULT_HOURS, closures: [] }

/** What the State Council's notice says of a day. `known: false`: that year's notice is not out yet, only the weekday is. */
export interface StatutoryDay {
  readonly kind: 'weekday' | 'weekend' | 'holiday' | 'makeup'
  readonly known: boolean
  /** Chinese name of the holiday, also on its make-up days. */
  readonly name?: string
}

export interface DayKind extends StatutoryDay {
  readonly open: boolean
  readonly hours: Span | null
  /** The store's own closure that decided. */
  readonly closure?: string
}

// The package's data file is read instead of its functions: these parse through `new Date` in the machine's time zone.
const holidays: Readonly<Record<string, string>> = published.holidays
const makeupDays: Readonly<Record<string, string>> = published.workdays
const publishedYears = new Set(
  Object.keys(holidays)
    .filter((day) => day.endsWith('-01-01'))
    .map((day) => Number(day.slice(0, 4))),
)

/** Whether the holidays of a year are published (normally in November of the year before). */
export function holidaysKnown(year: number): boolean {
  return publishedYears.has(year)
}

/** Holiday, make-up working day, weekend or weekday, by the published notices (ORG-03). */
export function statutoryDay(day: Temporal.PlainDate): StatutoryDay {
  const key = day.toString()
  const known = holidaysKnown(day.year)
  const holiday = holidays[key]
  if (holiday) return { kind: 'holiday', known, name: holiday.split(',')[1] ?? holiday }
  const makeup = makeupDays[key]
  if (makeup) return { kind: 'makeup', known, name: makeup.split(',')[1] ?? makeup }
  return { kind: day.dayOfWeek >= 6 ? 'weekend' : 'weekday', known }
}

/** The holidays and make-up working days of a published year, in order; none when it is not published. */
export function statutoryDays(year: number): { day: string; kind: 'holiday' | 'makeup'; name: string }[] {
  const of = (days: Readonly<Record<string, string>>, kind: 'holiday' | 'makeup') =>
    Object.entries(days)
      .filter(([day]) => day.startsWith(`${year}-`))
      .map(([day, text]) => ({ day, kind, name: text.split(',')[1] ?? text }))
  return [...of(holidays, 'holiday'), ...of(makeupDays, 'makeup')].sort((a, b) => (a.day < b.day ? -1 : 1))
}

/** What a day is for a store: statutory kind, and whether and when the store opens. The store's own closures win. */
export function dayKind(day: Temporal.PlainDate, calendar: StoreCalendar): DayKind {
  const statutory = statutoryDay(day)
  const { week, closedOnHolidays } = calendar.hours
  const key = day.toString()
  const closure = calendar.closures.find((one) => one.day === key)
  let hours = week[day.dayOfWeek - 1] ?? null
  if (statutory.kind === 'makeup') hours ??= week[0] ?? null
  if (closure || (statutory.kind === 'holiday' && closedOnHolidays)) hours = null
  return { ...statutory, open: hours !== null, hours, ...(closure ? { closure: closure.reason } : {}) }
}

/** The store's calendar day of a moment. */
export function dayOf(moment: Temporal.Instant, calendar: StoreCalendar): Temporal.PlainDate {
  return moment.toZonedDateTimeISO(calendar.timeZone).toPlainDate()
}

/** The moment a store's clock shows `HH:MM` on a day. */
export function momentAt(day: Temporal.PlainDate, time: string, calendar: StoreCalendar): Temporal.Instant {
  return day.toZonedDateTime({ timeZone: calendar.timeZone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
}

/** Opening hours as moments; `opens` is inside, `closes` no longer. */
export interface OpenWindow {
  readonly opens: Temporal.Instant
  readonly closes: Temporal.Instant
}

/** The opening hours of a day as moments, `null` when closed. */
export function openWindow(day: Temporal.PlainDate, calendar: StoreCalendar): OpenWindow | null {
  const { hours } = dayKind(day, calendar)
  return hours && { opens: momentAt(day, hours.from, calendar), closes: momentAt(day, hours.to, calendar) }
}

/** Whether the store is open at a moment. */
export function isOpen(moment: Temporal.Instant, calendar: StoreCalendar): boolean {
  const { day, minute } = wallClock(moment, calendar)
  const { hours } = dayKind(day, calendar)
  return hours !== null && minute >= minuteOf(hours.from) && minute < minuteOf(hours.to)
}

/** What the store's clock shows at a moment: its day, and the minutes since midnight. */
export function wallClock(
  moment: Temporal.Instant,
  calendar: StoreCalendar,
): { readonly day: Temporal.PlainDate; readonly minute: number } {
  const local = moment.toZonedDateTimeISO(calendar.timeZone)
  return { day: local.toPlainDate(), minute: local.hour * 60 + local.minute }
}

/** The minutes since midnight of `HH:MM`. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

/** A store closed longer than this is treated as closed for good. */
const FAR_DAYS = 400

/** The first open day after `day` (or `day` itself with `inclusive`), `null` when there is none within 400 days. */
export function nextOpenDay(
  day: Temporal.PlainDate,
  calendar: StoreCalendar,
  inclusive = false,
): Temporal.PlainDate | null {
  let candidate = inclusive ? day : day.add({ days: 1 })
  for (let tries = 0; tries < FAR_DAYS; tries++, candidate = candidate.add({ days: 1 })) {
    if (dayKind(candidate, calendar).open) return candidate
  }
  return null
}

/** The day `count` open days after `day`, `day` itself not counted ("within 3 working days"); `null` as above. */
export function addWorkingDays(
  day: Temporal.PlainDate,
  count: number,
  calendar: StoreCalendar,
): Temporal.PlainDate | null {
  let at: Temporal.PlainDate | null = day
  for (let left = count; left > 0 && at; left--) at = nextOpenDay(at, calendar)
  return at
}

/**
 * The moment `minutes` of opening hours after `from` (CMP-07): 17:00 plus two hours with closing at 17:30 is 10:00 on the
 * next open day. Ends exactly at closing rather than at the next opening. `null` as above.
 */
export function addOpenMinutes(
  from: Temporal.Instant,
  minutes: number,
  calendar: StoreCalendar,
): Temporal.Instant | null {
  let left = minutes * 60_000
  let day = nextOpenDay(dayOf(from, calendar), calendar, true)
  for (; day; day = nextOpenDay(day, calendar)) {
    const window = openWindow(day, calendar)
    if (!window || !before(from, window.closes)) continue
    const start = Math.max(from.epochMilliseconds, window.opens.epochMilliseconds)
    const room = window.closes.epochMilliseconds - start
    if (left <= room) return Temporal.Instant.fromEpochMilliseconds(start + left)
    left -= room
  }
  return null
}

/** Whether moment `a` is earlier than moment `b`. */
export function before(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}
