import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditSample, auditTopUp } from './auditSample.ts'
import { hashUnit } from './hash.ts'
import { type Sharer, shareOut } from './share.ts'

const cars = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `car-${i}` }))
const counts = (sharing: ReturnType<typeof shareOut>) => {
  const found = new Map<string, number>()
  for (const { to } of sharing.given) found.set(to, (found.get(to) ?? 0) + 1)
  return found
}

describe('sharing out (BASE-10)', () => {
  it('gives every vehicle once, evenly, whatever the order', () => {
    const size = fc.integer({ min: 0, max: 120 })
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 9 }), fc.string(), fc.integer(), (count, staff, seed, turn) => {
        const vehicles = cars(count)
        const advisors: Sharer[] = Array.from({ length: staff }, (_, i) => ({ id: `sa-${i}` }))
        const sharing = shareOut(vehicles, advisors, seed)
        expect(sharing.unassigned).toEqual([])
        expect(sharing.given.map(({ id }) => id).sort()).toEqual(vehicles.map(({ id }) => id).sort())
        const all = advisors.map(({ id }) => counts(sharing).get(id) ?? 0)
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1)
        const other = [...vehicles].sort((a, b) => hashUnit(a.id + turn) - hashUnit(b.id + turn))
        expect(shareOut(other, [...advisors].reverse(), seed)).toEqual(sharing)
      }),
    )
  })

  it('counts the vehicles of an owner, who stay together: equal advisors differ by the largest group at most', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.string(), (groups, staff, seed) => {
        const owners = groups.map((size, i) => ({ id: `owner-${i}`, size }))
        const advisors: Sharer[] = Array.from({ length: staff }, (_, i) => ({ id: `sa-${i}` }))
        const { given } = shareOut(owners, advisors, seed)
        expect(given.map(({ id }) => id).sort()).toEqual(owners.map(({ id }) => id).sort())
        const all = advisors.map(({ id }) =>
          given.reduce((sum, one) => sum + (one.to === id ? (groups[Number(one.id.slice(6))] ?? 0) : 0), 0),
        )
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(Math.max(0, ...groups))
        expect(shareOut([...owners].reverse(), [...advisors].reverse(), seed).given).toEqual(given)
      }),
    )
    const fleet = [{ id: 'fleet', size: 9 }, ...cars(9)]
    const { given } = shareOut(fleet, [{ id: 'a' }, { id: 'b' }], 's')
    const owner = given.find(({ id }) => id === 'fleet')?.to
    expect(given.filter(({ to }) => to === owner)).toHaveLength(1)
  })

  it('follows the weights, and gives the absent nothing', () => {
    const advisors = [{ id: 'a' }, { id: 'b', weight: 0.5 }, { id: 'c', absent: true }, { id: 'd', weight: 0 }]
    expect([...counts(shareOut(cars(30), advisors, 's'))].sort()).toEqual([
      ['a', 20],
      ['b', 10],
    ])
    expect(shareOut(cars(2), [{ id: 'c', absent: true }], 's')).toEqual({ given: [], unassigned: ['car-0', 'car-1'] })
  })

  it('leaves customers with the advisor they have, and evens out with the rest', () => {
    const kept = cars(10).map((car, i) =>
      i < 4 ? { ...car, keepWith: 'a' } : i === 4 ? { ...car, keepWith: 'gone' } : car,
    )
    const sharing = shareOut(kept, [{ id: 'a' }, { id: 'b' }], 's')
    expect(sharing.given.filter(({ to }) => to === 'a').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['car-0', 'car-1', 'car-2', 'car-3']),
    )
    expect(Object.fromEntries(counts(sharing))).toEqual({ a: 5, b: 5 })
  })

  it('gives the odd car to different advisors over the months', () => {
    const months = Array.from({ length: 24 }, (_, i) => counts(shareOut(cars(1), [{ id: 'a' }, { id: 'b' }], `m${i}`)))
    const first = months.filter((month) => month.has('a')).length
    expect(first).toBeGreaterThan(4)
    expect(first).toBeLessThan(20)
  })
})

describe('the audit sample (CARE-06, INS-01)', () => {
  it('is 60 %, the same for the same seed in any order, another for another seed', () => {
    const calls = cars(50)
    const sample = auditSample(calls, 'SH01/2026-11')
    expect(sample.length).toBe(30)
    expect(new Set(sample).size).toBe(30)
    expect(auditSample([...calls].reverse(), 'SH01/2026-11')).toEqual(sample)
    expect(auditSample(calls, 'SH01/2026-12')).not.toEqual(sample)
    expect([0, 1, 5, 10, 11].map((count) => auditSample(cars(count), 's').length)).toEqual([0, 1, 3, 6, 7])
    expect(auditSample(cars(100), 's', 0.07).length).toBe(7)
    expect(() => auditSample(calls, 's', 60)).toThrow(RangeError)
  })

  it('draws every call equally often', () => {
    const drawn = new Map<string, number>()
    for (let seed = 0; seed < 1000; seed++) {
      for (const { id } of auditSample(cars(10), `seed ${seed}`)) drawn.set(id, (drawn.get(id) ?? 0) + 1)
    }
    // 600 ± 5 standard deviations of a binomial.
    for (const times of drawn.values()) expect(Math.abs(times - 600)).toBeLessThan(78)
  })
})

describe('calls that come to light after the draw (CARE-06)', () => {
  const call = (i: number) => ({ id: `late${i}` })
  it('what was drawn stays, the missing places come from the rest, and once more adds nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }), (before, late) => {
        const first = Array.from({ length: before }, (_, i) => call(i))
        const all = [...first, ...Array.from({ length: late }, (_, i) => call(before + i))]
        const drawn = new Set(auditTopUp(first, new Set(), 's').map(({ id }) => id))
        expect([...drawn].sort()).toEqual(
          auditSample(first, 's')
            .map(({ id }) => id)
            .sort(),
        )
        const added = auditTopUp([...all].reverse(), drawn, 's')
        expect(auditTopUp(all, drawn, 's')).toEqual(added)
        const whole = new Set([...drawn, ...added.map(({ id }) => id)])
        expect(whole.size).toBe(auditSample(all, 's').length)
        expect(auditTopUp(all, whole, 's')).toEqual([])
      }),
    )
  })
})
