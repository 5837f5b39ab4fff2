import type { insuranceContract } from '@changhui/contract/insurance'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../platform/cursor.ts'
import type { Scope } from '../../platform/scope.ts'
import { programmeDefinitions } from '../care/service.ts'
import { staffNames } from '../staff/service.ts'

type Page = z.infer<NonNullable<(typeof insuranceContract)['pipeline']['~orpc']['outputSchema']>>
export interface PipelineWish {
  readonly months: number
  readonly state: 'all' | Page['rows'][number]['state']
  readonly cursor?: string | undefined
  readonly limit: number
}

const place = z.tuple([z.iso.date(), z.guid()])
const none = { waiting: 0, working: 0, renewed: 0, lost: 0, unplanned: 0 }

/**
 * Vehicles whose compulsory or commercial policy expires from today on within some months, the first expiry first, with where the
 * renewal stands (INS-01): not planned, waiting for its call, being worked on, renewed (its policies run on already), lost.
 */
export async function pipeline(scope: Scope, wish: PipelineWish): Promise<Page> {
  const { tx, storeId, today } = scope
  const from = today.toString()
  const to = today.add({ months: wish.months }).toString()
  const keys = programmeDefinitions().flatMap((one) => (one.by === 'insurance' ? [one.key] : []))
  const after = wish.cursor === undefined ? undefined : decodeCursor(wish.cursor, place)
  const coming = (column: string) =>
    sql`CASE WHEN ${sql.ref(column)} BETWEEN ${from}::date AND ${to}::date THEN ${sql.ref(column)} END`
  const expiry = sql`least(${coming('v.compulsory_expiry_on')}, ${coming('v.commercial_expiry_on')})`
  // the talk about the expiry that is shown; only where none is coming any more, the one that renewed it
  const listed = sql`
    SELECT v.id AS vehicle_id, v.owner_id AS customer_id, v.plate, coalesce(v.model, v.series) AS model,
      coalesce(${expiry}, t.due_on) AS expires_on,
      v.compulsory_expiry_on AS compulsory_on, v.commercial_expiry_on AS commercial_on,
      coalesce(v.commercial_insurer, v.compulsory_insurer) AS insurer, t.id AS task_id, t.outcome, coalesce(t.attempts, 0)::int AS attempts,
      t.next_at, t.assignee_id,
      CASE WHEN t.id IS NULL THEN 'unplanned' WHEN t.outcome = 'renewed' THEN 'renewed' WHEN t.state = 'open' THEN 'waiting'
        WHEN t.state = 'attempting' THEN 'working' WHEN t.outcome IN ('booked', 'later', 'reminded', 'returned') THEN 'working' ELSE 'lost' END AS state
    FROM vehicle v
    LEFT JOIN LATERAL (
      SELECT k.* FROM task k
      WHERE k.store_id = v.store_id AND k.store_id = ${storeId}::uuid AND k.vehicle_id = v.id AND k.programme = ANY (${keys}::text[])
        AND k.due_on >= ${from}::date AND (k.due_on = ${expiry} OR (${expiry} IS NULL AND k.outcome = 'renewed'))
      ORDER BY k.due_on, k.id LIMIT 1
    ) t ON true
    WHERE v.store_id = ${storeId}::uuid AND v.state = 'active'
      AND (v.compulsory_expiry_on BETWEEN ${from}::date AND ${to}::date OR v.commercial_expiry_on BETWEEN ${from}::date AND ${to}::date
        OR (t.outcome = 'renewed' AND t.due_on <= ${to}::date))`
  const { rows } = await sql<Omit<Page['rows'][number], 'assigneeName'> & { assigneeId: string | null }>`
    SELECT l.*, c.name AS customer_name
    FROM (${listed}) l JOIN customer c ON c.store_id = ${storeId}::uuid AND c.id = l.customer_id
    WHERE ${wish.state === 'all' ? sql`true` : sql`l.state = ${wish.state}`}
      AND ${after ? sql`(l.expires_on, l.vehicle_id) > (${after[0]}::date, ${after[1]}::uuid)` : sql`true`}
    ORDER BY l.expires_on, l.vehicle_id LIMIT ${wish.limit + 1}`.execute(tx)
  const { rows: counted } = await sql<{ state: keyof typeof none; n: number }>`
    SELECT l.state, count(*)::int AS n FROM (${listed}) l GROUP BY l.state`.execute(tx)
  const page = rows.slice(0, wish.limit)
  const last = rows.length > wish.limit ? page.at(-1) : undefined
  const names = await staffNames(
    tx,
    page.map((row) => row.assigneeId),
  )
  return {
    rows: page.map(({ assigneeId, ...row }) => ({ ...row, assigneeName: names.get(assigneeId ?? '') ?? null })),
    nextCursor: last ? encodeCursor(last.expiresOn, last.vehicleId) : null,
    counts: { ...none, ...Object.fromEntries(counted.map(({ state, n }) => [state, n])) },
  }
}
