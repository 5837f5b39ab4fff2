import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { birthdayContact, birthdayIn, nextBirthday } from './birthday.ts'
import { before, DEFAULT_CALENDAR, dayOf, isOpen, type StoreCalendar } from './calendar.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const local = (moment: Temporal.Instant) =>
  moment.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'minute' })
const closedOn = (text: string): StoreCalendar => ({
  ...DEFAULT_CALENDAR,
  closures: [{ day: text, reason: '盘点' }],
})

describe('birthday (CARE-07)', () => {
  it('keeps 29 February on the 28th in common years', () => {
    expect(birthdayIn(2026, day('1992-02-29')).toString()).toBe('2026-02-28')
    expect(birthdayIn(2028, day('1992-02-29')).toString()).toBe('2028-02-29')
    expect(nextBirthday(day('1992-02-29'), day('2026-02-28')).toString()).toBe('2026-02-28')
    expect(nextBirthday(day('1992-02-29'), day('2026-03-01')).toString()).toBe('2027-02-28')
  })

  it('calls within two hours of opening', () => {
    const contact = birthdayContact(day('2026-11-20'), DEFAULT_CALENDAR)
    expect(contact.how === 'call' && [local(contact.from), local(contact.by)]).toEqual([
      '2026-11-20T08:30',
      '2026-11-20T10:30',
    ])
  })

  it('ends at closing on a short day, never on the next one', () => {
    const short = { from: '10:00', to: '11:00' }
    const week = DEFAULT_CALENDAR.hours.week.map(() => short)
    const calendar = { ...DEFAULT_CALENDAR, hours: { ...DEFAULT_CALENDAR.hours, week } }
    const contact = birthdayContact(day('2026-11-20'), calendar)
    expect(contact.how === 'call' && local(contact.by)).toBe('2026-11-20T11:00')
  })

  it('sends a message on the morning of a closed day, and nobody calls', () => {
    const contact = birthdayContact(day('2026-11-20'), closedOn('2026-11-20'))
    expect(contact.how === 'message' && local(contact.at)).toBe('2026-11-20T09:00')
  })

  it('comes once a year, on the day itself', () => {
    const days = fc.integer({ min: 0, max: 40_000 }).map((n) => day('1930-01-01').add({ days: n }))
    fc.assert(
      fc.property(days, days, (birthday, today) => {
        const next = nextBirthday(birthday, today)
        expect(today.until(next, { largestUnit: 'days' }).days).toBeGreaterThanOrEqual(0)
        expect(today.until(next, { largestUnit: 'days' }).days).toBeLessThanOrEqual(366)
        expect(next.month).toBe(birthday.month)
        const contact = birthdayContact(next, DEFAULT_CALENDAR)
        if (contact.how !== 'call') throw new Error('the store is open every day')
        expect(dayOf(contact.from, DEFAULT_CALENDAR).equals(next)).toBe(true)
        expect(isOpen(contact.from, DEFAULT_CALENDAR) && before(contact.from, contact.by)).toBe(true)
      }),
    )
  })
})
