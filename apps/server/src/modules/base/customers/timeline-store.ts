import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

export interface TimelineRow {
  id: string
  at: string
  kind: string
  vehicleId: string | null
  taskId: string | null
  actor: string | null
  data: Record<string, unknown>
}

/**
 * One page of what happened with a customer, newest first: events, visits, deliveries and telephone calls. A visit or a delivery is known by its
 * day only and stands at the day's beginning in the store's time zone.
 */
export async function timelinePage(
  scope: Scope,
  customerId: string,
  after: { at: string; id: string } | undefined,
  limit: number,
): Promise<TimelineRow[]> {
  const behind = after ? sql`(t.at, t.id) < (${after.at}::timestamptz, ${after.id})` : sql`true`
  const { rows } = await sql<TimelineRow>`
    WITH RECURSIVE record AS (
      SELECT ${customerId}::uuid AS id
      UNION ALL
      SELECT c.id FROM customer c JOIN record r ON c.store_id = ${scope.storeId}::uuid AND c.merged_into = r.id
    )
    SELECT t.* FROM (
      SELECT e.id::text COLLATE "C" AS id, e.at, e.kind, e.vehicle_id, e.task_id, e.actor, e.data
      FROM timeline_event e WHERE e.store_id = ${scope.storeId} AND e.customer_id = ANY (ARRAY(SELECT id FROM record))
      UNION ALL
      SELECT 'visit-' || v.id, v.arrived_on::timestamp AT TIME ZONE ${scope.timeZone}, 'visit', v.vehicle_id, NULL, NULL,
        jsonb_build_object('visitId', v.id, 'visitKind', v.kind, 'arrivedOn', v.arrived_on, 'orderNo', v.order_no,
          'mileageKm', v.mileage_km, 'totalFen', v.total_fen, 'advisor', v.advisor, 'technician', v.technician,
          'customerFen', v.customer_fen, 'warrantyFen', v.warranty_fen, 'insuranceFen', v.insurance_fen, 'internalFen', v.internal_fen,
          'lines', jsonb_path_query_array(v.lines, '$[0 to 6].name'))
      FROM visit v WHERE v.store_id = ${scope.storeId} AND v.customer_id = ${customerId}
      UNION ALL
      SELECT 'delivery-' || c.id, c.delivered_on::timestamp AT TIME ZONE ${scope.timeZone}, 'delivery', c.id, NULL, NULL,
        jsonb_build_object('deliveredOn', c.delivered_on, 'model', coalesce(c.model, c.series), 'plate', c.plate)
      FROM vehicle c WHERE c.store_id = ${scope.storeId} AND c.owner_id = ${customerId} AND c.delivered_on IS NOT NULL
      UNION ALL
      SELECT 'phonecall-' || p.id, p.at, 'phonecall.' || p.direction, NULL, p.task_id, p.user_id,
        jsonb_build_object('phoneCallId', p.id, 'answered', p.answered, 'seconds', p.seconds, 'recorded', p.recorded)
      FROM phone_call_over p WHERE p.store_id = ${scope.storeId} AND p.customer_id = ${customerId}
    ) t
    WHERE ${behind}
    ORDER BY t.at DESC, t.id DESC
    LIMIT ${limit}`.execute(scope.tx)
  return rows
}
