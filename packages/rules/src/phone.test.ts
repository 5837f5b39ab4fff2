import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskPhone, normalisePhone, phoneTail, splitPhones } from './phone.ts'

const number = (raw: string) => {
  const result = normalisePhone(raw)
  return result.ok ? `${result.kind} ${result.number}` : result.reason
}

const mobiles = fc
  .tuple(fc.constantFrom('13', '14', '15', '16', '17', '18', '19'), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([head, rest]) => head + String(rest).padStart(9, '0'))

describe('normalisePhone', () => {
  it.each([
    ['13800001234', 'mobile 13800001234'],
    ['１３８００００１２３４', 'mobile 13800001234'],
    ['+86 138-0000-1234', 'mobile 13800001234'],
    ['008618311006933', 'mobile 18311006933'],
    ['8613800001234', 'mobile 13800001234'],
    ['013800001234', 'mobile 13800001234'],
    ['13800001234.0', 'mobile 13800001234'],
    ['13,800,001,234', 'mobile 13800001234'],
    ["'13800001234", 'mobile 13800001234'],
    ['021-61234567', 'landline 02161234567'],
    ['(0755) 8123 4567', 'landline 075581234567'],
    ['0571-8123456-801', 'landline 05718123456-801'],
    ['010－61234567转12', 'landline 01061234567-12'],
    ['+86 10 6123 4567', 'landline 01061234567'],
    ['400-123-4567', 'service 4001234567'],
    ['1.38E+10', 'scientific'],
    ['1.38000E10', 'scientific'],
    ['138****1234', 'masked'],
    ['138xxxx1234', 'masked'],
    ['+852 6123 4567', 'foreign'],
    ['61234567', 'no-area-code'],
    ['2161234567', 'lost-zero'],
    ['75581234567', 'lost-zero'],
    ['1380000123', 'too-short'],
    ['12800001234', 'unknown-prefix'],
    ['1380000123456', 'too-long'],
    ['无', 'empty'],
    ['-', 'empty'],
    ['0', 'empty'],
    ['', 'empty'],
    ['张先生', 'characters'],
  ])('%s → %s', (raw, expected) => expect(number(raw)).toBe(expected))

  it('is idempotent, and survives any decoration of a mobile', () => {
    fc.assert(
      fc.property(
        mobiles,
        fc.constantFrom('', '+86', '0086', '+86-', '86'),
        fc.constantFrom('', ' ', '-'),
        (m, pre, gap) => {
          const dressed = `${pre}${m.slice(0, 3)}${gap}${m.slice(3, 7)}${gap}${m.slice(7)}`
          expect(number(dressed)).toBe(`mobile ${m}`)
          expect(number(m)).toBe(`mobile ${m}`)
        },
      ),
    )
  })

  it('never throws, and whatever it accepts it accepts again unchanged', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+-() 转x,.'), maxLength: 16 })
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 30 }), digits), (raw) => {
        const result = normalisePhone(raw)
        if (result.ok) expect(normalisePhone(result.number)).toEqual(result)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('splitPhones', () => {
  it.each([
    ['13800001234/13900005678', ['13800001234', '13900005678']],
    ['13800001234、021-61234567；4001234567', ['13800001234', '021-61234567', '4001234567']],
    ['13800001234 13900005678', ['13800001234', '13900005678']],
    ['138 0000 1234', ['138 0000 1234']],
    ['13,800,001,234', ['13,800,001,234']],
    ['13800001234,13900005678', ['13800001234', '13900005678']],
    [' / ', []],
    ['N/A', []],
    ['Ｎ／Ａ', []],
    ['13800001234/无', ['13800001234', '无']],
  ])('%s', (cell, pieces) => expect(splitPhones(cell)).toEqual(pieces))
})

it('masks all but the ends and reads the tail without the extension', () => {
  expect(maskPhone('13800001234')).toBe('138****1234')
  expect(maskPhone('02161234567-801')).toBe('021****4567')
  expect(maskPhone('12345')).toBe('****45')
  expect(phoneTail('02161234567-801')).toBe('4567')
})
