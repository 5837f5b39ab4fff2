import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { fixedClock } from '../clock.ts'
import { loadConfig } from '../config.ts'
import { openDb, openPool } from '../db.ts'
import { uuidv7 } from '../ids.ts'
import type { Scope } from '../scope.ts'
import { testDatabase } from '../testing/test-database.ts'
import { inStoreAgain } from './again.ts'
import type { StoreRequest } from './context.ts'

const { connection } = await testDatabase()
const pool = openPool(connection, 2)
afterAll(() => pool.end())
const clock = fixedClock('2026-11-20T02:00:00Z')
const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }

const deadlock = sql`DO $$ BEGIN RAISE EXCEPTION 'met half way' USING ERRCODE = 'deadlock_detected'; END $$`

test('a deed done at the second try is not done again when the same request is sent again', async () => {
  const id = uuidv7(clock.now())
  await pool.query(
    `INSERT INTO store (id, code, name, time_zone, created_at) VALUES ($1, 'S1', 'S1', 'Asia/Shanghai', now())`,
    [id],
  )
  const store = { id, code: 'S1', name: 'S1', timeZone: 'Asia/Shanghai', demo: false, roles: [], permissions: [] }
  const actor = { id: null, name: '客服' }
  /** The request as it arrives: with its key and no transaction so far. */
  const request = (): StoreRequest => ({
    ...{ platform, store, headers: new Headers(), trace: { requestId: 'r' } },
    principal: { actor, username: 'agent', stores: [store] },
    once: { key: 'somebody:key', hash: 'of the request', calls: 0 },
  })
  let tries = 0
  const deed = async (scope: Scope) => {
    tries++
    await scope.tx
      .insertInto('planRun')
      .values({
        storeId: scope.storeId,
        day: `2026-11-0${tries}`,
        programme: 'deed',
        due: 0,
        created: 0,
        ranAt: scope.now.toString(),
      })
      .execute()
    if (tries === 1) await deadlock.execute(scope.tx)
    return tries
  }
  expect(await inStoreAgain(request(), deed)).toBe(2)
  expect(await inStoreAgain(request(), deed)).toBe(2)
  const { rows } = await pool.query('SELECT day::text FROM plan_run WHERE store_id = $1', [store.id])
  expect(rows).toEqual([{ day: '2026-11-02' }])
})
