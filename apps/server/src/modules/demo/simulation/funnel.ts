import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { programmeDefinitions } from '../../care/service.ts'

/** What became of a programme's tasks. */
export interface Funnel {
  readonly programme: string
  readonly due: number
  /** Called, or turned into a message. */
  readonly attempted: number
  readonly calls: number
  readonly reached: number
  readonly reminded: number
  readonly booked: number
  readonly returned: number
  readonly elsewhere: number
  readonly open: number
  readonly done: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
  readonly cancelled: Readonly<Record<string, number>>
  /** Messages of these tasks by state, those that did not go out with their reason. */
  readonly messages: Readonly<Record<string, number>>
}

/** The funnel of every programme of the scope's store. `booked`: with an appointment from the call; `returned`: came within 30 days of one. */
export async function funnelOf(scope: Scope): Promise<Funnel[]> {
  const sent = programmeDefinitions().flatMap((one) => (one.work === 'message' ? [one.key] : []))
  const { rows } = await sql<Funnel>`
    WITH booked AS (
      SELECT DISTINCT a.task_id FROM appointment a WHERE a.store_id = ${scope.storeId}::uuid AND a.task_id IS NOT NULL
    ), came AS (
      SELECT DISTINCT a.task_id FROM appointment a
      WHERE a.store_id = ${scope.storeId}::uuid AND a.task_id IS NOT NULL AND EXISTS (
        SELECT FROM visit v WHERE v.store_id = a.store_id AND v.vehicle_id = a.vehicle_id AND v.kind = 'maintenance'
          AND v.arrived_on BETWEEN a.created_at::date AND a.day + 30)
    ), one AS (
      SELECT t.programme, t.state, t.outcome, t.attempts, CASE WHEN t.programme <> ALL (${sent}::text[]) THEN t.attempts ELSE 0 END AS calls, t.reached_at, t.reminded_at, b.task_id IS NOT NULL AS booked,
        (t.outcome = 'returned' OR c.task_id IS NOT NULL) AS returned
      FROM task t LEFT JOIN booked b ON b.task_id = t.id LEFT JOIN came c ON c.task_id = t.id
      WHERE t.store_id = ${scope.storeId}::uuid
    ), ends AS (
      SELECT programme, state, jsonb_object_agg(outcome, n) AS how
      FROM (SELECT programme, state, outcome, count(*) AS n FROM one WHERE outcome IS NOT NULL GROUP BY 1, 2, 3) e GROUP BY 1, 2
    ), told AS (
      SELECT programme, jsonb_object_agg(how, n) AS how
      FROM (
        SELECT t.programme, concat_ws(': ', m.state, CASE WHEN m.state IN ('failed', 'dropped') THEN m.reason END) AS how, count(*) AS n
        FROM message m JOIN task t ON t.store_id = m.store_id AND t.id = m.task_id
        WHERE m.store_id = ${scope.storeId}::uuid GROUP BY 1, 2) m
      GROUP BY 1
    )
    SELECT o.programme, count(*)::int AS due, (count(*) FILTER (WHERE attempts > 0))::int AS attempted, sum(calls)::int AS calls,
      (count(*) FILTER (WHERE reached_at IS NOT NULL))::int AS reached, (count(*) FILTER (WHERE reminded_at IS NOT NULL))::int AS reminded,
      (count(*) FILTER (WHERE booked))::int AS booked, (count(*) FILTER (WHERE returned))::int AS returned,
      (count(*) FILTER (WHERE outcome = 'elsewhere'))::int AS elsewhere, (count(*) FILTER (WHERE outcome IS NULL))::int AS open,
      coalesce((SELECT how FROM ends e WHERE e.programme = o.programme AND e.state = 'done'), '{}') AS done,
      coalesce((SELECT how FROM ends e WHERE e.programme = o.programme AND e.state = 'failed'), '{}') AS failed,
      coalesce((SELECT how FROM ends e WHERE e.programme = o.programme AND e.state = 'cancelled'), '{}') AS cancelled,
      coalesce((SELECT how FROM told s WHERE s.programme = o.programme), '{}') AS messages
    FROM one o GROUP BY o.programme ORDER BY o.programme`.execute(scope.tx)
  return rows
}

/** Rows of the store by table, for comparing two runs. */
export async function countRows(scope: Scope): Promise<Record<string, number>> {
  const tables = [
    'customer',
    'vehicle',
    'visit',
    'odometer_reading',
    'task',
    'attempt',
    'timeline_event',
    'appointment',
    'message',
  ]
  const counts: Record<string, number> = {}
  for (const table of [
    ...tables,
    'served_elsewhere',
    'customer_phone',
    'message_try',
    'message_receipt',
    'inbound_message',
  ]) {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*)::int AS n FROM ${sql.table(table)} WHERE store_id = ${scope.storeId}::uuid`.execute(scope.tx)
    counts[table] = rows[0]?.n ?? 0
  }
  return counts
}
