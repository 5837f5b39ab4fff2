/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addOpenMinutes,
  addWorkingDays,
  DEFAULT_CALENDAR,
  DEFAULT_HOURS,
  dayKind,
  dayOf,
  isOpen,
  momentAt,
  nextOpenDay,
  openWindow,
  type StoreCalendar,
  statutoryDay,
  statutoryDays,
} from './calendar.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()
const local = (moment: Temporal.Instant | null) =>
  moment?.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'minute' })
const open = { from: '08:30', to: '17:30' }
const office: StoreCalendar = {
  timeZone: 'Asia/Shanghai',
  hours: { ...DEFAULT_HOURS, week: [open, open, open, open, open, null, null], closedOnHolidays: true },
  closures: ['2026-03-10', '2026-03-11'].map((day) => ({ day, reason: '盘点' })),
}

describe('statutory days', () => {
  const notices = new URL('../../../../shared/data/calendar/', import.meta.url)
  const agree = it.skipIf(!existsSync(notices)).each([2024, 2025, 2026])
  agree('agree with the State Council notice of %i (skipped without ../shared/data)', (year) => {
    const file = new URL(`${year}.json`, notices)
    const notice = JSON.parse(readFileSync(file, 'utf8')) as {
      days: { name: string; date: string; isOffDay: boolean }[]
    }
    const told = new Map(notice.days.map((one) => [one.date, one]))
    expect(told.size).toBeGreaterThan(20)
    for (let one = day(`${year}-01-01`); one.year === year; one = one.add({ days: 1 })) {
      const official = told.get(one.toString())
      const expected = official
        ? official.isOffDay
          ? 'holiday'
          : 'makeup'
        : one.dayOfWeek >= 6
          ? 'weekend'
          : 'weekday'
      expect([one.toString(), statutoryDay(one).kind, statutoryDay(one).known]).toEqual([
        one.toString(),
        expected,
        true,
      ])
    }
  })
  it('says that a year is not published yet', () => {
    expect(statutoryDay(day('2031-10-01'))).toEqual({ kind: 'weekday', known: false })
    expect(statutoryDay(day('2026-10-01'))).toEqual({ kind: 'holiday', known: true, name: '国庆节' })
  })
})

describe('the list of a year', () => {
  it('holds holidays and make-up days in order, and is empty for a year not published', () => {
    expect(statutoryDays(2026)[0]).toEqual({ day: '2026-01-01', kind: 'holiday', name: '元旦' })
    expect(statutoryDays(2026)).toContainEqual({ day: '2026-02-14', kind: 'makeup', name: '春节' })
    expect(statutoryDays(2031)).toEqual([])
  })
})

describe('a store’s days', () => {
  it('is open every day by default, holidays included', () => {
    expect(dayKind(day('2026-02-17'), DEFAULT_CALENDAR)).toMatchObject({ kind: 'holiday', open: true })
    expect(dayKind(day('2026-11-22'), DEFAULT_CALENDAR)).toMatchObject({ kind: 'weekend', open: true })
  })
  it('closes on weekends, holidays and own closures, and opens on make-up days', () => {
    expect(dayKind(day('2026-02-14'), office)).toMatchObject({ kind: 'makeup', open: true, hours: open })
    expect(dayKind(day('2026-02-16'), office)).toMatchObject({ kind: 'holiday', open: false })
    expect(dayKind(day('2026-03-10'), office)).toMatchObject({ open: false, closure: '盘点' })
    expect(nextOpenDay(day('2026-02-14'), office)?.toString()).toBe('2026-02-24')
    expect(addWorkingDays(day('2026-03-09'), 3, office)?.toString()).toBe('2026-03-16')
    expect(nextOpenDay(day('2026-03-09'), { ...office, hours: { ...DEFAULT_HOURS, week: [] } })).toBeNull()
  })
  it('opens and closes at the minute, in the store’s time zone whatever the machine’s', () => {
    expect(isOpen(at('2026-11-20T08:30'), office)).toBe(true)
    expect(isOpen(at('2026-11-20T08:29'), office)).toBe(false)
    expect(isOpen(at('2026-11-20T17:30'), office)).toBe(false)
    expect(openWindow(day('2026-11-20'), office)?.opens.toString()).toBe('2026-11-20T00:30:00Z')
    expect(dayOf(Temporal.Instant.from('2026-11-20T16:30:00Z'), office).toString()).toBe('2026-11-21')
    expect(momentAt(day('2026-11-20'), '00:00', office).toString()).toBe('2026-11-19T16:00:00Z')
  })
})

describe('open minutes (CMP-07)', () => {
  it.each([
    ['2026-11-19T17:00', 120, '2026-11-20T10:00'],
    ['2026-11-20T17:00', 120, '2026-11-23T10:00'],
    ['2026-11-20T10:00', 120, '2026-11-20T12:00'],
    ['2026-11-20T15:30', 120, '2026-11-20T17:30'],
    ['2026-11-20T22:00', 60, '2026-11-23T09:30'],
    ['2026-02-14T17:00', 60, '2026-02-24T09:00'],
  ])('%s + %i minutes = %s', (from, minutes, expected) =>
    expect(local(addOpenMinutes(at(from), minutes, office))).toBe(expected),
  )

  it('adding in two steps is adding at once', () => {
    const minutes = fc.integer({ min: 1, max: 2000 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), minutes, minutes, (start, a, b) => {
        const from = at('2026-01-01T00:00').add({ minutes: start })
        const first = addOpenMinutes(from, a, office)
        expect(first && local(addOpenMinutes(first, b, office))).toBe(local(addOpenMinutes(from, a + b, office)))
      }),
      { numRuns: 200 },
    )
  })
})
