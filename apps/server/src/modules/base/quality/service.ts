import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { refreshSearch } from '../customers/service.ts'

/**
 * Lets cars and visits that came in for a merged record, since the merge happened while they were on their way, land on the survivor
 * (BASE-11). For the vehicles an import touched.
 */
export async function landOnSurvivors(scope: Scope, vehicleIds: readonly string[]): Promise<void> {
  const ids = [...vehicleIds]
  const survivors = sql`
    WITH RECURSIVE line AS (
      SELECT c.id, c.merged_into AS goes_to FROM customer c WHERE c.store_id = ${scope.storeId}::uuid AND c.merged_into IS NOT NULL
      UNION ALL
      SELECT l.id, c.merged_into FROM line l JOIN customer c ON c.store_id = ${scope.storeId}::uuid AND c.id = l.goes_to
      WHERE c.merged_into IS NOT NULL
    ), last AS (
      SELECT l.id, l.goes_to FROM line l WHERE NOT EXISTS (SELECT FROM line m WHERE m.id = l.goes_to)
    )`
  const { rows } = await sql<{ id: string }>`
    ${survivors}
    UPDATE vehicle v SET owner_id = l.goes_to, version = v.version + 1 FROM last l
    WHERE v.store_id = ${scope.storeId}::uuid AND v.owner_id = l.id AND v.id = ANY (${ids}::uuid[]) RETURNING v.owner_id AS id`.execute(
    scope.tx,
  )
  await sql`
    ${survivors}
    UPDATE visit v SET customer_id = l.goes_to FROM last l
    WHERE v.store_id = ${scope.storeId}::uuid AND v.customer_id = l.id AND v.vehicle_id = ANY (${ids}::uuid[])`.execute(
    scope.tx,
  )
  if (rows.length > 0) await refreshSearch(scope, [...new Set(rows.map((row) => row.id))])
}
