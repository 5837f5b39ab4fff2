import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { around, explainWindow, windowState } from './careWindow.ts'
import { INSPECTION_CARE_DEFAULTS, INSPECTION_CARE_RANGES, inspectionWindow } from './inspectionCare.ts'
import { PROACTIVE_DEFAULTS, PROACTIVE_RANGES, proactiveVerdict } from './proactiveBooking.ts'
import { rangeProblems } from './settingRanges.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const window = around(day('2026-05-01'), day('2026-04-17'), { callDaysBefore: 7, lateDays: 90 })

describe('a window on a day', () => {
  it.each([
    ['2026-04-16', 'early', 1],
    ['2026-04-17', 'open', 8],
    ['2026-04-24', 'open', 1],
    ['2026-04-25', 'call-late', 7],
    ['2026-05-01', 'call-late', 1],
    ['2026-05-02', 'overdue', 90],
    ['2026-07-30', 'overdue', 1],
    ['2026-07-31', 'over', null],
  ])('%s: %s for %s more days', (today, state, days) =>
    expect(windowState(window, day(today))).toEqual({ state, days }),
  )

  it('says why in both languages', () => {
    expect(explainWindow(window, day('2026-04-20'), 'zh-CN')).toBe('2026-05-01 到期，最迟 2026-04-24 致电')
    expect(explainWindow(window, day('2026-08-01'), 'en')).toBe(
      'Was due on 2026-05-01, no longer told after 2026-07-30',
    )
  })

  it('changes on the day it says, and not before', () => {
    const size = fc.integer({ min: 0, max: 60 })
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: -100, max: 100 }), (opens, callDaysBefore, lateDays, offset) => {
        const dueOn = day('2026-05-01')
        const one = around(dueOn, dueOn.subtract({ days: opens }), { callDaysBefore, lateDays })
        const today = dueOn.add({ days: offset })
        const { state, days } = windowState(one, today)
        if (days === null) {
          expect(state).toBe('over')
          return
        }
        expect(days).toBeGreaterThan(0)
        expect(windowState(one, today.add({ days: days - 1 })).state).toBe(state)
        expect(windowState(one, today.add({ days })).state).not.toBe(state)
      }),
    )
  })
})

describe('annual inspection (CARE-05)', () => {
  const due = { dueMonthEnd: day('2026-03-31'), opensOn: day('2026-01-01') }
  it('is told before the month ends, never before the law opens it', () => {
    const { opensOn, callBy, dueOn, lastOn } = inspectionWindow(due)
    expect([opensOn, callBy, dueOn, lastOn].map(String)).toEqual([
      '2026-02-14',
      '2026-03-17',
      '2026-03-31',
      '2026-04-30',
    ])
    expect(inspectionWindow(due, { ...INSPECTION_CARE_DEFAULTS, opensDaysBefore: 92 }).opensOn.toString()).toBe(
      '2026-01-01',
    )
    expect(rangeProblems(INSPECTION_CARE_DEFAULTS, INSPECTION_CARE_RANGES)).toEqual([])
  })
})

describe('proactive booking (CARE-10)', () => {
  const today = day('2026-05-01')
  const verdict = (time: string | null, km: string | null, confidence: 'high' | 'none' = 'high') =>
    proactiveVerdict({ byTime: time ? day(time) : null, byKm: km ? day(km) : null, confidence }, today)
  it.each([
    ['2026-05-31', '2026-05-31', 'near-both'],
    ['2026-06-01', '2026-05-31', 'time-far'],
    ['2026-05-31', '2026-06-01', 'mileage-far'],
    ['2026-04-01', '2026-05-31', 'near-both'],
    ['2026-03-31', '2026-05-31', 'late'],
    [null, '2026-05-31', 'no-time'],
    ['2026-05-31', null, 'no-mileage'],
  ])('time %s, mileage %s: %s', (time, km, expected) => expect(verdict(time, km)).toBe(expected))
  it('does not trust a prediction without confidence', () => {
    expect(verdict('2026-05-31', '2026-05-31', 'none')).toBe('no-mileage')
    expect(rangeProblems(PROACTIVE_DEFAULTS, PROACTIVE_RANGES)).toEqual([])
  })
})
