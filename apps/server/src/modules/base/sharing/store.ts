import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

export interface MonthRow {
  vehicleId: string
  customerId: string
  customerName: string
  customerAdvisorId: string | null
  plate: string | null
  vin: string | null
  model: string | null
  deliveredOn: string
  advisorId: string | null
  givenAt: string | null
  givenBy: string | null
  version: number | null
}

/** The vehicles delivered in a month and still with a customer, in order of delivery, with whom each was given to. */
export async function monthRows(scope: Scope, month: Temporal.PlainDate): Promise<MonthRow[]> {
  const { rows } = await sql<MonthRow>`
    SELECT v.id AS vehicle_id, c.id AS customer_id, c.name AS customer_name, c.advisor_id AS customer_advisor_id, v.plate, v.vin,
      coalesce(v.model, v.series) AS model, v.delivered_on, s.advisor_id, s.given_at, s.given_by, s.version
    FROM vehicle v
    JOIN customer c ON c.store_id = v.store_id AND c.id = v.owner_id AND c.merged_into IS NULL
    LEFT JOIN vehicle_share s ON s.store_id = v.store_id AND s.month = ${month.toString()}::date AND s.vehicle_id = v.id
    WHERE v.store_id = ${scope.storeId}::uuid AND v.state = 'active' AND v.delivered_on >= ${month.toString()}::date
      AND v.delivered_on < ${month.add({ months: 1 }).toString()}::date
    ORDER BY v.delivered_on, v.id`.execute(scope.tx)
  return rows
}

/** What was set for the advisors; one without a row takes part fully. */
export function sharerSettings({ tx, storeId }: Scope): Promise<{ userId: string; weight: number; away: boolean }[]> {
  return tx.selectFrom('sharingAdvisor').select(['userId', 'weight', 'away']).where('storeId', '=', storeId).execute()
}

export interface Given {
  readonly vehicleId: string
  readonly advisorId: string
}

/** Writes down who was given what; a vehicle somebody has by now stays his. Tells which were written. */
export async function insertShares(scope: Scope, month: string, given: readonly Given[]): Promise<Given[]> {
  if (given.length === 0) return []
  const { rows } = await sql<Given>`
    INSERT INTO vehicle_share (store_id, month, vehicle_id, advisor_id, given_by, given_at)
    SELECT ${scope.storeId}::uuid, ${month}::date, g.vehicle_id, g.advisor_id, ${scope.actor.id}::uuid, ${scope.now.toString()}::timestamptz
    FROM unnest(${given.map((one) => one.vehicleId)}::uuid[], ${given.map((one) => one.advisorId)}::uuid[]) AS g (vehicle_id, advisor_id)
    ORDER BY g.vehicle_id
    ON CONFLICT (store_id, month, vehicle_id) DO NOTHING
    RETURNING vehicle_id, advisor_id`.execute(scope.tx)
  return rows
}

/** Gives vehicles to somebody else, or for the first time (version 0); only those that still have the version the page saw. */
export async function moveShares(
  scope: Scope,
  month: string,
  advisorId: string,
  vehicles: readonly { readonly vehicleId: string; readonly version: number }[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO vehicle_share AS s (store_id, month, vehicle_id, advisor_id, given_by, given_at)
    SELECT ${scope.storeId}::uuid, ${month}::date, v.id, ${advisorId}::uuid, ${scope.actor.id}::uuid, ${scope.now.toString()}::timestamptz
    FROM vehicle v
    WHERE v.store_id = ${scope.storeId}::uuid AND v.id = ANY (${vehicles.map((one) => one.vehicleId)}::uuid[])
      AND v.delivered_on >= ${month}::date AND v.delivered_on < (${month}::date + interval '1 month')::date
    ORDER BY v.id
    ON CONFLICT (store_id, month, vehicle_id) DO UPDATE
      SET advisor_id = excluded.advisor_id, given_by = excluded.given_by, given_at = excluded.given_at, version = s.version + 1
      WHERE s.version = (
        SELECT j.version FROM unnest(${vehicles.map((one) => one.vehicleId)}::uuid[], ${vehicles.map((one) => one.version)}::int[]) AS j (id, version)
        WHERE j.id = s.vehicle_id)
    RETURNING s.vehicle_id AS id`.execute(scope.tx)
  return rows.map((row) => row.id)
}

/** Sets the advisor of the vehicles' owners where he is another one; the customers that changed, with who it was. */
export async function setAdvisors(
  scope: Scope,
  given: readonly Given[],
): Promise<{ customerId: string; vehicleId: string; advisorId: string; from: string | null }[]> {
  if (given.length === 0) return []
  const { rows } = await sql<{ customerId: string; vehicleId: string; advisorId: string; from: string | null }>`
    WITH wanted AS (
      SELECT DISTINCT ON (v.owner_id) v.owner_id, v.id AS vehicle_id, g.advisor_id
      FROM unnest(${given.map((one) => one.vehicleId)}::uuid[], ${given.map((one) => one.advisorId)}::uuid[]) AS g (vehicle_id, advisor_id)
      JOIN vehicle v ON v.store_id = ${scope.storeId}::uuid AND v.id = g.vehicle_id
      ORDER BY v.owner_id, v.id
    ), before AS (
      SELECT c.id, c.advisor_id FROM customer c JOIN wanted w ON w.owner_id = c.id
      WHERE c.store_id = ${scope.storeId}::uuid AND c.advisor_id IS DISTINCT FROM w.advisor_id ORDER BY c.id FOR UPDATE OF c
    )
    UPDATE customer c SET advisor_id = w.advisor_id, version = c.version + 1, updated_at = ${scope.now.toString()}::timestamptz
    FROM wanted w JOIN before b ON b.id = w.owner_id
    WHERE c.store_id = ${scope.storeId}::uuid AND c.id = w.owner_id
    RETURNING c.id AS customer_id, w.vehicle_id, c.advisor_id, b.advisor_id AS "from"`.execute(scope.tx)
  return rows
}
