import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGE_BANDS, bandName, bandText, countByBand, VEHICLE_AGE_BANDS } from './bands.ts'

const counts = fc.array(
  fc.record({ years: fc.option(fc.integer({ min: -5, max: 130 })), count: fc.integer({ min: 1, max: 1000 }) }),
)

describe('the bands of the base (BASE-05)', () => {
  it('follow each other without a gap, the last without an end', () => {
    for (const bands of [AGE_BANDS, VEHICLE_AGE_BANDS]) {
      expect(bands[0]?.from).toBe(0)
      for (const [at, band] of bands.entries()) {
        const next = bands[at + 1]
        expect(band.to).toBe(next ? next.from - 1 : null)
      }
    }
    const texts = (bands: typeof AGE_BANDS) => bands.map((band) => bandText(bandName(band))).join(' ')
    expect(texts(AGE_BANDS)).toBe('≤24 25–29 30–34 35–39 40–44 45–49 50–59 60+')
    expect(texts(VEHICLE_AGE_BANDS)).toBe('<1 1 2 3 4–5 6–7 8–9 10+')
  })

  it('lose nobody and put each into the one band that holds his years', () => {
    fc.assert(
      fc.property(fc.constantFrom(AGE_BANDS, VEHICLE_AGE_BANDS), counts, (bands, given) => {
        const rows = countByBand(bands, given)
        expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(given.reduce((sum, one) => sum + one.count, 0))
        for (const band of bands) {
          const inside = given.filter(
            ({ years }) => years !== null && years >= band.from && years <= (band.to ?? Number.POSITIVE_INFINITY),
          )
          expect(rows.find((row) => row.value === bandName(band))?.count).toBe(
            inside.reduce((sum, one) => sum + one.count, 0),
          )
        }
      }),
    )
  })

  it('tell of the unknown only when there are any', () => {
    expect(countByBand(AGE_BANDS, [{ years: 31, count: 2 }]).at(-1)?.value).toBe('60-')
    expect(countByBand(AGE_BANDS, [{ years: null, count: 2 }]).at(-1)).toEqual({ value: null, count: 2 })
    expect(countByBand(AGE_BANDS, [{ years: -1, count: 3 }]).at(-1)).toEqual({ value: null, count: 3 })
  })
})
