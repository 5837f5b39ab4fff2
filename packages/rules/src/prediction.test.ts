import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dailyKm } from './odometer.ts'
import { daysToDrive, explainDue, nextDue } from './prediction.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const due = (anchor: string, intervalMonths: number | null, intervalKm: number | null, daily: number | null) => {
  const { dueOn, decidedBy } = nextDue({ anchorOn: day(anchor), intervalMonths, intervalKm, dailyKm: daily })
  return `${dueOn} ${decidedBy}`
}

describe('next service (CARE-03)', () => {
  it.each<[string, number | null, number | null, number | null, string]>([
    ['2026-01-31', 1, null, null, '2026-02-28 time'],
    ['2024-08-31', 6, 5000, null, '2025-02-28 time'],
    ['2026-01-01', 6, 5000, 50, '2026-04-11 km'],
    ['2026-01-01', 6, 5000, 20, '2026-07-01 time'],
    ['2026-01-01', null, 5000, 20, '2026-09-08 km'],
    ['2026-01-01', null, 5000, 0.2, '2039-09-10 km'],
    ['2026-01-01', null, 5000, 9000, '2026-01-11 km'],
    ['2026-01-01', null, 5000, null, 'null null'],
    ['2026-01-01', 6, 5000, Number.NaN, '2026-07-01 time'],
    ['2026-01-01', 0, 0, 20, 'null null'],
  ])('%s + %s months / %s km at %s km a day → %s', (anchor, months, km, daily, expected) =>
    expect(due(anchor, months, km, daily)).toBe(expected),
  )

  it('counts the mileage on from a newer reading, never from an older one or without the anchor’s', () => {
    const input = { anchorOn: day('2026-01-01'), anchorKm: 10_000, intervalMonths: 12, intervalKm: 5000, dailyKm: 50 }
    const by = (latest: { on: Temporal.PlainDate; km: number }, anchorKm: number | null = 10_000) =>
      nextDue({ ...input, anchorKm, latest }).byKm?.toString()
    expect(by({ on: day('2026-02-01'), km: 14_000 })).toBe('2026-02-21')
    expect(by({ on: day('2026-02-01'), km: 16_000 })).toBe('2026-02-01')
    expect(by({ on: day('2025-12-01'), km: 14_000 })).toBe('2026-04-11')
    expect(by({ on: day('2026-02-01'), km: 4000 }, 0)).toBe('2026-02-21')
    expect(by({ on: day('2026-02-01'), km: 14_000 }, null)).toBe('2026-04-11')
  })

  it('rounds days up, exactly', () => {
    expect([daysToDrive(5000, 12.5), daysToDrive(5000, 12.49), daysToDrive(333, 33.3)]).toEqual([400, 401, 10])
  })

  const anchor = fc.integer({ min: 0, max: 3000 }).map((days) => day('2020-01-01').add({ days }))
  const interval = fc.record({
    anchorOn: anchor,
    intervalMonths: fc.option(fc.integer({ min: 1, max: 36 })),
    intervalKm: fc.option(fc.integer({ min: 1000, max: 40_000 })),
    dailyKm: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
  })

  it('never comes earlier when an interval grows, and is never before either bound it names', () => {
    fc.assert(
      fc.property(interval, fc.integer({ min: 1, max: 12 }), (input, more) => {
        const now = nextDue(input)
        const longer = nextDue({
          ...input,
          intervalMonths: input.intervalMonths && input.intervalMonths + more,
          intervalKm: input.intervalKm && input.intervalKm + more * 500,
        })
        expect(longer.dueOn === null).toBe(now.dueOn === null)
        if (!now.dueOn || !longer.dueOn) return
        expect(Temporal.PlainDate.compare(longer.dueOn, now.dueOn)).toBeGreaterThanOrEqual(0)
        const bounds = [now.byTime, now.byKm].filter((bound) => bound !== null)
        expect(now.dueOn).toEqual(bounds.sort(Temporal.PlainDate.compare)[0])
        expect(Temporal.PlainDate.compare(now.dueOn, input.anchorOn)).toBe(1)
      }),
    )
  })

  it('is not moved by one absurd reading (CARE-19)', () => {
    const today = day('2026-11-20')
    const readings = [0, 100, 210, 330].map((days) => ({ on: day('2025-01-01').add({ days }), km: 2000 + days * 45 }))
    const dueOf = (history: typeof readings) => {
      const { kmPerDay, confidence } = dailyKm(history, { today })
      const input = { anchorOn: day('2025-11-27'), intervalMonths: 6, intervalKm: 5000, dailyKm: kmPerDay, confidence }
      return nextDue(input).dueOn?.toString()
    }
    const wanted = dueOf(readings)
    const absurd = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 550_000, max: 9e6 }))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 335 }), absurd, (days, km) => {
        expect(dueOf([...readings, { on: day('2025-01-01').add({ days }), km }])).toBe(wanted)
      }),
    )
  })

  it('explains itself in both languages', () => {
    const input = { anchorOn: day('2026-01-01'), intervalMonths: 6, intervalKm: 5000, dailyKm: 50 }
    expect(explainDue(input, 'zh-CN')).toBe('自 2026-01-01 起每天约 50 公里，5000 公里先到：2026-04-11')
    expect(explainDue({ ...input, dailyKm: null }, 'en')).toBe(
      '6 months since 2026-01-01 (too few odometer readings): 2026-07-01',
    )
    expect(nextDue({ ...input, anchorKm: 12_000 }).dueKm).toBe(17_000)
  })
})
