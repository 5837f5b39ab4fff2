import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { emitMany } from '../../integrations/service.ts'
import { messageProgrammes } from './dispatch.ts'

/**
 * Lets message tasks follow what became of their messages, all at once: accepted or delivered → done `sent`; dropped by the gate or
 * failed on every channel → failed `not-sent` with the reason. Each end has its timeline event. Returns how many ended.
 */
export async function settleNotices(scope: Scope): Promise<number> {
  const at = sql`${scope.now.toString()}::timestamptz`
  const { rows } = await sql<{ n: number }>`
    WITH ended AS (
      SELECT t.store_id, t.id, r.state IN ('sent', 'delivered') AS sent, r.channel, r.reason, r.at
      FROM task t
      JOIN message_result r ON r.store_id = t.store_id AND r.task_id = t.id
      WHERE t.store_id = ${scope.storeId}::uuid AND t.state = 'attempting' AND t.programme = ANY (${[...messageProgrammes]}::text[])
        -- a task taken up again has another message than before
        AND r.message_id::text = t.outcome_detail ->> 'messageId'
    ), closed AS (
      UPDATE task t SET state = CASE WHEN e.sent THEN 'done' ELSE 'failed' END, outcome = CASE WHEN e.sent THEN 'sent' ELSE 'not-sent' END,
        outcome_detail = t.outcome_detail || jsonb_strip_nulls(jsonb_build_object('channel', e.channel, 'reason', e.reason)),
        reminded_at = CASE WHEN e.sent THEN e.at END, closed_at = ${at}, version = t.version + 1
      FROM ended e
      WHERE t.store_id = e.store_id AND t.id = e.id AND t.state = 'attempting'
      RETURNING t.store_id, t.id, t.version, t.programme, t.customer_id, t.vehicle_id, t.outcome, t.outcome_detail ->> 'reason' AS reason
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT f.store_id, changhui_derive_id(f.id || '|notice|' || f.version), ${at}, 'task.closed', f.customer_id, f.vehicle_id, f.id,
        jsonb_strip_nulls(jsonb_build_object('programme', f.programme, 'outcome', f.outcome, 'reason', f.reason))
      FROM closed f
      RETURNING id
    )
    SELECT count(*)::int AS n FROM told`.execute(scope.tx)
  const ended = rows[0]?.n ?? 0
  if (ended > 0) await emitMany(scope, 'task.closed')
  return ended
}
