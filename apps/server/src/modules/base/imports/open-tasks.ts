import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** Of these customers those with an open task. */
export async function openTaskCustomers(scope: Scope, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT customer_id AS id FROM task
    WHERE store_id = ${scope.storeId} AND customer_id = ANY (${ids}::uuid[]) AND state IN ('open', 'attempting')`.execute(
    scope.tx,
  )
  return rows.map((row) => row.id)
}

/** Of these vehicles those with an open task. */
export async function openTaskVehicles(scope: Scope, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT vehicle_id AS id FROM task
    WHERE store_id = ${scope.storeId} AND vehicle_id = ANY (${ids}::uuid[]) AND state IN ('open', 'attempting')`.execute(
    scope.tx,
  )
  return rows.map((row) => row.id)
}
