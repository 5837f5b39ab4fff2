import { hash } from 'node:crypto'
import type { ClientBase, Pool, PoolClient, QueryConfig } from 'pg'

/**
 * Lets a connection keep its statements prepared. What lives through weeks of a store sends the same few hundred statements thousands of
 * times, and planning them took longer than carrying them out. Not for a pooler in transaction mode.
 */
export function prepareOn(client: ClientBase, names = new Map<string, string>()): void {
  const plain = client.query.bind(client) as (...given: unknown[]) => unknown
  const named = (text: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return plain(text, values, ...rest)
    const name = names.get(text) ?? hash('md5', text)
    names.set(text, name)
    return plain({ name, text, values } satisfies QueryConfig, ...rest)
  }
  client.query = named as typeof client.query
}

/** The same for every connection of a pool. */
export function keepPrepared(pool: Pool): void {
  const names = new Map<string, string>()
  pool.on('connect', (client: PoolClient) => {
    // a killed server may lose the last transactions, never one before another: the simulation goes on from what is there
    client.query('SET synchronous_commit TO off').catch(() => undefined)
    prepareOn(client, names)
  })
}
