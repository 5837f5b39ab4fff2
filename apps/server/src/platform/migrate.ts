import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { splitStatements } from './sql-split.ts'

export const migrationsDir = resolve(import.meta.dirname, '../../migrations')

/** The plain role a request steps down to; see design rule "scope" in the first migration. */
const appRole = 'changhui_app'

/** One fixed number for pg_advisory_xact_lock: two migrators at once wait for each other. */
const lockKey = 7_240_115

const bookkeeping = `CREATE TABLE IF NOT EXISTS schema_migration (
  name text NOT NULL CONSTRAINT schema_migration_pk PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL)`

export interface Migration {
  readonly name: string
  readonly checksum: string
  readonly statements: readonly string[]
}

export interface MigrationResult {
  readonly applied: readonly string[]
  readonly alreadyApplied: number
}

/** The schema and this program do not fit, with the way out. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

/** The migration files of a folder in order of name. */
export function readMigrations(dir: string = migrationsDir): readonly Migration[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const text = readFileSync(resolve(dir, file), 'utf8').replaceAll('\r\n', '\n')
      return {
        name: file.slice(0, -'.sql'.length),
        checksum: createHash('sha256').update(text).digest('hex'),
        statements: splitStatements(text),
      }
    })
}

/**
 * Brings a database to the newest schema: each file in a transaction of its own together with its row in
 * `schema_migration`, one statement a call (a distributed PostgreSQL asks for that). Safe to run from several
 * processes at once. Throws MigrationError when an applied file was changed, or the database is newer than the program.
 */
export async function migrate(
  connection: ClientConfig | string,
  dir: string = migrationsDir,
): Promise<MigrationResult> {
  const migrations = readMigrations(dir)
  const client = new Client(connection)
  await client.connect()
  try {
    await requireVersion(client)
    await ensureAppRole(client)
    await inLock(client, () => client.query(bookkeeping))
    checkHistory(await appliedMigrations(client), migrations)
    const applied: string[] = []
    for (const migration of migrations) {
      if (await applyOnce(client, migration)) applied.push(migration.name)
    }
    return { applied, alreadyApplied: migrations.length - applied.length }
  } finally {
    await client.end()
  }
}

/** Name → checksum of what a database has had; empty where it has never been migrated. */
export async function appliedMigrations(client: Client): Promise<ReadonlyMap<string, string>> {
  const exists = await client.query<{ found: boolean }>(`SELECT to_regclass('schema_migration') IS NOT NULL AS found`)
  if (!exists.rows[0]?.found) return new Map()
  const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM schema_migration')
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

/** Throws MigrationError where the applied migrations are not the ones this program knows. */
export function checkHistory(applied: ReadonlyMap<string, string>, known: readonly Migration[]): void {
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const [name, checksum] of applied) {
    const migration = byName.get(name)
    if (!migration) {
      throw new MigrationError(
        `数据库比程序新（含迁移 ${name}），请升级程序 / The database is newer than this program (it has migration ${name}): use the newer Changhui`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        `已执行的迁移 ${name} 被改动，请还原该文件并另写新迁移 / Migration ${name} was changed after it was applied: restore the file and write a new migration instead`,
      )
    }
  }
}

/** Applies `migrations` inside the transaction the caller has open, for a database that has none yet. */
export async function applyInTransaction(client: Client, migrations: readonly Migration[]): Promise<void> {
  await client.query(bookkeeping)
  for (const migration of migrations) await run(client, migration)
}

async function applyOnce(client: Client, migration: Migration): Promise<boolean> {
  return inLock(client, async () => {
    const done = await client.query('SELECT FROM schema_migration WHERE name = $1', [migration.name])
    if (done.rowCount) return false
    await run(client, migration)
    return true
  })
}

async function run(client: Client, { name, checksum, statements }: Migration): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    await client.query(statement).catch((error: Error) => {
      const start = statement.slice(0, 80).replaceAll(/\s+/g, ' ')
      error.message = `migration ${name}, statement ${index + 1} (${start}…): ${error.message}`
      throw error
    })
  }
  await client.query('INSERT INTO schema_migration (name, checksum, applied_at) VALUES ($1, $2, clock_timestamp())', [
    name,
    checksum,
  ])
}

async function inLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    // the first error is the one to tell; a connection that is gone cannot roll back
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  )
  const version = rows[0]?.version ?? 0
  if (version < 150_000) {
    throw new MigrationError(
      `需要 PostgreSQL 15 或更新，现为 ${Math.floor(version / 10_000)} / PostgreSQL 15 or newer is needed; this server is ${Math.floor(version / 10_000)}`,
    )
  }
}

/** The role is the cluster's, not the database's: another database may make it at the same moment. */
export async function ensureAppRole(client: Client): Promise<void> {
  try {
    const role = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [appRole])
    if (!role.rowCount) {
      await client.query(`CREATE ROLE ${appRole} NOLOGIN`).catch((error: { code?: string }) => {
        if (error.code !== '42710' && error.code !== '23505') throw error
      })
    }
    // superusers and earlier grantees pass; 15 knows MEMBER only, from 16 on SET ROLE is a right of its own
    const member = await client.query<{ member: boolean }>(
      `SELECT pg_has_role(current_user, '${appRole}',
         CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS member`,
    )
    if (!member.rows[0]?.member) await client.query(`GRANT ${appRole} TO current_user`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    throw new MigrationError(
      `数据库用户无权建立角色 ${appRole}，请由管理员执行 / This database user may not create the role ${appRole}. Let an administrator run: ` +
        `CREATE ROLE ${appRole} NOLOGIN; GRANT ${appRole} TO <this user>;`,
    )
  }
}
