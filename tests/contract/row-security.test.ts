import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inScope, sqlState } from '../../apps/server/src/platform/db.ts'
import { testDatabase } from '../../apps/server/src/platform/testing/test-database.ts'
import { storeTables } from './fill.ts'
import { openStage, type Stage } from './stage.ts'

/** What a query without its filter may do: row security alone must hold (SEC-01). */
const { connection } = await testDatabase()
let stage: Stage
let tables: string[]

/** Belongs to sign-in: the plain role has no right to it at all. */
const closed = ['staff_role']
const insufficientPrivilege = '42501'

beforeAll(async () => {
  stage = await openStage(connection)
  tables = (await storeTables(stage.pool)).filter((table) => !closed.includes(table))
})
afterAll(() => stage.close())

/** Runs one statement in A's scope; the rows, or the SQLSTATE. */
async function inA(statement: string): Promise<{ rows: { store: string }[] } | { state: string }> {
  try {
    return await inScope(stage.pool, [stage.a.id], async (tx) =>
      sql<{ store: string }>`${sql.raw(statement)}`.execute(tx),
    )
  } catch (error) {
    return { state: sqlState(error) ?? String(error) }
  }
}

async function rowsOf(table: string, storeId: string): Promise<string> {
  const { rows } = await stage.pool.query<{ all: string }>(
    `SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') AS all FROM ${table} t WHERE store_id = $1`,
    [storeId],
  )
  return rows[0]?.all ?? ''
}

describe('in the scope of one store', () => {
  it('every table of the stage holds a row of each store, so that the rest of this file means something', async () => {
    for (const table of tables) {
      expect([table, await rowsOf(table, stage.a.id)]).not.toEqual([table, ''])
      expect([table, await rowsOf(table, stage.b.id)]).not.toEqual([table, ''])
    }
  })

  it('SELECT without a filter shows that store only', async () => {
    for (const table of tables) {
      const found = await inA(`SELECT DISTINCT store_id AS store FROM ${table}`)
      expect([table, found]).toMatchObject([table, { rows: [{ store: stage.a.id }] }])
    }
    expect(await inA('SELECT id AS store FROM store')).toMatchObject({ rows: [{ store: stage.a.id }] })
  })

  it('UPDATE and DELETE without a filter leave the other store as it was', async () => {
    for (const table of tables) {
      const before = await rowsOf(table, stage.b.id)
      for (const statement of [
        `UPDATE ${table} SET store_id = store_id RETURNING store_id AS store`,
        `UPDATE ${table} SET store_id = store_id WHERE store_id = '${stage.b.id}' RETURNING store_id AS store`,
        `DELETE FROM ${table} WHERE store_id = '${stage.b.id}' RETURNING store_id AS store`,
      ]) {
        const done = await inA(statement)
        const touched = 'rows' in done ? done.rows.map((row) => row.store) : []
        expect([statement, touched.includes(stage.b.id)]).toEqual([statement, false])
        if ('state' in done) expect([statement, done.state]).toEqual([statement, insufficientPrivilege])
      }
      expect(await rowsOf(table, stage.b.id)).toBe(before)
    }
    expect(await inA(`UPDATE store SET name = 'mine' RETURNING id AS store`)).toMatchObject({
      rows: [{ store: stage.a.id }],
    })
  })

  it('a row cannot be put into the other store or moved there', async () => {
    for (const table of tables) {
      const columns = await stage.pool.query<{ names: string }>(
        `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'store_id' AND attgenerated = ''`,
        [table],
      )
      const names = columns.rows[0]?.names ?? ''
      const copied = await inA(
        `INSERT INTO ${table} (store_id, ${names}) SELECT '${stage.b.id}', ${names} FROM ${table}`,
      )
      expect([table, copied]).toEqual([table, { state: insufficientPrivilege }])
      const moved = await inA(`UPDATE ${table} SET store_id = '${stage.b.id}'`)
      expect([table, moved]).toEqual([table, { state: insufficientPrivilege }])
    }
  })

  it('sign-in tables cannot be read at all, but for a person’s name', async () => {
    for (const table of ['staff_role', 'group_role', 'store_role', 'auth_session', 'auth_account', 'auth_verification'])
      expect([table, await inA(`SELECT 1 AS store FROM ${table}`)]).toEqual([table, { state: insufficientPrivilege }])
    expect(await inA('SELECT username AS store FROM auth_user')).toEqual({ state: insufficientPrivilege })
  })

  it('an empty scope sees nothing, and the scope ends with its transaction', async () => {
    const seen = await inScope(stage.pool, [], (tx) => sql`SELECT id FROM customer`.execute(tx))
    expect(seen.rows).toEqual([])
    const client = await stage.pool.connect()
    const after = await client.query(
      "SELECT current_user <> 'changhui_app' AS own, current_setting('changhui.stores', true) AS stores",
    )
    client.release()
    expect(after.rows[0]).toMatchObject({ own: true })
    expect(after.rows[0].stores ?? '').toBe('')
  })
})
