import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askNext, COMPLETENESS_WEIGHTS, type CompletenessField, completeness } from './completeness.ts'
import { comparableName, type DuplicateFacts, duplicateCandidates, LIKELY_DUPLICATE } from './duplicates.ts'
import { shuffled } from './hash.ts'

const who = (id: string, name: string, more: Partial<DuplicateFacts> = {}): DuplicateFacts => ({
  id,
  name,
  phones: [],
  vins: [],
  plates: [],
  ...more,
})
const phones = ['13800000001']
const vins = ['LGBH52E01AY000001']
const plates = ['沪A12345']

describe('duplicates (BASE-09)', () => {
  it.each<[string, DuplicateFacts, DuplicateFacts, string]>([
    ['phone and name', who('1', '李雷', { phones }), who('2', '李雷', { phones }), 'same-phone-and-name 0.95'],
    ['phone alone', who('1', '李雷', { phones }), who('2', '韩梅', { phones }), 'same-phone 0.5'],
    ['phone, title only', who('1', '李先生', { phones }), who('2', '李先生', { phones }), 'same-phone 0.5'],
    [
      'title behind the name',
      who('1', '李雷', { phones }),
      who('2', '李雷先生', { phones }),
      'same-phone-and-name 0.95',
    ],
    ['VIN and name', who('1', '李雷', { vins }), who('2', '李 雷', { vins }), 'same-vin-and-name 0.95'],
    ['VIN alone', who('1', '李雷', { vins }), who('2', '韩梅', { vins }), 'same-vin 0.6'],
    ['plate and name', who('1', '李雷', { plates }), who('2', '李雷', { plates }), 'same-plate-and-name 0.9'],
    [
      'phone tail and name',
      who('1', '李雷', { phones: ['13861234567'] }),
      who('2', '李雷', { phones: ['13961234567'] }),
      'same-tail-and-name 0.9',
    ],
    [
      'fixed line without its area code',
      who('1', '李雷', { phones: ['051261234567'] }),
      who('2', '李雷', { phones: ['61234567'] }),
      'same-tail-and-name 0.9',
    ],
    [
      'phone tail, another name',
      who('1', '李雷', { phones: ['13861234567'] }),
      who('2', '韩梅', { phones: ['13961234567'] }),
      '',
    ],
    [
      'phone tail, title only',
      who('1', '李先生', { phones: ['13861234567'] }),
      who('2', '李先生', { phones: ['13961234567'] }),
      '',
    ],
    ['plate alone', who('1', '李雷', { plates }), who('2', '韩梅', { plates }), ''],
    ['name alone', who('1', '李雷'), who('2', '李雷'), ''],
    [
      'two witnesses',
      who('1', '李雷', { phones, vins }),
      who('2', '韩梅', { phones, vins }),
      'same-phone+same-vin 0.8',
    ],
    ['placeholder VIN', who('1', '李雷', { vins: ['1'.repeat(17)] }), who('2', '李雷', { vins: ['1'.repeat(17)] }), ''],
    [
      'extension',
      who('1', '李雷', { phones: ['02161234567-801'] }),
      who('2', '李雷', { phones: ['02161234567'] }),
      'same-phone-and-name 0.95',
    ],
  ])('%s', (_, a, b, expected) => {
    const found = duplicateCandidates([b, a])
    expect(found.map(({ reasons, score }) => `${reasons.join('+')} ${score}`).join()).toBe(expected)
    for (const pair of found) expect([pair.a, pair.b]).toEqual(['1', '2'])
  })

  it('leaves out a phone that a firm shares', () => {
    const staff = Array.from({ length: 6 }, (_, i) => who(`${i}`, '某公司', { phones }))
    expect(duplicateCandidates(staff)).toEqual([])
    expect(duplicateCandidates(staff.slice(0, 5)).length).toBe(10)
  })

  it('does not take a title for a name', () => {
    expect(['王先生', '欧阳女士', '客户', 'A', '', '张总'].map(comparableName)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ])
    expect(['王小明', 'John Smith', '王 小明 先生'].map(comparableName)).toEqual(['王小明', 'johnsmith', '王小明'])
  })

  it('finds the same pairs in any order, each once, never one with itself', () => {
    const person = fc.record({
      name: fc.constantFrom('李雷', '韩梅', '王先生'),
      phones: fc.subarray(['13800000001', '13800000002']),
      vins: fc.subarray(vins),
      plates: fc.subarray(plates),
    })
    fc.assert(
      fc.property(fc.array(person, { maxLength: 7 }), fc.string(), (people, seed) => {
        const customers = people.map((one, i) => ({ ...one, id: `${i}` }))
        const found = duplicateCandidates(customers)
        expect(
          duplicateCandidates(shuffled(customers, seed, ({ id }) => id)).map(({ a, b, score }) => [a, b, score]),
        ).toEqual(found.map(({ a, b, score }) => [a, b, score]))
        expect(new Set(found.map(({ a, b }) => `${a} ${b}`)).size).toBe(found.length)
        for (const { a, b, score, reasons } of found) {
          expect(a < b).toBe(true)
          expect(score).toBeLessThan(1)
          const sure = reasons.some((reason) => reason.endsWith('name'))
          if (sure) expect(score).toBeGreaterThanOrEqual(LIKELY_DUPLICATE)
        }
      }),
    )
  })
})

describe('completeness (BASE-09)', () => {
  const all = Object.keys(COMPLETENESS_WEIGHTS) as CompletenessField[]
  const full = new Set(all)
  const without = (...fields: CompletenessField[]) => new Set(all.filter((field) => !fields.includes(field)))
  it('is 100 with everything, 0 with nothing', () => {
    expect(completeness({ customer: full, vehicles: [{ id: 'v', filled: full }] })).toEqual({ score: 100, missing: [] })
    const none = completeness({ customer: new Set(), vehicles: [] })
    expect([none.score, none.missing.length]).toEqual([0, all.length])
  })
  it('names what is missing, the heaviest first, by vehicle', () => {
    const vehicles = [
      { id: 'v', filled: without('odometer') },
      { id: 'w', filled: full },
    ]
    const found = completeness({ customer: without('birthday', 'consents'), vehicles })
    expect(found.missing).toEqual([
      { field: 'odometer', vehicleId: 'v' },
      { field: 'consents', vehicleId: null },
      { field: 'birthday', vehicleId: null },
    ])
    expect(found.score).toBe(85)
    expect(askNext(found).map(({ field }) => field)).toEqual(['odometer', 'consents'])
  })
  it('asks for nothing one cannot answer', () => {
    const found = completeness({ customer: without('phone'), vehicles: [{ id: 'v', filled: without('vin', 'plate') }] })
    expect(askNext(found).map(({ field }) => field)).toEqual(['plate'])
  })
  it('never falls when something is filled in, and 100 means nothing is missing', () => {
    const some = fc.subarray(all).map((fields) => new Set(fields))
    fc.assert(
      fc.property(some, some, fc.constantFrom(...all), (customer, filled, field) => {
        const before = completeness({ customer, vehicles: [{ id: 'v', filled }] })
        const after = completeness({
          customer: new Set([...customer, field]),
          vehicles: [{ id: 'v', filled: new Set([...filled, field]) }],
        })
        expect(after.score).toBeGreaterThanOrEqual(before.score)
        expect(before.score === 100).toBe(before.missing.length === 0)
      }),
    )
  })
})
