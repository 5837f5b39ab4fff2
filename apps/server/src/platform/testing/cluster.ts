import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import { type EmbeddedDatabase, startEmbedded } from '../embedded/embedded.ts'
import { migrate } from '../migrate.ts'

/** What the test files of a run share: how to reach the cluster and the migrated database to copy. */
export interface TestCluster {
  readonly admin: ClientConfig
  readonly template: string
  readonly version: number
}

/**
 * Starts one throw-away cluster for a run, or uses the server of TEST_DATABASE_URL, and migrates a template database in it.
 * `drop` leaves nothing behind.
 */
export async function startTestCluster(
  url = process.env.TEST_DATABASE_URL,
): Promise<TestCluster & { drop(): Promise<void> }> {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-test-'))
  let embedded: EmbeddedDatabase | undefined
  if (!url) {
    // data that dies with the run needs no durability
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }
    embedded = await startEmbedded(resolve(folder, 'data'), { quick: true, settings })
  }
  const admin: ClientConfig = embedded ? { ...embedded.connection } : { connectionString: url }
  const template = `changhui_template_${process.pid}`
  const version = await withClient(admin, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    // the collation of the embedded database, where the server's own may be anything
    await client.query(
      `CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`,
    )
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version`,
    )
    return rows[0]?.version ?? 0
  })
  await migrate(forDatabase(admin, template))
  return {
    admin,
    template,
    version,
    drop: async () => {
      await withClient(admin, (client) => client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`))
      await embedded?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same server, another database. */
export function forDatabase(admin: ClientConfig, database: string): ClientConfig {
  if (!admin.connectionString) return { ...admin, database }
  // not by URL: it refuses the empty host of a socket
  return { ...admin, connectionString: admin.connectionString.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${database}`) }
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(connection: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(connection)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
