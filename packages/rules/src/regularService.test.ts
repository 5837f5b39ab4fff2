import { expect, it } from 'vitest'
import { REGULAR_SERVICE_DEFAULTS, REGULAR_SERVICE_RANGES, serviceWindow } from './regularService.ts'
import { rangeProblems } from './settingRanges.ts'

it('the defaults are usable and give the days of CARE-03', () => {
  expect(rangeProblems(REGULAR_SERVICE_DEFAULTS, REGULAR_SERVICE_RANGES)).toEqual([])
  const { opensOn, callBy, lastOn } = serviceWindow(Temporal.PlainDate.from('2026-03-01'))
  expect([opensOn, callBy, lastOn].map(String)).toEqual(['2026-02-15', '2026-02-22', '2026-05-30'])
})

it('names every wrong value with its range, and a call due before its task opens', () => {
  const wrong = { ...REGULAR_SERVICE_DEFAULTS, intervalMonths: 0, intervalKm: 5000.5, lateDays: Number.NaN }
  expect(rangeProblems(wrong, REGULAR_SERVICE_RANGES)).toEqual([
    { field: 'intervalMonths', reason: 'out-of-range', min: 1, max: 60 },
    { field: 'intervalKm', reason: 'not-whole', min: 500, max: 100_000 },
    { field: 'lateDays', reason: 'not-whole', min: 0, max: 365 },
  ])
  const early = { ...REGULAR_SERVICE_DEFAULTS, callDaysBefore: 14 }
  expect(rangeProblems(early, REGULAR_SERVICE_RANGES, [['callDaysBefore', 'opensDaysBefore']])).toEqual([
    { field: 'callDaysBefore', reason: 'order', than: 'opensDaysBefore' },
  ])
})
