/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FESTIVALS, festivals, noticeMonth } from './festivals.ts'
import { solarTermDay } from './solarTerms.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const listed = (year: number) => festivals(day(`${year}-01-01`), day(`${year}-12-31`))

describe('festivals (CARE-08)', () => {
  const file = new URL('../../../../shared/data/calendar/festivals_2024_2028.csv', import.meta.url)
  it.skipIf(!existsSync(file))('agree with the list of 2024–2028 (skipped without ../shared/data)', () => {
    const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
    expect(rows.length).toBe(45)
    const wrong = rows.filter((row) => {
      const [year, name, date] = row.trim().split(',')
      return (
        listed(Number(year))
          .find(({ zh }) => zh === name)
          ?.day.toString() !== date
      )
    })
    expect(wrong).toEqual([])
  })

  it.each([
    ['除夕', '2025-01-28'],
    ['春节', '2026-02-17'],
    ['清明', '2026-04-05'],
    ['母亲节', '2026-05-10'],
    ['父亲节', '2026-06-21'],
    ['端午', '2025-05-31'],
    ['国庆节', '2026-10-01'],
    ['冬至', '2021-12-21'],
    ['腊八', '2025-01-07'],
    // 2020 had a second fourth month: the festivals of later months keep their number.
    ['中秋', '2020-10-01'],
    ['中秋', '2033-09-08'],
  ])('%s on %s', (name, date) => {
    expect(festivals(day(date), day(date)).map(({ zh }) => zh)).toContain(name)
  })

  it('has every festival once a year, Laba once a lunar year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2001, max: 2098 }), (year) => {
        const keys = listed(year).map(({ key }) => key)
        const others = keys.filter((key) => key !== 'laba')
        expect(new Set(others).size).toBe(others.length)
        expect(others.length).toBe(Object.keys(FESTIVALS).length - 1)
        const laba = festivals(day(`${year}-12-20`), day(`${year + 1}-02-10`), ['laba'])
        expect(laba.length).toBe(1)
      }),
    )
  })

  it('takes the days asked for, both ends included, over the turn of the year', () => {
    const found = festivals(day('2025-12-21'), day('2026-02-17'), ['new-year', 'winter-solstice', 'spring', 'women'])
    expect(found.map(({ key }) => key)).toEqual(['winter-solstice', 'new-year', 'spring'])
    expect(festivals(day('2026-02-18'), day('2026-02-18'), ['spring'])).toEqual([])
  })

  it('counts a month of notices against the minimum of three', () => {
    const month = Temporal.PlainYearMonth.from('2026-07')
    expect(noticeMonth(month, 1)).toMatchObject({ planned: 1, missing: 2 })
    expect(noticeMonth(Temporal.PlainYearMonth.from('2026-10'), 1)).toMatchObject({ planned: 3, missing: 0 })
  })
})

describe('solar terms', () => {
  it.each([
    ['spring-begins', 2024, '2024-02-04'],
    ['spring-begins', 2025, '2025-02-03'],
    ['summer-begins', 2026, '2026-05-05'],
    ['autumn-begins', 2026, '2026-08-07'],
    ['winter-begins', 2026, '2026-11-07'],
    ['clear-and-bright', 2027, '2027-04-05'],
    ['winter-solstice', 2026, '2026-12-22'],
  ] as const)('%s %i is %s', (term, year, expected) => expect(solarTermDay(term, year).toString()).toBe(expected))
  it('refuses years it has no formula for', () => {
    expect(() => solarTermDay('spring-begins', 1999)).toThrow(RangeError)
    expect(() => solarTermDay('spring-begins', 2100)).toThrow(RangeError)
  })
})
