import { hash } from 'node:crypto'
import type { Pool, PoolClient, QueryConfig } from 'pg'

/**
 * Lets the connections of a pool keep their statements prepared. A simulation sends the same few hundred statements millions of times,
 * and planning them took longer than carrying them out. Not for a pooler in transaction mode.
 */
export function keepPrepared(pool: Pool): void {
  const names = new Map<string, string>()
  pool.on('connect', (client: PoolClient) => {
    // a killed server may lose the last transactions, never one before another: the simulation goes on from what is there
    client.query('SET synchronous_commit TO off').catch(() => undefined)
    const plain = client.query.bind(client) as (...given: unknown[]) => unknown
    const named = (text: unknown, values?: unknown, ...rest: unknown[]): unknown => {
      if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return plain(text, values, ...rest)
      const name = names.get(text) ?? hash('md5', text)
      names.set(text, name)
      return plain({ name, text, values } satisfies QueryConfig, ...rest)
    }
    client.query = named as typeof client.query
  })
}
