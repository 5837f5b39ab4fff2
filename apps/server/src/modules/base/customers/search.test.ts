import { matcher, normaliseName } from '@changhui/rules/name'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope } from '../../../platform/db.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { testStore } from '../testing.ts'
import { searchValues } from './search.ts'
import { keyMaker } from './search-keys.ts'
import { searchStatement } from './search-store.ts'
import { refreshSearch } from './service.ts'

const database = await testDatabase()
const { api, store, pool, rows, scoped, newId } = await testStore(database, 'FIND')
const other = await testStore(database, 'OTHER')
afterAll(() => Promise.all([pool.end(), other.pool.end()]))
const storeId = store.id

const surnames = [...'王李张刘陈杨黄赵吴周单曾解吕', '欧阳', '诸葛']
const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平乐长晟']
const people = Array.from({ length: 600 }, (_, n) => {
  const name = `${surnames[n % surnames.length]}${given[(n * 7) % given.length]}${n % 3 === 0 ? '' : given[(n * 5) % given.length]}`
  const digits = String(n * 7919)
    .padStart(7, '0')
    .slice(-7)
  return {
    id: newId(),
    name: n % 50 === 0 ? (['John Smith', '阿卜杜拉·买买提', 'T恤厂'][(n / 50) % 3] ?? '') : name,
    phones: [`1540${digits}`],
    plates: [`苏Z${digits.slice(-5)}`],
    vins: [`0SVAM4187C${digits}`],
    vehicleId: newId(),
  }
})

async function fill(target: typeof store, who: typeof people) {
  const at = '2026-01-01T00:00:00Z'
  await pool.query(
    `INSERT INTO customer (store_id, id, name, created_at, updated_at) SELECT $1, * , $4::timestamptz, $4 FROM unnest($2::uuid[], $3::text[])`,
    [target.id, who.map((one) => one.id), who.map((one) => normaliseName(one.name)), at],
  )
  await pool.query(
    `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at) SELECT $1, id, id, number, $4 FROM unnest($2::uuid[], $3::text[]) t (id, number)`,
    [target.id, who.map((one) => one.id), who.map((one) => one.phones[0]), at],
  )
  await pool.query(
    `INSERT INTO vehicle (store_id, id, owner_id, plate, vin, created_at, updated_at) SELECT $1, *, $6::timestamptz, $6 FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[])`,
    [
      target.id,
      who.map((one) => one.vehicleId),
      who.map((one) => one.id),
      who.map((one) => one.plates[0]),
      who.map((one) => one.vins[0]),
      at,
    ],
  )
}
beforeAll(async () => {
  await fill(store, people)
  await scoped((scope) =>
    refreshSearch(
      scope,
      people.map((one) => one.id),
    ),
  )
})

const searched = async (q: string, limit = 50) =>
  (await api.customers.search({ storeId, q, limit })).hits.map((hit) => hit.id)

