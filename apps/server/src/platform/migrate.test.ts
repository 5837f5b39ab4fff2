import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { MigrationError, migrate, migrationsDir, readMigrations } from './migrate.ts'
import { testDatabase } from './testing/test-database.ts'

const { connection, pool } = await testDatabase({ empty: true })
const dir = mkdtempSync(resolve(tmpdir(), 'changhui-migrations-'))
afterAll(() => rmSync(dir, { recursive: true }))

const write = (name: string, sql: string): void => writeFileSync(resolve(dir, `${name}.sql`), sql)

beforeEach(async () => {
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  rmSync(dir, { recursive: true })
  cpSync(import.meta.filename, resolve(dir, 'ignored.txt'))
})

test('files are applied once, in order of name, by whichever of many comes first', async () => {
  write('0002_second', 'INSERT INTO one VALUES (2); INSERT INTO one VALUES (3)')
  write('0001_first', 'CREATE TABLE one (n int NOT NULL CONSTRAINT one_pk PRIMARY KEY)')
  const results = await Promise.all(Array.from({ length: 4 }, () => migrate(connection, dir)))
  expect(results.flatMap((result) => result.applied).sort()).toEqual(['0001_first', '0002_second'])
  expect(await migrate(connection, dir)).toEqual({ applied: [], alreadyApplied: 2 })
  expect((await pool.query('SELECT n FROM one ORDER BY n')).rows).toEqual([{ n: 2 }, { n: 3 }])
})

test('a file that fails leaves nothing of itself and names the statement', async () => {
  write('0001_first', 'CREATE TABLE one (n int); INSERT INTO two VALUES (1)')
  await expect(migrate(connection, dir)).rejects.toThrow(/migration 0001_first, statement 2/)
  expect((await pool.query("SELECT to_regclass('one') AS found")).rows).toEqual([{ found: null }])
})

test('a changed file is refused', async () => {
  write('0001_first', 'CREATE TABLE one (n int)')
  await migrate(connection, dir)
  write('0001_first', 'CREATE TABLE one (n bigint)')
  await expect(migrate(connection, dir)).rejects.toThrow(/0001_first was changed/)
})

test('a database of a newer program is refused', async () => {
  write('0001_first', 'CREATE TABLE one (n int)')
  await migrate(connection, dir)
  rmSync(resolve(dir, '0001_first.sql'))
  await expect(migrate(connection, dir)).rejects.toThrow(MigrationError)
})

test('without the right to make the role the advice says what to run', async () => {
  await pool.query(`
    DROP ROLE IF EXISTS changhui_plain_user;
    CREATE ROLE changhui_plain_user LOGIN;
    GRANT ALL ON SCHEMA public TO changhui_plain_user`)
  const plain = { ...connection, options: '-c role=changhui_plain_user' }
  write('0001_first', 'CREATE TABLE one (n int)')
  await expect(migrate(plain, dir)).rejects.toThrow(/GRANT changhui_app/)
  await pool.query('GRANT changhui_app TO changhui_plain_user')
  expect((await migrate(plain, dir)).applied).toEqual(['0001_first'])
  await pool.query('DROP OWNED BY changhui_plain_user; DROP ROLE changhui_plain_user')
})

test('the product’s own files have distinct names and statements', () => {
  const names = readMigrations(migrationsDir).map((migration) => migration.name)
  expect(names).toEqual([...new Set(names)].sort())
  expect(readMigrations(migrationsDir).every((migration) => migration.statements.length > 0)).toBe(true)
})

/** Migrations that installations have had, with the beginning of their checksums: add to the list, never change it. */
const landed = {
  '0001_platform': 'f734d285fa89',
  '0002_auth': '9582049d3d3b',
  '0003_base': '139e4b55cf5a',
  '0004_search': '39820667d263',
  '0005_care': 'f81b0acd7afc',
  '0006_integrations': '62ba747bf56c',
  '0007_imports': '4458f3b08922',
  '0008_parallel_reads': 'db74dd5be268',
  '0009_care_facts': 'e068ba0cb0b7',
  '0010_notices': '93df09c36774',
  '0011_messages': '653884c6e9d2',
  '0012_texts': '1452dcef9126',
  '0013_channels': '8a754566f4a9',
  '0014_base_work': '7bc8899aa264',
  '0015_callcentre': 'f1d95bc995ac',
  '0016_messages_sending': 'c7833a65f3dd',
  '0018_search_in_one_trip': 'a9cb356ac485',
  '0019_calls_of_a_customer': '490ae6896371',
}

test('a migration that has landed keeps its name and its text, or installations refuse the new program', () => {
  const known = new Map(readMigrations().map(({ name, checksum }) => [name, checksum.slice(0, 12)]))
  const kept = Object.keys(landed).map((name) => [name, known.get(name)])
  expect(Object.fromEntries(kept)).toEqual(landed)
})
