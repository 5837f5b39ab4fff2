import { sql } from 'kysely'
import { blockedBy, dueRows } from '../apps/server/src/modules/care/engine/plan-sql.ts'
import type { DueParameters, PlannedProgramme } from '../apps/server/src/modules/care/engine/programme.ts'
import type { openDb } from '../apps/server/src/platform/db.ts'
import type { Bench } from './harness.ts'

/** The bare statements of a programme: its due rows straight into the copies, tasks and their timeline events, nothing looked for. */
export function bareStatements(programme: PlannedProgramme, parameters: DueParameters, at: string) {
  const { key, subject, roundsOf } = programme
  const day = sql`${parameters.asOf.toString()}::date`
  const about = subject === 'vehicle' ? sql`d.vehicle_id` : sql`d.customer_id`
  const assignee =
    programme.by === 'advisor'
      ? sql`(SELECT c.advisor_id FROM customer c WHERE c.store_id = d.store_id AND c.id = d.customer_id)`
      : sql`NULL::uuid`
  const tasks = sql`
    INSERT INTO task_copy (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority,
      blocked_by, assignee_id, why, planned_on)
    SELECT d.store_id, changhui_derive_id(d.store_id || ${`|${roundsOf ?? key}|`} || ${about} || '|' || d.cycle), ${key},
      d.customer_id, d.vehicle_id, d.cycle, 'open', d.due_on, d.opens_on, d.call_by, d.closes_on, d.priority,
      ${blockedBy(programme, sql`d.store_id`, sql`d.customer_id`)}, ${assignee}, d.why, ${day}
    FROM (${dueRows(programme, parameters)}) d ON CONFLICT DO NOTHING`
  const events = sql`
    INSERT INTO timeline_event_copy (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
    SELECT t.store_id, changhui_derive_id(t.id || '|task.planned|1'), ${at}::timestamptz, 'task.planned', t.customer_id,
      t.vehicle_id, t.id, jsonb_build_object('programme', t.programme, 'dueOn', t.due_on)
    FROM task_copy t WHERE t.programme = ${key}`
  return { tasks, events }
}

/** Both pairs of tables empty, the copies with the same columns and indexes, nothing left for a checkpoint to write. */
export async function emptied(bench: Bench): Promise<void> {
  await bench.bare(async (client) => {
    await client.query('TRUNCATE task, timeline_event, attempt, plan_run CASCADE')
    await client.query('DROP TABLE IF EXISTS task_copy, timeline_event_copy')
    await client.query('CREATE TABLE task_copy (LIKE task INCLUDING ALL)')
    await client.query('CREATE TABLE timeline_event_copy (LIKE timeline_event INCLUDING ALL)')
    await client.query('CHECKPOINT')
  })
}

export async function emptyStores(bench: Bench): Promise<void> {
  await bench.bare((client) =>
    client.query(
      'TRUNCATE store, customer, customer_phone, vehicle, visit, task, timeline_event, attempt, plan_run CASCADE',
    ),
  )
}

/** Runs both statements of a programme in one transaction. */
export async function runBare(
  db: ReturnType<typeof openDb>,
  statements: ReturnType<typeof bareStatements>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await statements.tasks.execute(tx)
    await statements.events.execute(tx)
  })
}
