import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatFen, parseYuan } from './money.ts'

it.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [-5, '-¥0.05'],
  [123450, '¥1,234.50'],
  [-100000000, '-¥1,000,000.00'],
])('%i fen is %s', (fen, text) => expect(formatFen(fen)).toBe(text))

it.each<[string, number | null]>([
  ['1234.5', 123450],
  ['￥1,234.50元', 123450],
  ['１２.３４', 1234],
  ['12.3400', 1234],
  ['-0.00', 0],
  ['0.29', 29],
  ['12.345', null],
  ['1.5E3', null],
  ['', null],
  ['免费', null],
])('%s is %s fen', (text, fen) => expect(parseYuan(text)).toBe(fen))

it('reads back what it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
      expect(parseYuan(formatFen(fen))).toBe(fen)
    }),
  )
})
