import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MERGE_FIELDS, type MergeField, type MergeSide, mergeConflicts, mergeSides } from './mergeCustomers.ts'

const blank = Object.fromEntries(MERGE_FIELDS.map((field) => [field, null])) as MergeSide['fields']
const side = (fields: Partial<MergeSide['fields']>, more: Partial<MergeSide> = {}): MergeSide => ({
  fields: { ...blank, ...fields },
  tags: [],
  consents: {},
  doNotDisturb: false,
  corrected: {},
  ...more,
})

describe('merging two records of one customer (BASE-09)', () => {
  it('fills blanks, keeps the survivor’s values, takes the chosen ones', () => {
    const one = side({ name: '李雷', region: '望川区', sex: null })
    const other = side({ name: '李磊', region: '虚河区', sex: 'male' })
    expect(mergeConflicts(one, other)).toEqual(['name', 'region'])
    const merged = mergeSides(one, other, new Set(['region']))
    expect(merged.fields).toMatchObject({ name: '李雷', region: '虚河区', sex: 'male' })
    // the values that lost are what the next import will say again
    expect(merged.corrected).toEqual({ name: '李磊', region: '望川区' })
  })

  it('an opt-out or a wish for rest on either side wins', () => {
    const one = side({}, { consents: { sms: true, call: true }, tags: ['A'] })
    const other = side({}, { consents: { sms: false, email: true }, doNotDisturb: true, tags: ['A', 'B'] })
    for (const merged of [mergeSides(one, other, new Set()), mergeSides(other, one, new Set())]) {
      expect(merged.consents).toEqual({ sms: false, call: true, email: true })
      expect(merged.doNotDisturb).toBe(true)
      expect([...merged.tags].sort()).toEqual(['A', 'B'])
    }
  })

  it('what staff corrected goes with the value that stays', () => {
    const one = side({ address: '甲路' })
    const other = side({ address: '乙路' }, { corrected: { address: '旧路' } })
    expect(mergeSides(one, other, new Set(['address'])).corrected).toEqual({ address: '旧路' })
    expect(mergeSides(other, one, new Set()).corrected).toEqual({ address: '旧路' })
  })

  it('never loses a filled field, an opt-out, or invents a value', () => {
    const value = fc.constantFrom(null, 'a', 'b')
    const someone = fc
      .record({
        name: value,
        region: value,
        email: value,
        sms: fc.constantFrom(undefined, true, false),
        rest: fc.boolean(),
      })
      .map(({ sms, rest, ...fields }) => side(fields, { consents: { sms }, doNotDisturb: rest }))
    fc.assert(
      fc.property(someone, someone, fc.subarray(['name', 'region', 'email'] as MergeField[]), (a, b, take) => {
        const merged = mergeSides(a, b, new Set(take))
        for (const field of MERGE_FIELDS) {
          expect([a.fields[field], b.fields[field]]).toContain(merged.fields[field])
          if (a.fields[field] !== null || b.fields[field] !== null) expect(merged.fields[field]).not.toBeNull()
        }
        if (a.consents.sms === false || b.consents.sms === false) expect(merged.consents.sms).toBe(false)
        expect(merged.doNotDisturb).toBe(a.doNotDisturb || b.doNotDisturb)
      }),
    )
  })
})
