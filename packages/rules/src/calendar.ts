import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }

/** Opening and closing on one day, `HH:MM` in store time; closing is later than opening. */
export interface OpenHours {
  readonly opens: string
  readonly closes: string
}

/** Hours by weekday type (ORG-03); `null` is closed. Plain JSON, so that a store's settings can hold it. */
export interface StoreHours {
  /** Monday first, seven entries. */
  readonly week: readonly (OpenHours | null)[]
  /** Statutory holidays; left out: as the weekday. */
  readonly holiday?: OpenHours | null
  /** Make-up working days 调休; left out: as Monday. */
  readonly makeup?: OpenHours | null
}

/** The store's own closure (or short day, with `hours`) from day to day, both included, `YYYY-MM-DD`. */
export interface Closure {
  readonly from: string
  readonly to: string
  readonly reason: string
  readonly hours?: OpenHours | null
}

/** Everything the clocks of one store read (ORG-03, ORG-04). */
export interface StoreCalendar {
  readonly timeZone: string
  readonly hours: StoreHours
  readonly closures: readonly Closure[]
}

const NORMAL: OpenHours = { opens: '08:30', closes: '17:30' }
export const DEFAULT_HOURS: StoreHours = { week: [NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL] }
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
  readonly hours: OpenHours | null
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

/** What a day is for a store: statutory kind, and whether and when the store opens. The store's own closures win. */
export function dayKind(day: Temporal.PlainDate, calendar: StoreCalendar): DayKind {
  const statutory = statutoryDay(day)
  const { week, holiday, makeup } = calendar.hours
  const closure = calendar.closures.find((one) => one.from <= day.toString() && day.toString() <= one.to)
  const usual = week[day.dayOfWeek - 1] ?? null
  let hours = usual
  if (statutory.kind === 'holiday' && holiday !== undefined) hours = holiday
  if (statutory.kind === 'makeup') hours = makeup === undefined ? (usual ?? week[0] ?? null) : makeup
  if (closure) hours = closure.hours ?? null
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
  return hours && { opens: momentAt(day, hours.opens, calendar), closes: momentAt(day, hours.closes, calendar) }
}

/** Whether the store is open at a moment. */
export function isOpen(moment: Temporal.Instant, calendar: StoreCalendar): boolean {
  const window = openWindow(dayOf(moment, calendar), calendar)
  return window !== null && before(moment, window.closes) && !before(moment, window.opens)
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