describe('as one types', () => {
  test('the index brings exactly those whom plain comparison finds', async () => {
    const typed = people.flatMap(({ name, phones: [phone = ''], plates: [plate = ''], vins: [vin = ''] }, n) => {
      const letters = [...name]
      const start = n % letters.length
      const all = [
        letters.slice(start, start + 2).join(''),
        name,
        phone.slice(-(4 + (n % 8))),
        plate.slice(n % 4, (n % 4) + 3),
        vin.slice(-(4 + (n % 5))),
        `${letters[0]} ${phone.slice(-4)}`,
      ]
      return [all[n % all.length] ?? '']
    })
    typed.push('w', 'wang', 'wa', 'ww', 'zengle', 'zengyue', 'js', 'john', 'smi', '买买', '王 1', 'Z', '苏')
    let compared = 0
    for (const query of new Set(typed)) {
      const expected = people.filter(matcher(query)).map((one) => one.id)
      const brought = await searched(query)
      if (expected.length <= 50) {
        expect([query, [...brought].sort()]).toEqual([query, [...expected].sort()])
        compared++
      } else {
        expect([query, brought.filter((id) => !expected.includes(id))]).toEqual([query, []])
        expect(brought).toHaveLength(50)
      }
    }
    expect(compared).toBeGreaterThan(400)
  })

  test('those called exactly so stand first, then the beginning, then the latest visit', async () => {
    const made: Record<string, string> = {}
    for (const name of ['小燕子飞', '燕子飞', '燕子', '燕子归', '飞燕子']) {
      made[name] = (await api.customers.create({ storeId, name })).id
    }
    const car = await api.vehicles.create({ storeId, customerId: made.燕子归 ?? '' })
    await api.vehicles.addVisit({ storeId, vehicleId: car.id, arrivedOn: '2026-11-01', kind: 'wash' })
    const { hits } = await api.customers.search({ storeId, q: '燕子' })
    expect(hits.map((hit) => hit.name)).toEqual(['燕子', '燕子归', '燕子飞', '飞燕子', '小燕子飞'])
  })

  test('follows a new name, number, plate and a merge', async () => {
    const { id } = await api.customers.create({ storeId, name: '赫连勃' })
    expect(await searched('赫连')).toEqual([id])
    await api.customers.update({ storeId, customerId: id, version: 1, name: '拓跋珪' })
    expect([await searched('赫连'), await searched('tbg')]).toEqual([[], [id]])
    await api.customers.addPhone({ storeId, customerId: id, number: '025-58880000转801' })
    expect(await searched('58880000')).toEqual([id])
    expect((await api.customers.caller({ storeId, number: '02558880000' })).hits.map((hit) => hit.id)).toEqual([id])
    const car = await api.vehicles.create({ storeId, customerId: id, plate: '苏ZXYZ99' })
    expect(await searched('xyz99')).toEqual([id])
    await api.vehicles.update({ storeId, vehicleId: car.id, version: 1, plate: '苏ZABC88' })
    expect([await searched('xyz99'), await searched('bc8')]).toEqual([[], [id]])
    await pool.query('UPDATE customer SET merged_into = $2 WHERE id = $1', [id, people[0]?.id])
    expect(await searched('拓跋')).toEqual([])
    await scoped((scope) => refreshSearch(scope, [id]))
    expect(await rows('SELECT FROM customer_search WHERE customer_id = $1', [id])).toEqual([])
  })

  test('nothing that is typed breaks it', async () => {
    for (const q of ["'", '"', '\\', '%', '{}', '{1,2}', '1', '王'.repeat(40), '😀', 'a b c d e f g', '١٢٣٤', '<b>']) {
      expect(Array.isArray(await searched(q))).toBe(true)
    }
  })
})

describe('another store', () => {
  test('finds its own only, and row security holds where the scope is another', async () => {
    const twins = people.slice(0, 50).map((one) => ({ ...one, id: newId(), vehicleId: newId() }))
    await fill(other.store, twins)
    await other.scoped((scope) =>
      refreshSearch(
        scope,
        twins.map((one) => one.id),
      ),
    )
    const { hits } = await other.api.customers.search({ storeId: other.store.id, q: people[1]?.name ?? '', limit: 50 })
    expect(hits.length).toBeGreaterThan(0)
    expect(hits.filter((hit) => !twins.some((one) => one.id === hit.id))).toEqual([])
    const mine = searchValues(storeId, people[1]?.name ?? '', 20) ?? []
    const from = async (scope: string) =>
      (await inScope(pool, [scope], (tx) => tx.executeQuery(CompiledQuery.raw(searchStatement, mine)))).rows
    expect(await from(other.store.id)).toEqual([])
    expect((await from(storeId)).length).toBeGreaterThan(0)
    // the scope ends with the search
    expect((await pool.query('SELECT current_user = session_user AS back')).rows).toEqual([{ back: true }])
    await expect(api.customers.search({ storeId: other.store.id, q: '王' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  test('gets other keys for the same token', () => {
    const [mine, theirs] = [keyMaker(storeId), keyMaker(other.store.id)]
    const tokens = people.flatMap((one) => [one.name, ...one.phones, ...one.plates])
    const all = tokens.flatMap((token) => [mine(token), theirs(token)])
    expect(all.every(Number.isSafeInteger)).toBe(true)
    expect(new Set(all).size).toBe(2 * new Set(tokens).size)
  })
})

test('the plain role gets no index for the keys, the function of the owner uses it', async () => {
  await pool.query('ANALYZE customer_search')
  const key = keyMaker(storeId)(`n:${people[1]?.name.slice(0, 2)}`)
  const plan = async (before: readonly string[], statement: string) => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      for (const setting of before) await client.query(setting)
      const { rows: lines } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`)
      return lines.map((line) => line['QUERY PLAN']).join('\n')
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }
  const plain = await plan(
    [`SELECT changhui_scope('{${storeId}}')`, 'SET LOCAL enable_seqscan = off'],
    `SELECT FROM customer_search WHERE keys @> '{${key}}'`,
  )
  expect(plain).not.toContain('customer_search_keys')
  const inside = await plan(
    ['SET LOCAL enable_seqscan = off', 'SET LOCAL enable_indexscan = off'],
    `SELECT FROM customer_search s WHERE s.store_id = '${storeId}' AND s.keys @> '{${key}}'::bigint[] LIMIT 300`,
  )
  expect(inside).toContain('Bitmap Index Scan on customer_search_keys')
})
