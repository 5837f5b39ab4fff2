import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DEFAULT_CALENDAR, DEFAULT_HOURS, isOpen, type StoreCalendar } from './calendar.ts'
import { nextPart, partOf, partsOf } from './parts.ts'

const day = Temporal.PlainDate.from('2026-11-20')
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()
const hours = (from: string, to: string): StoreCalendar => ({
  ...DEFAULT_CALENDAR,
  hours: { ...DEFAULT_HOURS, week: Array.from({ length: 7 }, () => ({ from, to })) },
})
const shown = (calendar: StoreCalendar) =>
  partsOf(day, calendar).map(({ part, from, to }) => {
    const time = (moment: Temporal.Instant) =>
      moment.toZonedDateTimeISO('Asia/Shanghai').toPlainTime().toString({ smallestUnit: 'minute' })
    return `${part} ${time(from)}-${time(to)}`
  })

it('cuts the day in three, inside opening hours', () => {
  expect(shown(DEFAULT_CALENDAR)).toEqual(['morning 08:30-11:30', 'midday 11:30-14:30', 'afternoon 14:30-17:30'])
  expect(shown(hours('12:00', '20:00'))).toEqual(['midday 12:00-14:30', 'afternoon 14:30-20:00'])
  expect(shown(hours('09:00', '12:00'))).toEqual(['morning 09:00-11:30', 'midday 11:30-12:00'])
  expect(shown(hours('18:00', '22:00'))).toEqual(['afternoon 18:00-22:00'])
  expect(shown({ ...DEFAULT_CALENDAR, closures: [{ day: '2026-11-20', reason: 'x' }] })).toEqual([])
})

it('names the part of a moment at its borders', () => {
  expect(partOf(at('2026-11-20T08:30'), DEFAULT_CALENDAR)).toBe('morning')
  expect(partOf(at('2026-11-20T11:30'), DEFAULT_CALENDAR)).toBe('midday')
  expect(partOf(at('2026-11-20T17:29'), DEFAULT_CALENDAR)).toBe('afternoon')
  expect(partOf(at('2026-11-20T17:30'), DEFAULT_CALENDAR)).toBeNull()
})

it('finds the next part, the running one included, and none after the last day', () => {
  const wish = { calendar: DEFAULT_CALENDAR, until: day.add({ days: 1 }) }
  const first = nextPart({ ...wish, after: at('2026-11-20T10:00') })
  expect([first?.part, first?.from.toString()]).toEqual(['morning', '2026-11-20T02:00:00Z'])
  expect(nextPart({ ...wish, after: at('2026-11-20T10:00'), without: ['morning', 'midday'] })?.part).toBe('afternoon')
  expect(nextPart({ ...wish, after: at('2026-11-21T17:30') })).toBeNull()
})

it('gives every open minute exactly one part', () => {
  const clock = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:15`)
  fc.assert(
    fc.property(clock, clock, fc.integer({ min: 0, max: 1439 }), (opens, closes, minute) => {
      if (opens >= closes) return
      const calendar = hours(opens, closes)
      const moment = at('2026-11-20T00:00').add({ minutes: minute })
      expect(partOf(moment, calendar) !== null).toBe(isOpen(moment, calendar))
    }),
  )
})
