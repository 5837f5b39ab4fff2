import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { migrate, migrationsDir, readMigrations } from '../../platform/migrate.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'

const { connection, pool } = await testDatabase({ empty: true })
const folder = mkdtempSync(resolve(tmpdir(), 'changhui-before-messages-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('messages of the first version live on: shown is delivered, mail is email, what waited ends as expired and is not sent', async () => {
  for (const { name } of readMigrations(migrationsDir)) {
    if (name < '0011') cpSync(resolve(migrationsDir, `${name}.sql`), resolve(folder, `${name}.sql`))
  }
  await migrate(connection, folder)
  const [store, customer] = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002']
  await pool.query("INSERT INTO store (id, code, name, created_at) VALUES ($1, 'OLD', 'OLD', '2026-01-01Z')", [store])
  await pool.query(
    "INSERT INTO customer (store_id, id, name, created_at, updated_at) VALUES ($1, $2, '车主', '2026-01-01Z', '2026-01-01Z')",
    [store, customer],
  )
  await pool.query(
    `INSERT INTO message (store_id, id, customer_id, channel, purpose, recipient, body, state, created_at) VALUES
       ($1, '019a0000-0000-7000-8000-00000000000a', $2, 'mail', 'regular-service', 'a@example.com', 'x', 'shown', '2026-11-01T02:00:00Z'),
       ($1, '019a0000-0000-7000-8000-00000000000b', $2, 'sms', 'regular-service', '13900000001', 'x', 'queued', '2026-11-01T02:00:00Z')`,
    [store, customer],
  )
  await pool.query(
    `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:x', '{"values":{"fallback":"mail"}}', '2026-11-01Z')`,
    [store],
  )
  await migrate(connection)
  const { rows } = await pool.query(
    'SELECT state, channel, channels, purpose, provider, sent_at IS NULL AS unsent, expires_at - created_at AS good_for FROM message ORDER BY id',
  )
  expect(rows).toMatchObject([
    {
      state: 'delivered',
      channel: 'email',
      channels: ['email'],
      purpose: 'reminder',
      provider: 'embedded',
      unsent: false,
    },
    { state: 'queued', channel: 'sms', channels: ['sms'], unsent: true, good_for: { days: 3 } },
  ])
  const settings = await pool.query('SELECT value FROM store_setting')
  expect(settings.rows).toEqual([{ value: { values: { fallback: 'email' } } }])
})
