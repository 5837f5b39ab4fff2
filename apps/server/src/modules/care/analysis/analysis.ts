import type { careContract } from '@changhui/contract/care'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { type PeriodKind, periodsOf } from './periods.ts'

export type Analysis = z.infer<NonNullable<(typeof careContract)['analysis']['~orpc']['outputSchema']>>
type Row = Analysis['rows'][number]

/**
 * Weekly or monthly analysis of a programme (CARE-17, KPI-05). A task counts in the period its due day lies in:
 * - `due`: all planned, but those that lost their object (sold, moved away, taxi, handed over, superseded, withdrawn);
 * - `reminded`: of these, told of their service in a call;
 * - `reached`: of these, spoken to in a call, whatever came of it — divide by `due`, not by calls dialled;
 * - `booked`: of these, an appointment was made;
 * - `returned`: of the reminded, the task ended by the visit it asked for, the policy renewed, the inspection passed, or a maintenance visit from the first talk on to the 30th day after the last talk or the due day,
 *   whichever is later — divide by `reminded`; who came untold came of his own accord;
 * - `failed`: nobody reached in all tries, or left until it was too late; `elsewhere`: served elsewhere, as told.
 */
export async function analyse(
  scope: Scope,
  programme: string,
  by: PeriodKind,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<Analysis> {
  const periods = periodsOf(by, from, to)
  if (periods === 'too-long') throw new Problem('BAD_REQUEST', 'input.invalid', { field: 'to' })
  const span = { from: periods[0]?.from ?? from, to: periods.at(-1)?.to ?? to }
  return {
    rows: await rowsOf(scope, programme, periods),
    reasons: await reasonsOf(scope, programme, span),
    elsewhere: await elsewhereOf(scope, programme, span),
  }
}

interface Span {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
}

const lostObject = sql`('sold', 'moved-away', 'handed-over', 'commercial-use', 'superseded', 'withdrawn')`

async function rowsOf(
  { tx, storeId, timeZone }: Scope,
  programme: string,
  periods: readonly (Span & { readonly period: string })[],
): Promise<Row[]> {
  const { rows } = await sql<Omit<Row, 'period' | 'from' | 'to'> & { from: string }>`
    WITH period AS (
      SELECT * FROM unnest(${periods.map((one) => one.from.toString())}::date[], ${periods.map((one) => one.to.toString())}::date[])
        AS p (from_on, to_on)
    ), counted AS (
      SELECT p.from_on, t.state, t.outcome, t.reached_at, t.reminded_at,
        EXISTS (SELECT FROM appointment a WHERE a.store_id = t.store_id AND a.task_id = t.id) AS booked,
        t.reminded_at IS NOT NULL AND (t.outcome IN ('returned', 'renewed', 'inspected') OR EXISTS (
          SELECT FROM visit v
          WHERE v.store_id = t.store_id AND v.vehicle_id = t.vehicle_id AND v.kind = 'maintenance'
            AND v.arrived_on >= (t.reached_at AT TIME ZONE ${timeZone}::text)::date
            AND v.arrived_on <= greatest((t.reminded_at AT TIME ZONE ${timeZone}::text)::date, t.due_on) + 30)) AS returned
      FROM task t JOIN period p ON t.due_on BETWEEN p.from_on AND p.to_on
      WHERE t.store_id = ${storeId}::uuid AND t.programme = ${programme}
        AND (t.outcome IS NULL OR t.outcome NOT IN ${lostObject})
    )
    SELECT p.from_on AS "from", count(c.state)::int AS due, count(c.reminded_at)::int AS reminded, count(c.reached_at)::int AS reached,
      (count(*) FILTER (WHERE c.booked))::int AS booked, (count(*) FILTER (WHERE c.returned))::int AS returned,
      (count(*) FILTER (WHERE c.state = 'failed'))::int AS failed,
      (count(*) FILTER (WHERE c.outcome = 'elsewhere'))::int AS elsewhere
    FROM period p LEFT JOIN counted c ON c.from_on = p.from_on
    GROUP BY p.from_on ORDER BY p.from_on`.execute(tx)
  return periods.map((one) => {
    const row = rows.find((counted) => counted.from === one.from.toString())
    const none = { due: 0, reminded: 0, reached: 0, booked: 0, returned: 0, failed: 0, elsewhere: 0 }
    return { ...none, ...row, period: one.period, from: one.from.toString(), to: one.to.toString() }
  })
}

/** What the tasks came to that did not bring what they were for, the most frequent first. */
async function reasonsOf({ tx, storeId }: Scope, programme: string, span: Span): Promise<Analysis['reasons']> {
  const { rows } = await sql<Analysis['reasons'][number]>`
    SELECT outcome, count(*)::int AS count FROM task
    WHERE store_id = ${storeId}::uuid AND programme = ${programme} AND outcome IS NOT NULL AND outcome NOT IN ('returned', 'booked', 'renewed', 'inspected', 'sent')
      AND due_on BETWEEN ${span.from.toString()}::date AND ${span.to.toString()}::date
    GROUP BY outcome ORDER BY 2 DESC, 1`.execute(tx)
  return rows
}

/** Where customers were served instead in the period, as they told it when the programme called. */
async function elsewhereOf({ tx, storeId }: Scope, programme: string, span: Span): Promise<Analysis['elsewhere']> {
  const { rows } = await sql<Analysis['elsewhere'][number]>`
    SELECT coalesce(e.shop, '—') AS shop, e.place, count(*)::int AS count, round(avg(e.price_fen))::bigint AS "averageFen",
      coalesce(array_agg(DISTINCT e.reason ORDER BY e.reason) FILTER (WHERE e.reason IS NOT NULL), '{}') AS reasons
    FROM served_elsewhere e
    JOIN task t ON t.store_id = e.store_id AND t.id = e.task_id AND t.programme = ${programme}
    WHERE e.store_id = ${storeId}::uuid AND e.served_on BETWEEN ${span.from.toString()}::date AND ${span.to.toString()}::date
    GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT 200`.execute(tx)
  return rows
}
