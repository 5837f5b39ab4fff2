import { describe, expect, it } from 'vitest'
import { handOverBy, registerDayOn, registerState } from './bookingRegister.ts'
import { DEFAULT_CALENDAR, type StoreCalendar } from './calendar.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Asia/Shanghai]`).toInstant()
const sundaysOff: StoreCalendar = {
  ...DEFAULT_CALENDAR,
  hours: { ...DEFAULT_CALENDAR.hours, week: [...DEFAULT_CALENDAR.hours.week.slice(0, 6), null] },
  closures: [{ day: '2026-11-21', reason: '盘点' }],
}

describe('the booking register (CARE-10)', () => {
  it.each([
    ['2026-11-20', '2026-11-19T17:30', 'the evening before'],
    ['2026-11-23', '2026-11-20T17:30', 'Monday: the closed Sunday and a closure lie between'],
  ])('of %s is handed over by %s (%s)', (of, by) => {
    expect(handOverBy(day(of), sundaysOff)?.toString()).toBe(at(by).toString())
  })

  it('has no closing when the store was shut for a month', () => {
    const shut = { ...DEFAULT_CALENDAR, hours: { ...DEFAULT_CALENDAR.hours, week: Array(7).fill(null) } }
    expect(handOverBy(day('2026-11-20'), shut)).toBeNull()
    expect(registerDayOn(day('2026-11-20'), shut)).toBeNull()
  })

  it('what is owed today is the next open day’s', () => {
    expect(registerDayOn(day('2026-11-20'), sundaysOff)?.toString()).toBe('2026-11-23')
    const of = registerDayOn(day('2026-11-20'), sundaysOff)
    expect(of && handOverBy(of, sundaysOff)?.toString()).toBe(at('2026-11-20T17:30').toString())
  })

  it.each([
    ['2026-11-19T16:29', 3, false, false, 'waiting'],
    ['2026-11-19T16:30', 3, false, false, 'pressing'],
    ['2026-11-19T17:29', 3, false, false, 'pressing'],
    ['2026-11-19T17:30', 3, false, false, 'overdue'],
    ['2026-11-19T17:30', 0, false, false, 'empty'],
    ['2026-11-19T18:00', 3, true, false, 'handed-over'],
    ['2026-11-19T18:00', 3, true, true, 'changed'],
    ['2026-11-19T18:00', 0, true, true, 'changed'],
  ] as const)('at %s with %i bookings, handed over %s, changed %s: %s', (now, bookings, handedOver, changed, state) => {
    const by = handOverBy(day('2026-11-20'), DEFAULT_CALENDAR)
    expect(registerState(bookings, { now: at(now), by, handedOver, changed })).toBe(state)
  })
})
