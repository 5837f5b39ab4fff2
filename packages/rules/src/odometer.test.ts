import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dailyKm, judgeReading, judgeReadings, type OdometerReading } from './odometer.ts'

const start = Temporal.PlainDate.from('2024-01-01')
const today = Temporal.PlainDate.from('2026-11-20')
const reading = (days: number, km: number): OdometerReading => ({ on: start.add({ days }), km })
const verdicts = (readings: OdometerReading[]) =>
  judgeReadings(readings, today).map((verdict) => (verdict.accepted ? 'ok' : verdict.reason))

/** A car that drives 10–150 km a day and comes every 30–200 days. */
const honest = fc
  .array(fc.record({ days: fc.integer({ min: 30, max: 200 }), daily: fc.integer({ min: 10, max: 150 }) }), {
    minLength: 3,
    maxLength: 5,
  })
  .map((legs) => {
    let [days, km] = [0, 500]
    return legs.map((leg) => {
      days += leg.days
      km += leg.days * leg.daily
      return reading(days, km)
    })
  })

describe('judging readings (CARE-19)', () => {
  it.each<[string, OdometerReading[], string[]]>([
    ['an honest history', [reading(0, 1000), reading(90, 6000), reading(200, 11000)], ['ok', 'ok', 'ok']],
    ['nought', [reading(0, 1000), reading(90, 0)], ['ok', 'zero']],
    ['more than a car drives', [reading(0, 1000), reading(90, 600_001)], ['ok', 'absurd']],
    ['too fast', [reading(0, 1000), reading(10, 50_000)], ['ok', 'absurd']],
    ['backwards', [reading(0, 20_000), reading(90, 19_999)], ['ok', 'rollback']],
    ['tomorrow', [{ on: today.add({ days: 1 }), km: 5 }], ['future']],
    ['no number', [reading(0, Number.NaN)], ['not-a-number']],
    ['an early typo outvoted', [reading(0, 90_000), reading(90, 5000), reading(180, 9000)], ['absurd', 'ok', 'ok']],
    ['a typo between', [reading(0, 1000), reading(90, 60_000), reading(180, 11_000)], ['ok', 'absurd', 'ok']],
    ['a dropped digit', [reading(0, 10_000), reading(90, 1500), reading(180, 20_000)], ['ok', 'rollback', 'ok']],
    [
      'a small rollback after an honest history',
      [reading(0, 10_000), reading(180, 15_000), reading(360, 20_000), reading(540, 19_999)],
      ['ok', 'ok', 'ok', 'rollback'],
    ],
    [
      'a digit too many at the end, seen by the next reading',
      [reading(0, 10_000), reading(180, 15_000), reading(360, 200_000), reading(540, 25_000)],
      ['ok', 'ok', 'absurd', 'ok'],
    ],
    [
      'a digit too many at the very end',
      [reading(0, 4724), reading(219, 10_856), reading(415, 163_440)],
      ['ok', 'ok', 'absurd'],
    ],
    [
      'a leap the next reading bears out',
      [reading(0, 4724), reading(219, 10_856), reading(415, 163_440), reading(600, 168_000)],
      ['ok', 'ok', 'ok', 'ok'],
    ],
    ['a journey', [reading(0, 1000), reading(200, 8000), reading(215, 16_500)], ['ok', 'ok', 'ok']],
    ['a taxi', [reading(0, 20_000), reading(50, 40_000), reading(110, 65_000)], ['ok', 'ok', 'ok']],
    ['the same day twice', [reading(0, 1000), reading(0, 1000)], ['ok', 'ok']],
    ['nothing', [], []],
  ])('%s', (_, readings, expected) => expect(verdicts(readings)).toEqual(expected))

  it('decides a first contradiction for the older reading, and the third reading decides anew', () => {
    const history = [reading(0, 90_000)]
    expect(judgeReading(history, reading(90, 5000), today)).toEqual({ accepted: false, reason: 'rollback' })
    expect(judgeReading([...history, reading(90, 5000)], reading(180, 9000), today)).toEqual({ accepted: true })
  })

  it('accepts every honest history wholly, in any order', () => {
    fc.assert(
      fc.property(honest, (readings) => {
        expect(new Set(verdicts(readings))).toEqual(new Set(['ok']))
        expect(new Set(verdicts(readings.toReversed()))).toEqual(new Set(['ok']))
      }),
    )
  })

  it('keeps a chain that never falls, whatever it is given', () => {
    const any = fc.record({ days: fc.integer({ min: 0, max: 900 }), km: fc.integer({ min: -5, max: 700_000 }) })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (rows) => {
        const readings = rows.map(({ days, km }) => reading(days, km))
        const kept = readings.filter((_, i) => verdicts(readings)[i] === 'ok')
        kept.sort((a, b) => Temporal.PlainDate.compare(a.on, b.on) || a.km - b.km)
        for (const [i, one] of kept.entries()) expect(one.km).toBeGreaterThanOrEqual(kept[i - 1]?.km ?? 1)
      }),
    )
  })
})

describe('kilometres a day', () => {
  it('does not believe a nought too many in the last reading', () => {
    const options = { today, deliveredOn: Temporal.PlainDate.from('2023-05-14') }
    const known = dailyKm([reading(14, 5924)], options).kmPerDay ?? 0
    expect(known).toBeCloseTo(26, 0)
    expect(dailyKm([reading(14, 5924), reading(215, 107_480)], options).kmPerDay).toBe(known)
    const borne = [reading(14, 5924), reading(215, 107_480), reading(300, 110_000)]
    expect(dailyKm(borne, options).kmPerDay).toBeGreaterThan(100)
  })

  it('is unknown without two readings apart', () => {
    expect(dailyKm([], { today })).toMatchObject({ kmPerDay: null, confidence: 'none' })
    expect(dailyKm([reading(0, 100), reading(5, 900)], { today })).toMatchObject({ kmPerDay: null, confidence: 'none' })
  })
  it('counts the delivery as nought, and draws little knowledge towards the prior', () => {
    expect(dailyKm([reading(60, 6000)], { today, deliveredOn: start })).toMatchObject({
      kmPerDay: 67.5,
      confidence: 'low',
    })
    expect(dailyKm([reading(60, 6000)], { today, deliveredOn: start, priorKmPerDay: 100 }).kmPerDay).toBe(100)
  })
  it('grows confident with readings, days and evenness', () => {
    const even = [0, 120, 240, 360].map((days) => reading(days, 1000 + days * 50))
    expect(dailyKm(even, { today })).toMatchObject({ confidence: 'high', points: 4, days: 360 })
    expect(dailyKm(even.slice(0, 3), { today })).toMatchObject({ confidence: 'medium' })
  })
  it('stays between 1 and 500', () => {
    expect(dailyKm([reading(0, 10), reading(900, 10)], { today, priorKmPerDay: 0 }).kmPerDay).toBe(1)
    expect(dailyKm([reading(0, 10), reading(300, 400_010)], { today }).kmPerDay).toBe(500)
  })
  it('is not moved by one absurd reading anywhere, nor by the order', () => {
    const absurd = fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: 600_001, max: 9_999_999 }))
    fc.assert(
      fc.property(honest, fc.integer({ min: 0, max: 600 }), absurd, (readings, days, km) => {
        // Kilometre 1 before the first reading could be true; after it it cannot.
        const on = km === 1 ? Math.max(days, 201) : days
        const wanted = dailyKm(readings, { today })
        expect(dailyKm([reading(on, km), ...readings], { today })).toEqual(wanted)
        expect(dailyKm(readings.toReversed(), { today })).toEqual(wanted)
      }),
    )
  })
})
