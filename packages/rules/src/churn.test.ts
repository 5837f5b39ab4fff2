import fc from 'fast-check'
import { expect, it } from 'vitest'
import { churnBand, churnBandsProblem, DEFAULT_CHURN_BANDS } from './churn.ts'

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

it('names the field of bands that do not rise', () => {
  expect(churnBandsProblem(DEFAULT_CHURN_BANDS)).toBeNull()
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, drifting: 6 })).toBe('drifting')
  expect(churnBandsProblem({ ...DEFAULT_CHURN_BANDS, lost: 24.5 })).toBe('lost')
})
