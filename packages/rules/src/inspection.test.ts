import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InspectionFacts, inspectionException, inspectionSchedule, nextInspection } from './inspection.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const car = (registeredOn: string, more: Partial<InspectionFacts> = {}): InspectionFacts => ({
  registeredOn: day(registeredOn),
  category: 'small-passenger',
  ...more,
})
const year = (facts: InspectionFacts, which: number) =>
  inspectionSchedule(facts, { from: which, to: which })
    .map(({ dueMonthEnd, kind, rule }) => `${dueMonthEnd.toString().slice(5)} ${kind} ${rule}`)
    .join(', ')

const seven = { seats: 7 }
const van = { category: 'van' as const }
const taxi = { category: 'commercial' as const }
const pickup = { category: 'truck' as const }
const accident = { injuryAccident: true }
const modified = { illegalModification: true }

describe('the legal inspection schedule (CARE-20): car, year, what falls due by which rule', () => {
  it.each<[string, Partial<InspectionFacts>, number, string]>([
    // opinion of 2022: years 2, 4, 8 mark, 6 and 10 test, yearly after
    ['2024-03-15', {}, 2025, ''],
    ['2024-03-15', {}, 2026, '03-31 mark opinion-2022'],
    ['2024-03-15', {}, 2027, ''],
    ['2024-03-15', {}, 2028, '03-31 mark opinion-2022'],
    ['2024-03-15', {}, 2030, '03-31 test opinion-2022'],
    ['2024-03-15', {}, 2031, ''],
    ['2024-03-15', {}, 2032, '03-31 mark opinion-2022'],
    ['2024-03-15', {}, 2033, ''],
    ['2024-03-15', {}, 2034, '03-31 test opinion-2022'],
    ['2024-03-15', {}, 2035, '03-31 test opinion-2022'],
    ['2024-03-15', {}, 2039, '03-31 test opinion-2022'],
    ['2024-03-15', {}, 2040, '03-31 test opinion-2022'],
    ['2024-02-29', {}, 2026, '02-28 mark opinion-2022'],
    ['2024-02-29', {}, 2028, '02-29 mark opinion-2022'],
    ['2023-08-31', seven, 2025, '08-31 mark opinion-2022'],
    ['2023-08-31', seven, 2029, '08-31 test opinion-2022'],
    // the change of 2022-10-01: year 8 and the half-years beyond 15
    ['2014-09-20', {}, 2022, '09-30 test notice-2020'],
    ['2014-10-01', {}, 2022, '10-31 mark opinion-2022'],
    ['2007-05-10', {}, 2022, '05-31 test notice-2020'],
    ['2007-05-10', {}, 2023, '05-31 test opinion-2022'],
    ['2006-03-05', {}, 2022, '03-31 test notice-2020, 09-30 test notice-2020'],
    ['2006-04-05', {}, 2022, '04-30 test notice-2020'],
    // 2020-11-20: six to ten every two years, seven to nine seats freed
    ['2014-05-01', {}, 2020, '05-31 test notice-2014'],
    ['2014-05-01', {}, 2021, ''],
    ['2013-10-15', {}, 2020, '10-31 test notice-2014'],
    ['2013-11-15', {}, 2020, ''],
    ['2013-11-15', {}, 2021, '11-30 test notice-2020'],
    ['2018-12-01', seven, 2020, '12-31 mark notice-2020'],
    ['2018-10-01', seven, 2020, '10-31 test regulation'],
    ['2010-04-01', {}, 2021, '04-30 test notice-2020'],
    // 2014-09-01: six years without a test
    ['2012-09-01', {}, 2014, '09-30 mark notice-2014'],
    ['2012-08-31', {}, 2014, '08-31 test regulation'],
    ['2010-09-01', {}, 2014, '09-30 mark notice-2014'],
    ['2010-08-31', {}, 2016, '08-31 test notice-2014'],
    ['2010-09-01', {}, 2017, '09-30 test notice-2014'],
    ['2015-06-01', seven, 2017, '06-30 test regulation'],
    ['2015-06-01', accident, 2017, '06-30 test regulation'],
    ['2015-06-01', modified, 2017, '06-30 mark notice-2014'],
    ['2001-03-01', {}, 2016, '03-31 test notice-2014, 09-30 test notice-2014'],
    // the regulation of 2004: vans, accident cars, modified cars, late registration, former taxis, ten seats
    ['2024-03-15', van, 2026, '03-31 test regulation'],
    ['2024-03-15', van, 2031, '03-31 test regulation'],
    ['2008-03-15', van, 2024, '03-31 test regulation, 09-30 test regulation'],
    ['2024-03-15', accident, 2028, '03-31 test regulation'],
    ['2018-03-15', accident, 2025, '03-31 test regulation'],
    ['2024-03-15', modified, 2026, '03-31 test regulation'],
    ['2024-03-15', { madeOn: day('2020-03-14') }, 2026, '03-31 test regulation'],
    ['2024-03-15', { madeOn: day('2020-03-15') }, 2026, '03-31 mark opinion-2022'],
    ['2024-03-15', { formerlyCommercial: true }, 2026, '03-31 test regulation'],
    ['2005-01-20', {}, 2009, '01-31 test regulation'],
    ['2005-01-20', {}, 2010, ''],
    ['2005-01-20', {}, 2012, '01-31 test regulation'],
    // commercial cars, trucks, large coaches
    ['2024-03-15', taxi, 2025, '03-31 test regulation'],
    ['2020-03-15', taxi, 2025, '03-31 test regulation, 09-30 test regulation'],
    ['2020-03-15', taxi, 2026, '03-31 test regulation, 09-30 test regulation'],
    ['2024-03-15', pickup, 2026, '03-31 test regulation'],
    ['2014-12-15', pickup, 2025, '06-30 test regulation, 12-31 test regulation'],
    ['2024-08-15', { category: 'large-passenger' }, 2026, '08-31 test regulation'],
  ])('%s %o in %i: %s', (registered, more, which, expected) =>
    expect(year(car(registered, more), which)).toBe(expected),
  )

  it('gives no inspection before the car exists', () => {
    expect(inspectionSchedule(car('2024-03-15'), { from: 2020, to: 2025 })).toEqual([])
  })

  it('says why a car stays with the regulation', () => {
    expect(inspectionException(car('2024-03-15', seven), 'notice-2014')).toBe('seats')
    expect(inspectionException(car('2024-03-15', { ...van, ...accident }), 'opinion-2022')).toBe('category')
    expect(inspectionException(car('2024-03-15'), 'opinion-2022')).toBeNull()
  })
})

