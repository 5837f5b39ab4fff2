import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDay, serialDay } from './dates.ts'

const day = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))

test('every real day is read in every form', () => {
  fc.assert(
    fc.property(day, fc.boolean(), (iso, padded) => {
      const [y = '', m = '', d = ''] = iso.split('-')
      const [mm, dd] = padded ? [m, d] : [String(Number(m)), String(Number(d))]
      for (const text of [
        iso,
        `${y}/${mm}/${dd}`,
        `${y}.${mm}.${dd}`,
        `${y}${m}${d}`,
        `${y}年${mm}月${dd}日`,
        `${iso} 08:30:15`,
        `${iso}T08:30:00Z`,
        `${y}/${mm}/${dd} 下午 3:05`,
      ])
        expect(parseDay(text, 'ymd', 2026)).toBe(iso)
      expect(parseDay(`${dd}-${mm}-${y}`, 'dmy', 2026)).toBe(iso)
      expect(parseDay(`${mm}/${dd}/${y}`, 'mdy', 2026)).toBe(iso)
      const serial = Math.round(Date.parse(iso) / 86_400_000) + 25_569
      expect(serialDay(serial)).toBe(iso)
      expect(parseDay(`${serial}.354`, 'ymd', 2026)).toBe(iso)
      expect(serialDay(serial - 1_462, true)).toBe(iso)
    }),
  )
})

test('days that do not exist are refused, whatever the order', () => {
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-04-31',
    '20260230',
    '2026年2月30日',
    '2026-00-10',
    'abc',
    '2026',
    '13800138000',
    '31-31-26',
    '--',
  ])
    for (const order of ['ymd', 'dmy', 'mdy'] as const) expect(parseDay(text, order, 2026), text).toBeUndefined()
})

test('two-digit years stay near today; 29 February 1900 never was', () => {
  expect(parseDay('30-05-17', 'dmy', 2026)).toBe('2017-05-30')
  expect(parseDay('01-02-85', 'dmy', 2026)).toBe('1985-02-01')
  expect(parseDay('31-Jan-2026', 'ymd', 2026)).toBe('2026-01-31')
  expect(serialDay(60)).toBeUndefined()
  expect(serialDay(59)).toBe('1900-02-28')
  expect(serialDay(61)).toBe('1900-03-01')
})

test('anything at all is a day or nothing, never a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('ymd', 'dmy', 'mdy'), (text, order) => {
      const read = parseDay(text, order as 'ymd', 2026)
      if (read !== undefined) expect(Temporal.PlainDate.from(read).toString()).toBe(read)
    }),
  )
})
