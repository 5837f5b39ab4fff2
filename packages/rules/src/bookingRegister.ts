import { nextOpenDay, openWindow, type StoreCalendar } from './calendar.ts'

/** A store closed for so long before a day has no closing to hand its register over by. */
const FAR_DAYS = 30
/** From so many minutes before closing on, a register not handed over is pressing. */
export const PRESSING_MINUTES = 60

/**
 * By when the booking register 预约登记表 of a day is handed over to the front desk: closing time of the last open day before it
 * (CARE-10), so that the desk has it when that day begins. `null` when the store was not open for a month.
 */
export function handOverBy(day: Temporal.PlainDate, calendar: StoreCalendar): Temporal.Instant | null {
  for (let back = 1; back <= FAR_DAYS; back++) {
    const window = openWindow(day.subtract({ days: back }), calendar)
    if (window) return window.closes
  }
  return null
}

/** The day whose register is to be handed over on `today`: the next open day. `null` when none comes. */
export function registerDayOn(today: Temporal.PlainDate, calendar: StoreCalendar): Temporal.PlainDate | null {
  return nextOpenDay(today, calendar)
}

export interface RegisterFacts {
  readonly now: Temporal.Instant
  readonly by: Temporal.Instant | null
  readonly handedOver: boolean
  /** Bookings changed since it was handed over. */
  readonly changed: boolean
}

/**
 * Where a register stands: `empty` needs nothing; `waiting` has time; `pressing` an hour before closing; `overdue` after it;
 * `handed-over`, or `changed` when bookings came or went since.
 */
export type RegisterState = 'empty' | 'waiting' | 'pressing' | 'overdue' | 'handed-over' | 'changed'

export function registerState(bookings: number, { now, by, handedOver, changed }: RegisterFacts): RegisterState {
  if (handedOver) return changed ? 'changed' : 'handed-over'
  if (bookings === 0) return 'empty'
  if (!by) return 'waiting'
  if (Temporal.Instant.compare(now, by) >= 0) return 'overdue'
  return Temporal.Instant.compare(now, by.subtract({ minutes: PRESSING_MINUTES })) >= 0 ? 'pressing' : 'waiting'
}