describe('the next inspection (CARE-05)', () => {
  it.each([
    ['2026-03-31', null, '2026-03-31'],
    ['2026-04-01', null, '2028-03-31'],
    ['2026-02-10', '2026-01-01', '2028-03-31'],
    ['2026-02-10', '2025-12-31', '2026-03-31'],
    ['2024-03-15', null, '2026-03-31'],
  ])('on %s, last done %s: %s', (today, lastDoneOn, expected) => {
    const facts = car('2024-03-15', { lastDoneOn: lastDoneOn ? day(lastDoneOn) : null })
    const next = nextInspection(facts, day(today))
    expect(next?.dueMonthEnd.toString()).toBe(expected)
  })

  it('opens three calendar months, the due one included', () => {
    expect(nextInspection(car('2024-01-31'), day('2025-06-01'))?.opensOn.toString()).toBe('2025-11-01')
  })

  it('is never more than two years and a month away, and never past', () => {
    const category = fc.constantFrom('small-passenger', 'van', 'commercial', 'truck', 'large-passenger')
    const facts = fc.record({ category, seats: fc.integer({ min: 2, max: 12 }), injuryAccident: fc.boolean() })
    const days = fc.integer({ min: 0, max: 13_000 })
    fc.assert(
      fc.property(facts, days, days, (more, born, later) => {
        const registeredOn = day('2000-01-01').add({ days: born })
        const today = registeredOn.add({ days: later })
        const next = nextInspection({ ...more, registeredOn } as InspectionFacts, today)
        expect(next).not.toBeNull()
        if (!next) return
        expect(Temporal.PlainDate.compare(next.dueMonthEnd, today)).toBeGreaterThanOrEqual(0)
        expect(next.dueMonthEnd.add({ days: 1 }).day).toBe(1)
        expect(today.until(next.dueMonthEnd, { largestUnit: 'days' }).days).toBeLessThanOrEqual(2 * 366 + 31)
      }),
      { numRuns: 300 },
    )
  })
})
