import { Client, type ClientConfig } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Clock } from '../clock.ts'
import { appliedMigrations, checkHistory, readMigrations } from '../migrate.ts'
import { type Manifest, type TableEntry, writeArchive } from './archive.ts'
import { measure, plainOutput, productTables, readSequences } from './tables.ts'

export interface BackupSummary {
  readonly createdAt: string
  readonly schema: string
  readonly tables: readonly Pick<TableEntry, 'name' | 'rows' | 'checksum'>[]
}

/**
 * Writes the whole database, as it is at one moment, into one compressed file; the app may go on working meanwhile. Memory stays
 * bounded: rows pass through. Job queues are left out: they are fed again from the outbox.
 */
export async function backup(connection: ClientConfig, path: string, clock: Clock): Promise<BackupSummary> {
  const client = new Client(connection)
  await client.connect()
  try {
    await client.query(plainOutput)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const applied = await appliedMigrations(client)
    checkHistory(applied, readMigrations())
    const tables: TableEntry[] = []
    for (const table of await productTables(client)) tables.push({ ...table, ...(await measure(client, table.name)) })
    const manifest: Omit<Manifest, 'format'> = {
      createdAt: clock.now().toString(),
      migrations: [...applied]
        .map(([name, checksum]) => ({ name, checksum }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      tables,
      sequences: await readSequences(client),
    }
    await writeArchive(path, manifest, (table) => client.query(copyTo(`COPY ${target(client, table)} TO STDOUT`)))
    await client.query('COMMIT')
    return summary(manifest)
  } finally {
    await client.end()
  }
}

/** `table (columns)` as COPY takes it. */
export function target(client: Client, table: Pick<TableEntry, 'name' | 'columns'>): string {
  return `${client.escapeIdentifier(table.name)} (${table.columns.map((column) => client.escapeIdentifier(column)).join(', ')})`
}

export function summary(manifest: Omit<Manifest, 'format'>): BackupSummary {
  return {
    createdAt: manifest.createdAt,
    schema: manifest.migrations.at(-1)?.name ?? '',
    tables: manifest.tables.map(({ name, rows, checksum }) => ({ name, rows, checksum })),
  }
}
