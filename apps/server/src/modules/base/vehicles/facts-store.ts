import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import type { VehicleFacts } from './facts.ts'

export interface HistoryRow {
  id: string
  deliveredOn: string | null
  lastVisitOn: string | null
  serviceOn: string | null
  serviceKm: number | null
  elsewhereOn: string | null
  elsewhereKm: number | null
  /** Days of service since the delivery, here and elsewhere. */
  services: number
  /** What stands on the vehicle so far. */
  knownLastVisitOn: string | null
  anchorOn: string | null
  anchorKm: number | null
  anchorKind: string | null
  odometerKm: number | null
  odometerOn: string | null
  dailyKm: number | null
  dailyConfidence: string | null
  serviceCount: number
}

/**
 * Locks the vehicles and tells what their rows say, without the readings. Two that change one vehicle at once so follow one
 * another, and the later one counts the earlier one's rows.
 */
export async function lockHistories(scope: Scope, ids: readonly string[]): Promise<HistoryRow[]> {
  await sql`SELECT FROM vehicle WHERE store_id = ${scope.storeId} AND id = ANY (${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE`.execute(
    scope.tx,
  )
  const { rows } = await sql<HistoryRow>`
    SELECT v.id, v.delivered_on, v.last_visit_on AS known_last_visit_on, v.anchor_on, v.anchor_km, v.anchor_kind, v.odometer_km,
      v.odometer_on, v.daily_km, v.daily_confidence, v.service_count,
      (SELECT count(*)::int FROM (
        SELECT t.arrived_on FROM visit t WHERE t.store_id = v.store_id AND t.vehicle_id = v.id AND t.kind = 'maintenance'
        UNION SELECT s.served_on FROM served_elsewhere s WHERE s.store_id = v.store_id AND s.vehicle_id = v.id
      ) d (served_on) WHERE v.delivered_on IS NULL OR d.served_on > v.delivered_on) AS services,
      (SELECT max(t.arrived_on) FROM visit t WHERE t.store_id = v.store_id AND t.vehicle_id = v.id) AS last_visit_on,
      f.service_on, f.service_km, e.elsewhere_on, e.elsewhere_km
    FROM vehicle v
    LEFT JOIN LATERAL (
      SELECT t.arrived_on AS service_on, t.mileage_km AS service_km
      FROM visit t WHERE t.store_id = v.store_id AND t.vehicle_id = v.id AND t.kind = 'maintenance'
      ORDER BY t.arrived_on DESC, t.mileage_km DESC NULLS LAST LIMIT 1
    ) f ON true
    LEFT JOIN LATERAL (
      SELECT s.served_on AS elsewhere_on, s.odometer_km AS elsewhere_km
      FROM served_elsewhere s WHERE s.store_id = v.store_id AND s.vehicle_id = v.id
      ORDER BY s.served_on DESC, s.told_at DESC LIMIT 1
    ) e ON true
    WHERE v.store_id = ${scope.storeId} AND v.id = ANY (${ids}::uuid[])`.execute(scope.tx)
  return rows
}

export interface ReadingRow {
  id: string
  vehicleId: string
  readOn: string
  km: number
  source: string
  refused: string | null
}

export async function readingsOf(scope: Scope, ids: readonly string[]): Promise<ReadingRow[]> {
  const { rows } = await sql<ReadingRow>`
    SELECT id, vehicle_id, read_on, km, source, refused FROM odometer_reading
    WHERE store_id = ${scope.storeId} AND vehicle_id = ANY (${ids}::uuid[])
    ORDER BY vehicle_id, read_on, created_at, id`.execute(scope.tx)
  return rows
}

/** Writes the facts of many vehicles in one statement. */
export async function writeFacts(scope: Scope, facts: ReadonlyMap<string, VehicleFacts>): Promise<void> {
  if (facts.size === 0) return
  const ids = [...facts.keys()]
  const all = [...facts.values()]
  await sql`
    UPDATE vehicle v
    SET last_visit_on = f.last_visit_on, anchor_on = f.anchor_on, anchor_km = f.anchor_km, anchor_kind = f.anchor_kind,
      odometer_km = f.odometer_km, odometer_on = f.odometer_on, daily_km = f.daily_km, daily_confidence = f.daily_confidence,
      service_count = f.service_count
    FROM unnest(${ids}::uuid[], ${all.map((f) => f.lastVisitOn)}::date[], ${all.map((f) => f.anchorOn)}::date[],
      ${all.map((f) => f.anchorKm)}::int[], ${all.map((f) => f.anchorKind)}::text[], ${all.map((f) => f.odometerKm)}::int[],
      ${all.map((f) => f.odometerOn)}::date[], ${all.map((f) => f.dailyKm)}::float8[], ${all.map((f) => f.dailyConfidence)}::text[],
      ${all.map((f) => f.serviceCount)}::smallint[])
      AS f (id, last_visit_on, anchor_on, anchor_km, anchor_kind, odometer_km, odometer_on, daily_km, daily_confidence, service_count)
    WHERE v.store_id = ${scope.storeId} AND v.id = f.id AND v.id = ANY (${ids}::uuid[])`.execute(scope.tx)
}

export async function writeRefusals(
  scope: Scope,
  changed: readonly { readonly readingId: string; readonly reason: string | null }[],
): Promise<void> {
  if (changed.length === 0) return
  await sql`
    UPDATE odometer_reading r SET refused = j.reason
    FROM unnest(${changed.map((one) => one.readingId)}::uuid[], ${changed.map((one) => one.reason)}::text[]) AS j (id, reason)
    WHERE r.store_id = ${scope.storeId} AND r.id = j.id`.execute(scope.tx)
}

/** The last visit of everybody who owns one of the vehicles or brought it in. */
export async function writeLastVisits(scope: Scope, vehicleIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; arrivedOn: string | null }>`
    SELECT c.id, t.arrived_on
    FROM customer c
    LEFT JOIN LATERAL (
      SELECT max(t.arrived_on) AS arrived_on FROM visit t WHERE t.store_id = c.store_id AND t.customer_id = c.id
    ) t ON true
    WHERE c.store_id = ${scope.storeId} AND c.last_visit_on IS DISTINCT FROM t.arrived_on AND c.id = ANY (ARRAY(
      SELECT owner_id FROM vehicle WHERE store_id = ${scope.storeId} AND id = ANY (${vehicleIds}::uuid[])
      UNION
      SELECT customer_id FROM visit WHERE store_id = ${scope.storeId} AND vehicle_id = ANY (${vehicleIds}::uuid[])))
    ORDER BY c.id`.execute(scope.tx)
  if (rows.length === 0) return
  const ids = rows.map((row) => row.id)
  await sql`
    UPDATE customer c SET last_visit_on = l.arrived_on
    FROM unnest(${ids}::uuid[], ${rows.map((row) => row.arrivedOn)}::date[]) AS l (id, arrived_on)
    WHERE c.store_id = ${scope.storeId} AND c.id = l.id AND c.id = ANY (${ids}::uuid[])`.execute(scope.tx)
}
