import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedClock } from '../clock.ts'
import { startEmbedded } from '../embedded/embedded.ts'
import { deriveId } from '../ids.ts'
import { withClient } from '../testing/cluster.ts'
import { systemPostgres } from '../testing/system-postgres.ts'
import { testDatabase } from '../testing/test-database.ts'
import { backup } from './backup.ts'
import { restore } from './restore.ts'
import { measure } from './tables.ts'

const source = await testDatabase()
const target = await testDatabase({ empty: true })
const folder = mkdtempSync(resolve(tmpdir(), 'changhui-backup-'))
const file = resolve(folder, 'whole.backup')
const clock = fixedClock('2026-03-01T04:05:06Z')
const store = deriveId('backup', 'store')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Values that a careless copy would bend: tabs, backslashes, NULL beside '', characters outside the BMP. */
const awkward = ['', '\\N', 'a\tb\nc\r\\', '龘𠮷😀', '\'"$$', '\u0001']

beforeAll(async () => {
  await source.pool.query(
    `INSERT INTO store (id, code, name, created_at) VALUES ($1, 'S1', '一店', '2026-01-01T00:00:00.123456Z')`,
    [store],
  )
  for (const [index, text] of awkward.entries()) {
    await source.pool.query(
      `INSERT INTO audit_entry (store_id, id, at, actor_name, action, subject_kind, subject_id, detail)
       VALUES ($1, $2, now(), $3, 'a', 'b', $4, $5)`,
      [store, deriveId('row', index), text, index % 2 ? text : null, JSON.stringify({ text })].map((value) =>
        value === '\u0001' ? ' ' : value,
      ),
    )
  }
  await source.pool.query(
    `INSERT INTO outbox_event (store_id, id, topic, payload, created_at)
     SELECT $1, md5('e' || n)::uuid, 't', jsonb_build_object('n', n, 'long', repeat('x', 200)), now() FROM generate_series(1, 20000) n`,
    [store],
  )
  await source.pool.query(
    `INSERT INTO outbox_event (store_id, id, topic, payload, created_at)
     VALUES ($1, md5('big')::uuid, 't', to_jsonb(repeat('大', 1500000)), now())`,
    [store],
  )
})

const digest = (name: string): string => createHash('sha256').update(readFileSync(name)).digest('hex')

async function tablesOf(connection: ConstructorParameters<typeof Client>[0]): Promise<Record<string, unknown>> {
  const client = new Client(connection)
  await client.connect()
  await client.query(`SET TimeZone = 'UTC'`)
  const result: Record<string, unknown> = {}
  for (const name of ['store', 'audit_entry', 'outbox_event']) result[name] = await measure(client, name)
  await client.end()
  return result
}

test('a backup taken while the app writes holds one moment, and restores to the same counts and checksums', async () => {
  let writing = true
  let written = 0
  const writer = (async () => {
    for (; writing; written += 1) {
      await source.pool.query(
        `INSERT INTO outbox_event (store_id, id, topic, payload, created_at) VALUES ($1, $2, 'w', '{}', now())`,
        [store, deriveId('written', written)],
      )
    }
  })()
  const summary = await backup(source.connection, file, clock)
  writing = false
  await writer
  const saved = summary.tables.find((table) => table.name === 'outbox_event')?.rows ?? 0
  expect(written).toBeGreaterThan(0)
  expect(saved).toBeGreaterThanOrEqual(20_001)
  expect(saved).toBeLessThan(20_001 + written)
  expect(summary.createdAt).toBe('2026-03-01T04:05:06Z')
  expect(readdirSync(folder)).toEqual(['whole.backup'])
  await restore(target.connection, file, { replace: false })
  const kept = Object.fromEntries(summary.tables.map(({ name, rows, checksum }) => [name, { rows, checksum }]))
  expect(kept).toMatchObject(await tablesOf(target.connection))
  const scoped = await target.pool.query(
    `BEGIN; SELECT changhui_scope(ARRAY['${store}']::uuid[]); SELECT count(*)::int AS n FROM outbox_event; COMMIT`,
  )
  expect((scoped as unknown as { rows: unknown[] }[])[2]?.rows).toEqual([{ n: saved }])
})

test('a target with rows is refused and stays as it was; with replace it is overwritten', async () => {
  const other = deriveId('other')
  await target.pool.query(`INSERT INTO store (id, code, name, created_at) VALUES ($1, 'OTHER', 'x', now())`, [other])
  await expect(restore(target.connection, file, { replace: false })).rejects.toThrow(/--replace/)
  expect((await target.pool.query('SELECT FROM store')).rowCount).toBe(2)
  await restore(target.connection, file, { replace: true })
  expect((await target.pool.query('SELECT code FROM store')).rows).toEqual([{ code: 'S1' }])
})

test.each([0.02, 0.5, 0.9, 0.999])('cut off at %d of its length: refused wholly', async (part) => {
  const cut = resolve(folder, 'cut.backup')
  copyFileSync(file, cut)
  truncateSync(cut, Math.floor(readFileSync(file).length * part))
  await target.pool.query(`UPDATE store SET name = 'kept'`)
  await expect(restore(target.connection, cut, { replace: true })).rejects.toThrow(/damaged/)
  expect((await target.pool.query('SELECT name FROM store')).rows).toEqual([{ name: 'kept' }])
})

test('one wrong byte anywhere is refused', async () => {
  const bytes = readFileSync(file)
  for (const part of [0, 0.1, 0.35, 0.6, 0.85, 0.9999]) {
    const wrong = Buffer.from(bytes)
    const at = Math.floor(bytes.length * part)
    wrong[at] = (wrong[at] ?? 0) ^ 0x10
    writeFileSync(resolve(folder, 'wrong.backup'), wrong)
    await expect(restore(target.connection, resolve(folder, 'wrong.backup'), { replace: true })).rejects.toThrow(
      /damaged/,
    )
  }
  expect((await target.pool.query('SELECT name FROM store')).rows).toEqual([{ name: 'kept' }])
})

test('a backup of a newer schema is refused by name', async () => {
  await withClient(source.connection, (client) =>
    client.query(`INSERT INTO schema_migration VALUES ('9999_future', 'x', now())`),
  )
  await expect(backup(source.connection, resolve(folder, 'future.backup'), clock)).rejects.toThrow(/9999_future/)
  await withClient(source.connection, (client) =>
    client.query(`DELETE FROM schema_migration WHERE name = '9999_future'`),
  )
  await expect(restore(target.connection, resolve(folder, 'missing'), { replace: true })).rejects.toThrow(
    /no backup file/,
  )
})

test('restores into an empty data folder', async () => {
  const embedded = await startEmbedded(resolve(folder, 'data'), { quick: true })
  await restore({ ...embedded.connection }, file, { replace: false })
  expect(await tablesOf({ ...embedded.connection })).toEqual(
    await tablesOf(target.connection).then(() => restoredFigures(file)),
  )
  await embedded.stop()
})

async function restoredFigures(path: string): Promise<Record<string, unknown>> {
  expect(digest(path)).toHaveLength(64)
  await restore(target.connection, path, { replace: true })
  return tablesOf(target.connection)
}

const server = systemPostgres(15)
test.skipIf(!server)(
  `restores into a PostgreSQL 15 server${server ? '' : ' (no PostgreSQL 15 on this machine)'}`,
  async () => {
    const running = await server?.start()
    if (!running) throw new Error('unreachable')
    try {
      await restore(running.connection, file, { replace: false })
      expect(await tablesOf(running.connection)).toEqual(await restoredFigures(file))
    } finally {
      await running.stop()
    }
  },
)
