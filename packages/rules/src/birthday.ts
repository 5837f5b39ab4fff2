import { addOpenMinutes, before, momentAt, openWindow, type StoreCalendar } from './calendar.ts'

/** The settings of the birthday programme 生日 (CARE-07). */
export interface BirthdaySettings {
  /** The call is made within this many minutes of opening hours after opening. */
  readonly withinMinutes: number
  /** Store time of the message on a day the store is closed. */
  readonly closedMessageAt: string
}
export const BIRTHDAY_DEFAULTS: BirthdaySettings = { withinMinutes: 120, closedMessageAt: '09:00' }

/** Month and day of a birth; a `Temporal.PlainDate` fits. */
export interface BirthDay {
  readonly month: number
  readonly day: number
}

/** The day a birthday is kept in a year; 29 February on the 28th in common years (CARE-07). */
export function birthdayIn(year: number, { month, day }: BirthDay): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' })
}

/** The first birthday from `today` on, that day included. */
export function nextBirthday(birthday: BirthDay, today: Temporal.PlainDate): Temporal.PlainDate {
  const thisYear = birthdayIn(today.year, birthday)
  return Temporal.PlainDate.compare(thisYear, today) >= 0 ? thisYear : birthdayIn(today.year + 1, birthday)
}

/** What is owed on the day: a call in opening hours, or on a closed day only a message. */
export type BirthdayContact =
  | { readonly how: 'call'; readonly from: Temporal.Instant; readonly by: Temporal.Instant }
  | { readonly how: 'message'; readonly at: Temporal.Instant }

/**
 * The congratulation on a birthday (CARE-07): phoned from opening until two opening hours later, at the latest until
 * closing; on a closed day a message that morning and no call.
 */
export function birthdayContact(
  on: Temporal.PlainDate,
  calendar: StoreCalendar,
  settings: BirthdaySettings = BIRTHDAY_DEFAULTS,
): BirthdayContact {
  const window = openWindow(on, calendar)
  if (!window) return { how: 'message', at: momentAt(on, settings.closedMessageAt, calendar) }
  const by = addOpenMinutes(window.opens, settings.withinMinutes, calendar)
  return { how: 'call', from: window.opens, by: by && before(by, window.closes) ? by : window.closes }
}
