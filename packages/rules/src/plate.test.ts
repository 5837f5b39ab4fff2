import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalisePlate } from './plate.ts'

it.each([
  ['沪A·12345', '沪A12345', 'ordinary'],
  [' 京a 0o599 ', '京A0O599', 'other'],
  ['京Ａ００５９９', '京A00599', 'ordinary'],
  ['京AD92035', '京AD92035', 'new-energy'],
  ['甘G23459F', '甘G23459F', 'new-energy'],
  ['京AA92035', '京AA92035', 'new-energy'],
  ['粤Z1234港', '粤Z1234港', 'special'],
  ['沪A1234学', '沪A1234学', 'special'],
  ['KA03MFXXXX', 'KA03MFXXXX', 'other'],
  ['浙苏H6F681', '浙苏H6F681', 'other'],
])('%s → %s %s', (raw, plate, kind) => {
  expect(normalisePlate(raw)).toEqual({ ok: true, plate, kind, warnings: kind === 'other' ? ['unusual'] : [] })
})

it.each(['', '无牌', '未上牌', ' - '])('%j is no plate', (raw) => {
  expect(normalisePlate(raw)).toEqual({ ok: false, reason: 'empty' })
})

it('refuses a text that is too long for any plate', () => {
  expect(normalisePlate('x'.repeat(21))).toEqual({ ok: false, reason: 'too-long' })
})

it('is idempotent, and never holds what a database refuses', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (raw) => {
      const result = normalisePlate(raw)
      if (!result.ok) return
      expect(normalisePlate(result.plate)).toEqual(result)
      expect(result.plate).not.toMatch(/[\p{Cc}\s]/u)
    }),
    { numRuns: 2000 },
  )
})
