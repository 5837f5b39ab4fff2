import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CHURN_BANDS, churnBand, churnBandsProblem, DEFAULT_CHURN_BANDS, lastVisitsIn } from './churn.ts'

const last = Temporal.PlainDate.from('2025-08-31')
it.each([
  ['2025-08-31', 'active'],
  ['2026-02-28', 'active'],
  ['2026-03-01', 'drifting'],
  ['2026-05-31', 'drifting'],
  ['2026-06-01', 'at-risk'],
  ['2026-08-31', 'at-risk'],
  ['2026-09-01', 'lost'],
  ['2027-08-31', 'lost'],
  ['2027-09-01', 'dormant'],
])('last seen 2025-08-31, on %s: %s (KEEP-01)', (today, band) =>
  expect(churnBand(last, Temporal.PlainDate.from(today))).toBe(band),
)

it('gives no band to one who never came', () => expect(churnBand(null, last)).toBeNull())

it('only ever worsens as days pass', () => {
  const order = ['active', 'drifting', 'at-risk', 'lost', 'dormant', null]
  const days = fc.integer({ min: 0, max: 1200 })
  fc.assert(
    fc.property(days, days, (a, b) => {
      const band = (after: number) => order.indexOf(churnBand(last, last.add({ days: after })))
      expect(band(a + b)).toBeGreaterThanOrEqual(band(a))
    }),
  )
})

it('a day lies in a band exactly when it lies between its ends', () => {
  const day = fc.integer({ min: 0, max: 4000 }).map((days) => Temporal.PlainDate.from('2020-01-01').add({ days }))
  const bands = fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 })
    .map((months) => months.toSorted((a, b) => a - b))
    .map(([active = 1, drifting = 2, atRisk = 3, lost = 4]) => ({ active, drifting, atRisk, lost }))
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 1400 }), bands, (today, ago, limits) => {
      const visit = today.subtract({ days: ago })
      const holds = CHURN_BANDS.filter((band) => {
        const { from, to } = lastVisitsIn(band, today, limits)
        return (
          (!from || Temporal.PlainDate.compare(from, visit) <= 0) && (!to || Temporal.PlainDate.compare(visit, to) <= 0)
        )
      })
      expect(holds).toEqual([churnBand(visit, today, limits)])
    }),
    { numRuns: 2_000 },
  )
})

it('names the field of bands that do not rise', () => {
  expect(churnBandsProblem(DEFAULT_CHURN_BANDS)).toBeNull()
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, drifting: 6 })).toBe('drifting')
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, lost: 24.5 })).toBe('lost')
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, lost: 121 })).toBe('lost')
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, active: 0 })).toBe('active')
})
