import { readXlsx } from 'hucre/xlsx'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { testStore } from '../testing.ts'

const database = await testDatabase()
/** It is 2026-11-21 there. */
const { api, store, pool, rows } = await testStore(database, 'CHURN')
afterAll(() => pool.end())
const storeId = store.id
const { customers, vehicles } = api

const came = async (name: string, ...visits: readonly (readonly [day: string, amountFen: number | null])[]) => {
  const { id } = await customers.create({ storeId, name })
  const car = await vehicles.create({ storeId, customerId: id })
  for (const [arrivedOn, amountFen] of visits) {
    const lines = [{ name: '保养', kind: 'labour' as const, amountFen }]
    await vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn, kind: 'maintenance', lines })
  }
  return id
}
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing thrown',
    (error: { code: string; data: { problem?: string; field?: string } }) =>
      [error.code, error.data?.problem, error.data?.field].join(' '),
  )

/** Both sides of each limit. */
const active = await came(
  '甲',
  ['2024-01-01', 10_000],
  ['2025-11-21', null],
  ['2025-11-22', 20_050],
  ['2026-05-21', 3_000],
)
await came('乙', ['2026-05-20', null])
await came('丙', ['2026-02-21', null])
const atRisk = await came('丁', ['2026-02-20', null])
await came('戊', ['2025-11-21', null])
await came('己', ['2025-11-20', null])
await came('庚', ['2024-11-21', null])
await came('辛', ['2024-11-20', null])
const never = await came('壬')

const found = async (band: 'active' | 'drifting' | 'at-risk' | 'lost' | 'dormant') => {
  const page = await customers.list({ storeId, band })
  expect(page.rows.map((row) => row.band)).toEqual(page.rows.map(() => band))
  expect(await customers.count({ storeId, band })).toEqual({ count: page.rows.length, exact: true })
  return page.rows.map((row) => row.name).join('')
}

test('each customer stands in one band, by his last visit (KEEP-01)', async () => {
  expect(await found('active')).toBe('甲')
  expect(await found('drifting')).toBe('乙丙')
  expect(await found('at-risk')).toBe('丁戊')
  expect(await found('lost')).toBe('己庚')
  expect(await found('dormant')).toBe('辛')
  expect(await customers.get({ storeId, customerId: atRisk })).toMatchObject({ band: 'at-risk' })
  expect(await customers.get({ storeId, customerId: never })).toMatchObject({ band: null, lastVisitOn: null })
})

test('what a customer’s visits came to stands with him (BASE-06)', async () => {
  expect((await customers.get({ storeId, customerId: active })).value).toEqual({
    visits: 4,
    totalFen: 33_050,
    yearVisits: 2,
    yearFen: 23_050,
  })
  expect((await customers.get({ storeId, customerId: never })).value).toEqual({
    visits: 0,
    totalFen: 0,
    yearVisits: 0,
    yearFen: 0,
  })
})

test('the file names the bands', async () => {
  const file = await customers.export({ storeId, band: 'dormant' })
  const { sheets } = await readXlsx(new Uint8Array(await file.arrayBuffer()))
  const [head = [], row = [], ...more] = sheets[0]?.rows ?? []
  expect([row[head.indexOf('姓名')], row[head.indexOf('流失等级')], more]).toEqual(['辛', '沉睡', []])
})

test('a store moves the limits, and everybody’s band with them', async () => {
  const before = await customers.churnBands({ storeId })
  expect(before).toEqual({ active: 6, drifting: 9, atRisk: 12, lost: 24, version: 0 })
  const wrong = { ...before, drifting: 6 }
  expect(await problemOf(customers.setChurnBands({ storeId, ...wrong }))).toBe('BAD_REQUEST bands.not-rising drifting')
  const saved = await customers.setChurnBands({ storeId, ...before, active: 7, drifting: 10 })
  expect(saved).toMatchObject({ active: 7, drifting: 10, version: 1 })
  expect(await found('active')).toBe('甲乙')
  expect(await found('drifting')).toBe('丙丁')
  expect(await problemOf(customers.setChurnBands({ storeId, ...before }))).toMatch('CONFLICT version.changed')
  expect(await rows(`SELECT detail FROM audit_entry WHERE action = 'setting.churn-bands'`)).toEqual([
    { detail: { active: 7, drifting: 10, atRisk: 12, lost: 24 } },
  ])
})
