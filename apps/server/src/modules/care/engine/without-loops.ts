import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'

/**
 * Plans and joins by hash what the planner takes for a handful of rows: nobody can tell it how many cars owe something today, and 3,000 known tips
 * looked up in 3,000 tasks one by one took 4.5 s. For every statement that plans or follows a whole store.
 */
export async function withoutLoops<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await sql`SET LOCAL enable_nestloop = off`.execute(tx)
  const result = await work()
  await sql`SET LOCAL enable_nestloop TO DEFAULT`.execute(tx)
  return result
}
