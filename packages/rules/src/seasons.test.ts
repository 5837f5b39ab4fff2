import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarTips, longHolidays, TIP_DEFAULTS, TIP_RANGES, type TipFacts, vehicleTips } from './seasons.ts'
import { rangeProblems } from './settingRanges.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const told = (tips: ReturnType<typeof calendarTips>) => tips.map(({ tip, cycle }) => `${tip} ${cycle}`)

describe('long holidays', () => {
  it('are the runs of the published notices', () => {
    expect(longHolidays(2026).map(({ name, from, to }) => `${name} ${from} ${to}`)).toEqual([
      '春节 2026-02-15 2026-02-23',
      '劳动节 2026-05-01 2026-05-05',
      '国庆节 2026-10-01 2026-10-07',
    ])
    expect(longHolidays(2026, 3).length).toBeGreaterThan(3)
    expect(longHolidays(2031)).toEqual([])
  })
  it('belong to the year they begin in', () => {
    const newYear = (year: number) => longHolidays(year, 3).filter(({ name }) => name === '元旦')
    expect(newYear(2022).map(({ from, to }) => `${from} ${to}`)).toContain('2022-12-31 2023-01-02')
    expect(newYear(2023).map(({ from }) => from.toString())).not.toContain('2022-12-31')
  })
})

describe('tips by the calendar (CARE-09)', () => {
  it.each([
    ['2026-02-04', ['season-change 2026-spring', 'pre-trip 2026-02-15']],
    ['2026-01-31', []],
    ['2026-02-12', ['season-change 2026-spring', 'pre-trip 2026-02-15']],
    ['2026-02-14', ['season-change 2026-spring', 'safe-driving 2026-02-15']],
    ['2026-02-18', []],
    ['2026-09-17', ['pre-trip 2026-10-01']],
    ['2026-09-28', ['pre-trip 2026-10-01']],
    ['2026-09-29', ['safe-driving 2026-10-01']],
    ['2026-11-07', ['season-change 2026-winter']],
    ['2031-09-20', []],
  ])('on %s: %j', (today, expected) => expect(told(calendarTips(day(today)))).toEqual(expected))

  it('never tells a tip outside its days, and each season once a year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 25_000 }), (n) => {
        const today = day('2010-01-01').add({ days: n })
        const tips = calendarTips(today)
        for (const { opensOn, lastOn } of tips) {
          expect(
            Temporal.PlainDate.compare(opensOn, today) <= 0 && Temporal.PlainDate.compare(today, lastOn) <= 0,
          ).toBe(true)
        }
        expect(new Set(told(tips)).size).toBe(tips.length)
      }),
    )
  })
})

describe('tips by the car (CARE-09)', () => {
  const facts: TipFacts = { deliveredOn: day('2022-03-01') }
  const tips = (more: Partial<TipFacts>, today: string) => told(vehicleTips({ ...facts, ...more }, day(today)))
  it('tells a round mileage once it was driven', () => {
    const latest = { on: day('2025-06-01'), km: 30_100 }
    expect(tips({ latest, previousKm: 29_000 }, '2025-06-01')).toEqual(['mileage 30000'])
    expect(tips({ latest, previousKm: 30_050 }, '2025-06-01')).toEqual([])
    expect(tips({ latest, previousKm: 29_000 }, '2025-07-02')).toEqual([])
  })
  it('tells old tyres by years or kilometres, counted from the change', () => {
    expect(tips({}, '2027-03-01')).toEqual(['tyres 2022-03-01'])
    expect(tips({}, '2027-02-28')).toEqual([])
    const latest = { on: day('2025-06-01'), km: 61_000 }
    expect(tips({ latest, previousKm: 60_500 }, '2025-06-01')).toEqual(['tyres 2022-03-01'])
    expect(tips({ latest, previousKm: 60_500, tyres: { on: day('2025-01-01'), km: 55_000 } }, '2025-06-01')).toEqual([])
  })
  it('looks at antifreeze in the month before winter, when it is two years old', () => {
    expect(tips({}, '2025-10-20')).toEqual(['antifreeze 2025'])
    expect(tips({}, '2025-10-07')).toEqual([])
    expect(tips({}, '2025-11-08')).toEqual([])
    expect(tips({ antifreezeOn: day('2024-10-01') }, '2025-10-20')).toEqual([])
    expect(tips({ deliveredOn: null }, '2025-10-20')).toEqual([])
  })
  it('has usable defaults', () => {
    expect(rangeProblems(TIP_DEFAULTS, TIP_RANGES, [['preTripToDays', 'preTripFromDays']])).toEqual([])
  })
})
