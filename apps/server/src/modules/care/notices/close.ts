import type { TaskOutcome } from '@changhui/rules/words'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { emitMany } from '../../integrations/service.ts'
import { endStateSql } from '../engine/outcome-state.ts'

export interface Closing {
  readonly id: string
  readonly outcome: TaskOutcome
  readonly detail: Readonly<Record<string, unknown>>
}

/** Ends tasks that are still open, each with its timeline event. Returns how many it ended. */
export async function closeTasks(scope: Scope, closings: readonly Closing[]): Promise<number> {
  if (closings.length === 0) return 0
  const at = sql`${scope.now.toString()}::timestamptz`
  const { rows } = await sql<{ n: number }>`
    WITH closed AS (
      UPDATE task t SET state = ${sql.raw(endStateSql('s.outcome'))}, outcome = s.outcome, outcome_detail = coalesce(t.outcome_detail, '{}') || s.detail,
        closed_at = ${at}, claimed_by = NULL, claimed_until = NULL, version = t.version + 1
      FROM jsonb_to_recordset(${JSON.stringify(closings)}::jsonb) AS s (id uuid, outcome text, detail jsonb)
      WHERE t.store_id = ${scope.storeId}::uuid AND t.id = s.id AND t.state IN ('open', 'attempting')
      RETURNING t.store_id, t.id, t.version, t.programme, t.customer_id, t.vehicle_id, t.outcome
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT f.store_id, changhui_derive_id(f.id || '|notice|' || f.version), ${at}, 'task.closed', f.customer_id, f.vehicle_id, f.id,
        jsonb_build_object('programme', f.programme, 'outcome', f.outcome)
      FROM closed f
      RETURNING id
    )
    SELECT count(*)::int AS n FROM told`.execute(scope.tx)
  const ended = rows[0]?.n ?? 0
  if (ended > 0) await emitMany(scope, 'task.closed')
  return ended
}
