import type { ContactDecision } from '@changhui/rules/gate'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { emitMany } from '../../integrations/service.ts'
import { askGateMany } from '../../messaging/service.ts'
import { endState } from '../engine/outcome-state.ts'
import { programmeOf } from '../programmes/all.ts'

/** What the gate has to know of a task that is to be called. */
export interface GateTask {
  readonly id: string
  readonly programme: string
  readonly customerId: string
  readonly closesOn: string
  readonly waitedFor: boolean
}

/** The contact gate's answers for calls that are about to be made (CARE-18), in the order of the tasks. */
export function gateFor(scope: Scope, tasks: readonly GateTask[]): Promise<ContactDecision[]> {
  return askGateMany(
    scope,
    tasks.map((task) => ({
      customerId: task.customerId,
      taskId: task.id,
      purpose: programmeOf(task.programme).purpose,
      channel: 'call',
      waitedFor: task.waitedFor,
      expiresAt: Temporal.PlainDate.from(task.closesOn).add({ days: 1 }).toZonedDateTime(scope.timeZone).toInstant(),
    })),
  )
}

/** The outcome of a task the gate will never let through; the reason stands beside it. */
function outcomeOf({ reason }: Extract<ContactDecision, { decision: 'drop' }>) {
  if (reason === 'do-not-disturb' || reason === 'opted-out') return 'do-not-disturb'
  return reason === 'expired' || reason === 'would-expire' ? 'expired' : 'not-sent'
}

/**
 * Carries out what the gate said of tasks nobody holds: those that have to wait get their hour and the reason, those that never
 * may end with it. Tasks somebody is just taking are left to him. Returns those that may be called.
 */
export async function settleGate<Task extends GateTask>(
  scope: Scope,
  tasks: readonly Task[],
  answers: readonly ContactDecision[],
): Promise<Task[]> {
  const allowed: Task[] = []
  const waits: { id: string; at: string; reason: string }[] = []
  const drops: { id: string; outcome: string; state: string; detail: string }[] = []
  tasks.forEach((task, i) => {
    const answer = answers[i]
    if (answer === undefined || answer.decision === 'allow') allowed.push(task)
    else if (answer.decision === 'wait') waits.push({ id: task.id, at: answer.until.toString(), reason: answer.reason })
    else {
      const outcome = outcomeOf(answer)
      const detail = { gate: answer.reason, ...(answer.held ? { held: answer.held } : {}) }
      drops.push({ id: task.id, outcome, state: endState(outcome), detail: JSON.stringify(detail) })
    }
  })
  await holdBack(scope, waits)
  await endTasks(scope, drops)
  return allowed
}

const free = ({ now }: Scope) => sql`
  t.state IN ('open', 'attempting') AND (t.claimed_until IS NULL OR t.claimed_until <= ${now.toString()}::timestamptz)`

async function holdBack(scope: Scope, waits: readonly { id: string; at: string; reason: string }[]): Promise<void> {
  if (waits.length === 0) return
  await sql`
    WITH mine AS (
      SELECT t.id FROM task t
      WHERE t.store_id = ${scope.storeId}::uuid AND t.id = ANY (${waits.map(({ id }) => id)}::uuid[]) AND ${free(scope)}
      ORDER BY t.id FOR UPDATE SKIP LOCKED
    )
    UPDATE task t SET next_at = w.at, held_by = w.reason, version = t.version + 1
    FROM mine m, unnest(${waits.map(({ id }) => id)}::uuid[], ${waits.map(({ at }) => at)}::timestamptz[],
      ${waits.map(({ reason }) => reason)}::text[]) AS w (id, at, reason)
    -- a day the customer named, or a moved due date set, is not brought forward
    WHERE t.store_id = ${scope.storeId}::uuid AND t.id = m.id AND w.id = m.id AND (t.next_at IS NULL OR t.next_at < w.at)`.execute(
    scope.tx,
  )
}

async function endTasks(
  scope: Scope,
  drops: readonly { id: string; outcome: string; state: string; detail: string }[],
): Promise<void> {
  if (drops.length === 0) return
  const at = sql`${scope.now.toString()}::timestamptz`
  const { rows } = await sql<{ customerId: string }>`
    WITH mine AS (
      SELECT t.id FROM task t
      WHERE t.store_id = ${scope.storeId}::uuid AND t.id = ANY (${drops.map(({ id }) => id)}::uuid[]) AND ${free(scope)}
      ORDER BY t.id FOR UPDATE SKIP LOCKED
    ), closed AS (
      UPDATE task t SET state = d.state, outcome = d.outcome, outcome_detail = d.detail::jsonb, closed_at = ${at}, held_by = NULL,
        claimed_by = NULL, claimed_until = NULL, version = t.version + 1
      FROM mine m, unnest(${drops.map(({ id }) => id)}::uuid[], ${drops.map(({ outcome }) => outcome)}::text[],
        ${drops.map(({ state }) => state)}::text[], ${drops.map(({ detail }) => detail)}::text[]) AS d (id, outcome, state, detail)
      WHERE t.store_id = ${scope.storeId}::uuid AND t.id = m.id AND d.id = m.id
      RETURNING t.store_id, t.id, t.version, t.customer_id, t.vehicle_id, t.programme, t.outcome
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT c.store_id, changhui_derive_id(c.id || '|gate|' || c.version), ${at}, 'task.closed', c.customer_id, c.vehicle_id, c.id,
        jsonb_build_object('programme', c.programme, 'outcome', c.outcome)
      FROM closed c
      RETURNING customer_id
    )
    SELECT customer_id FROM told`.execute(scope.tx)
  if (rows.length > 0) await emitMany(scope, 'task.closed', { customerIds: rows.map(({ customerId }) => customerId) })
}
