import { expect, test } from 'vitest'
import { deriveId, uuidv7 } from './ids.ts'
import { testDatabase } from './testing/test-database.ts'

const { pool } = await testDatabase()

test('uuidv7 carries its moment, version and variant', () => {
  const now = Temporal.Instant.from('2031-05-04T03:02:01.234Z')
  const id = uuidv7(now)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now.epochMilliseconds)
})

test('ids of one process ascend, within a millisecond and when the clock steps back', () => {
  const start = Temporal.Instant.from('2032-01-01T00:00:00Z')
  const ids: string[] = []
  for (let round = 0; round < 5_000; round += 1) ids.push(uuidv7(start))
  for (let round = 0; round < 5_000; round += 1) ids.push(uuidv7(start.subtract({ milliseconds: round })))
  for (let round = 0; round < 5_000; round += 1) ids.push(uuidv7(start.add({ milliseconds: round })))
  expect(ids).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(ids.length)
})

test('deriveId is what the database derives', async () => {
  const keys = [
    ['store', 'first-service', 'LSVAA4182E2123456', 3],
    ['a', null, 'b'],
    ['常回', ''],
    ['only'],
    [undefined, 7n],
  ] as const
  for (const key of keys) {
    const texts = key.map((part) => part?.toString() ?? null)
    const { rows } = await pool.query("SELECT md5(array_to_string($1::text[], '|'))::uuid AS id", [texts])
    expect(deriveId(...key)).toBe(rows[0].id)
  }
})
