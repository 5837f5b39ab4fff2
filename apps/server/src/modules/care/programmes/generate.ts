import fc from 'fast-check'
import { type Car, day } from './testing.ts'

/** A day so many days around the day planned for, often the last of a month. */
export const dayAround = (before: number, after: number): fc.Arbitrary<string> =>
  fc.tuple(fc.integer({ min: -before, max: after }), fc.boolean()).map(([days, monthEnd]) => {
    const one = day('2026-11-21').add({ days })
    return (monthEnd ? one.with({ day: one.daysInMonth }) : one).toString()
  })

export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null, freq: 4 })

/** Sold and commercial cars among the others. */
const standing = {
  state: fc.constantFrom('active', 'active', 'active', 'active', 'active', 'sold', 'scrapped'),
  purpose: fc.constantFrom('private', 'private', 'private', 'private', 'commercial'),
}

/** A car's maintenance facts: delivery, services, odometer and mileage in every combination. */
export const servicedCars: fc.Arbitrary<Car> = fc
  .record({
    ...standing,
    delivered_on: maybe(fc.oneof(dayAround(900, 60), dayAround(300, 0))),
    service_count: fc.constantFrom(0, 0, 1, 1, 2, 3, 4),
    since: fc.integer({ min: 1, max: 300 }),
    kind: fc.constantFrom('service', 'service', 'elsewhere'),
    known: fc.boolean(),
    anchor_km: maybe(fc.integer({ min: 0, max: 60_000 })),
    driven: maybe(fc.integer({ min: -300, max: 9_000 })),
    readAfter: fc.integer({ min: -20, max: 400 }),
    // 2,700 hundredths of a kilometre a day drive 5,000 km in six months: near by time and by mileage both
    daily: maybe(fc.oneof(fc.integer({ min: 20, max: 60_000 }), fc.integer({ min: 2_500, max: 3_000 }))),
    confidence: fc.constantFrom('low', 'medium', 'high'),
    interval_months: fc.option(fc.integer({ min: 1, max: 24 }), { nil: null, freq: 1 }),
    interval_km: fc.option(fc.integer({ min: 500, max: 20_000 }), { nil: null, freq: 1 }),
  })
  .map(({ since, kind, known, driven, readAfter, daily, confidence, ...car }) => {
    const delivered = car.delivered_on === null ? null : day(car.delivered_on)
    const base = delivered ?? day('2026-01-15').add({ days: readAfter })
    const served = car.service_count > 0 ? base.add({ days: since }) : null
    const anchor = served ?? (known ? delivered : null) ?? delivered
    return {
      ...car,
      anchor_on: anchor?.toString() ?? null,
      anchor_kind: anchor === null ? null : served ? kind : 'delivery',
      odometer_km: driven === null || car.anchor_km === null ? null : Math.max(0, car.anchor_km + driven),
      odometer_on: anchor && driven !== null ? anchor.add({ days: readAfter }).toString() : null,
      daily_km: daily === null ? null : daily / 100,
      daily_confidence: daily === null ? null : confidence,
    }
  })

export { standing }

/** The same cars in every run. */
export const sample = (arbitrary: fc.Arbitrary<Car>, count = 800): Car[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 20261121 })
