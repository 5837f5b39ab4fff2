import { expect, test } from 'vitest'
import { apiFilters, readFilters, sameFilters } from './filters.ts'

test('an address is read back; what is unknown is left out', () => {
  expect(
    readFilters({
      query: '欧阳',
      due: '7',
      visit: 'over6',
      band: 'at-risk',
      noUsablePhone: 'true',
      locality: 'moon',
      page: 3,
    }),
  ).toEqual({
    query: '欧阳',
    due: 7,
    visit: 'over6',
    band: 'at-risk',
    noUsablePhone: true,
  })
  expect(readFilters({ due: '', query: '', visit: 'ever', band: 'gone' })).toEqual({})
  expect(readFilters({ due: 0 })).toEqual({ due: 0 })
  // The router reads a phone tail in the address as a number.
  expect(readFilters({ query: 1234 })).toEqual({ query: '1234' })
})

test('a relative visit band becomes a day on the store’s today', () => {
  expect(apiFilters({ visit: 'over6', due: 0 }, '2026-08-31')).toEqual({
    // six months after the last of February it is the 28th of August: not within six months any more
    lastVisitBefore: '2026-03-01',
    dueWithinDays: 0,
  })
  expect(apiFilters({ visit: 'within1' }, '2026-03-31')).toEqual({ lastVisitAfter: '2026-02-28' })
})

test('a saved view is recognised whatever the order of its filters', () => {
  expect(sameFilters({ due: 7, query: 'a' }, { query: 'a', due: 7 })).toBe(true)
  expect(sameFilters({ due: 7 }, { due: 14 })).toBe(false)
})
