import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { programmeDefinitions } from '../care/service.ts'
import { careStore } from '../care/testing.ts'
import { changeProgramme, programmesOf } from './programmes.ts'

const database = await testDatabase()
const store = await careStore(database, 'VALUES')
afterAll(() => store.pool.end())
const change = (programme: string, values: Record<string, number>, version: number) =>
  store.scoped((scope) => changeProgramme(scope, { programme, enabled: true, values, version }))

test('of two values of which one must be less, the wrong one is named with its bound', async () => {
  const wrong = { data: { problem: 'setting.out-of-range', field: 'values.fromMonths', values: { max: 2 } } }
  await expect(change('first-service', { fromMonths: 3 }, 0)).rejects.toMatchObject(wrong)
  const { version } = await change('first-service', { fromMonths: 3, toMonths: 4 }, 0)
  const later = { data: { field: 'values.fromMonths', values: { max: 1 } } }
  await expect(change('first-service', { toMonths: 2 }, version)).rejects.toMatchObject(later)
})

test('every programme stands in a group and its defaults keep their own ranges and order', async () => {
  const groups = await store.scoped((scope) => programmesOf(scope))
  expect(new Set(groups.map((one) => one.group))).toEqual(new Set(['reminders', 'relation', 'follow-up']))
  for (const { key, values, rising = [] } of programmeDefinitions()) {
    const of = (name: string) => values.find((one) => one.key === name)
    for (const one of values) {
      if (typeof one.default !== 'number') continue
      expect([key, one.key, one.default >= (one.min ?? -Infinity), one.default <= (one.max ?? Infinity)]).toEqual([
        key,
        one.key,
        true,
        true,
      ])
    }
    for (const [less, more] of rising) {
      expect([key, less, Number(of(less)?.default) < Number(of(more)?.default)]).toEqual([key, less, true])
    }
  }
})
