import { expect, test } from 'vitest'
import { lastMonths, totalOf } from '../analysis/figures.ts'
import { daysOf, spanOf } from '../appointments/span.ts'
import { holidayRuns } from './holiday-runs.ts'

test('days that follow one another under one name are one line', () => {
  const holiday = (day: string) => ({ day, kind: 'holiday' as const, name: '国庆节' })
  expect(
    holidayRuns([
      holiday('2026-10-02'),
      holiday('2026-10-01'),
      { day: '2026-09-30', kind: 'make-up', name: '国庆节' },
      holiday('2026-10-04'),
    ]),
  ).toEqual([
    { kind: 'make-up', name: '国庆节', from: '2026-09-30', to: '2026-09-30', days: 1 },
    { kind: 'holiday', name: '国庆节', from: '2026-10-01', to: '2026-10-02', days: 2 },
    { kind: 'holiday', name: '国庆节', from: '2026-10-04', to: '2026-10-04', days: 1 },
  ])
})

test('a week begins on Monday and lists days without appointments too', () => {
  expect(spanOf('2026-11-21', 'week')).toEqual({ from: '2026-11-16', to: '2026-11-22' })
  const booked = [
    { day: '2026-11-17', time: null },
    { day: '2026-11-17', time: '09:30' },
  ]
  const days = daysOf(booked, '2026-11-16', '2026-11-22')
  expect(days).toHaveLength(7)
  expect(days[1]?.appointments.map((one) => one.time)).toEqual(['09:30', null])
})

test('ranges begin on the first of a month, totals add every column', () => {
  expect(lastMonths('2026-03-31', 6)).toEqual({ from: '2025-10-01', to: '2026-03-31' })
  const row = { due: 5, reminded: 4, reached: 3, booked: 2, returned: 1, failed: 1, elsewhere: 1 }
  expect(totalOf([row, row])).toEqual({
    due: 10,
    reminded: 8,
    reached: 6,
    booked: 4,
    returned: 2,
    failed: 2,
    elsewhere: 2,
  })
})
