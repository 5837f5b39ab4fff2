import { sql } from 'kysely'
import type { Tx } from './db.ts'

/**
 * Lets the planner know of tables that a bulk write has made grow; a fraction of a millisecond when none has. Call it between
 * writing many rows and looking them up row by row. Two such writers wait for one another while a table is that new.
 */
export async function keepStatistics(tx: Tx): Promise<void> {
  await sql`SELECT changhui_keep_statistics()`.execute(tx)
}
