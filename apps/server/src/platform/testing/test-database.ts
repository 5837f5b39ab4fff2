import { randomBytes } from 'node:crypto'
import { type ClientConfig, Pool } from 'pg'
import { afterAll, inject } from 'vitest'
import { forDatabase, type TestCluster, withClient } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestCluster
  }
}

export interface TestDatabase {
  readonly connection: ClientConfig
  /** Superuser connections; scope them as the app does to meet row security. */
  readonly pool: Pool
  /** PostgreSQL's major version, 15 or newer. */
  readonly version: number
}

/** A migrated, empty database of its own for the test file that calls this at its top; dropped after the file. */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { admin, template, version } = inject('testCluster')
  const name = `changhui_test_${randomBytes(6).toString('hex')}`
  const source = options.empty ? 'template0' : template
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`))
  const connection = forDatabase(admin, name)
  const pool = new Pool({ ...connection, max: 8 })
  // dropping the database ends idle connections from the server's side
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  afterAll(async () => {
    await pool.end()
    await withClient(admin, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  })
  return { connection, pool, version }
}
