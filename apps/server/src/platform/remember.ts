import type { Tx } from './db.ts'

const known = new WeakMap<Tx, Map<string, Promise<unknown>>>()

/**
 * Reads something once in a transaction: settings and calendars are asked for by every rule on the way, which made a quarter of a call's
 * queries. Whoever writes what was read calls `forgetRead` in the same transaction.
 */
export function readOnce<T>(tx: Tx, key: string, read: () => Promise<T>): Promise<T> {
  const mine = known.get(tx) ?? new Map<string, Promise<unknown>>()
  known.set(tx, mine)
  const there = mine.get(key) as Promise<T> | undefined
  if (there) return there
  const reading = read()
  mine.set(key, reading)
  return reading
}

/** Lets the transaction read again what it read once. */
export function forgetRead(tx: Tx): void {
  known.delete(tx)
}
