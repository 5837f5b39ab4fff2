import { type RawBuilder, sql } from 'kysely'
import { type DueParameters, type PlannedProgramme, type Programme, roundsKey } from './programme.ts'

/** Whom a kind of work leaves out, as a condition over the customer `c`: nobody is shielded from what costs him nothing. */
export function shielded({ work }: Programme): RawBuilder<unknown> {
  if (work === 'call') return sql`(c.do_not_disturb OR c.consents @> '{"call":false}')`
  return work === 'message' ? sql`c.do_not_disturb` : sql`false`
}

/** A call waits for a number; nothing else does. */
export function blockedBy(
  { work }: Programme,
  store: RawBuilder<unknown>,
  customer: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (work !== 'call') return sql`NULL::text`
  return sql`CASE WHEN NOT EXISTS (
      SELECT FROM customer_phone p WHERE p.store_id = ${store} AND p.customer_id = ${customer} AND p.state = 'usable'
    ) THEN 'no-phone' END`
}

/** Whether a programme's tasks are the advisor's own. */
export const advisorCalls = ({ by }: Programme, { values }: DueParameters): boolean =>
  by === 'advisor' && values.advisorCalls !== false

/** The reason with the advisor it was given to: a task that somebody gave to another person since is not taken back from him. */
export const withAdvisor = (why: RawBuilder<unknown>, advisor: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`${why} || jsonb_build_object('advisorId', ${advisor})`

/**
 * Whom a programme owes something on the as-of day: the rows of its due query whose window holds that day, without customers who
 * are merged away or shielded from this kind of work (asked not to be disturbed, refused calls).
 */
export function dueRows(programme: PlannedProgramme, parameters: DueParameters): RawBuilder<unknown> {
  const day = sql`${parameters.asOf.toString()}::date`
  return sql`
    SELECT d.* FROM (${programme.dueSql(parameters)}) d
    WHERE d.opens_on <= ${day} AND d.closes_on >= ${day}
      AND NOT EXISTS (
        SELECT FROM customer c
        WHERE c.store_id = d.store_id AND c.id = d.customer_id
          AND (c.merged_into IS NOT NULL OR ${shielded(programme)}))`
}

/**
 * The due rows with the id of their task: `id` derived from the natural key, `known` where the task is there already, `revived`
 * where it was cancelled for a reason that is gone (the car was not sold after all, the customer may be called again).
 */
function dueTasks(programme: PlannedProgramme, parameters: DueParameters): RawBuilder<unknown> {
  const subject = programme.subject === 'vehicle' ? sql`d.vehicle_id` : sql`d.customer_id`
  return sql`
    SELECT d.*, t.id AS known, coalesce(t.state = 'cancelled' AND t.outcome <> 'withdrawn'
      AND (t.outcome <> 'commercial-use' OR EXISTS (
        SELECT FROM vehicle v WHERE v.store_id = t.store_id AND v.id = t.vehicle_id AND v.purpose = 'private'))
      -- told in a call that is about no car: no fact says it again, and none could take it back
      AND (t.vehicle_id IS NOT NULL OR t.outcome NOT IN ('sold', 'moved-away', 'handed-over')), false) AS revived
    FROM (
      SELECT d.*, changhui_derive_id(d.store_id || ${`|${roundsKey(programme)}|`} || ${subject} || '|' || d.cycle) AS id
      FROM (${dueRows(programme, parameters)}) d
    ) d
    -- their own tasks only, by index: the key was looked up row by row among every task of the store (1.8 times the bare insert). By the id alone:
    -- with the store beside it, which is the same in every row, they were merged by the store and each compared with each
    LEFT JOIN task t ON t.id = d.id
      AND t.store_id = ${parameters.storeId}::uuid AND t.programme = ANY (${[...parameters.sameRounds]}::text[])`
}

/**
 * How many are due and how many of them lack their task. For a repeated plan: a plain read, which may use every core, where
 * the planning statement, since it writes, may not.
 */
export function missingStatement(
  programme: PlannedProgramme,
  parameters: DueParameters,
): RawBuilder<{ due: number; missing: number }> {
  return sql`
    SELECT count(*)::int AS due, (count(*) FILTER (WHERE d.known IS NULL OR d.revived))::int AS missing
    FROM (${dueTasks(programme, parameters)}) d`
}

/**
 * Plans one programme in one statement: the missing tasks, those to be taken up again, and their timeline events. Ids are derived from the natural key, so
 * two planners come to the same rows; let one wait for the other before (`planStore` does), or their inserts could wait for
 * each other in a circle. The anti-join only spares the work of finding each conflict again: the key decides.
 */
export function planStatement(
  programme: PlannedProgramme,
  parameters: DueParameters,
  moment: Temporal.Instant,
): RawBuilder<PlanCount> {
  const { key } = programme
  // only where it is asked for: looking up the customer of each row costs the plan
  const advisors = advisorCalls(programme, parameters)
  const assignee = advisors
    ? sql`(SELECT c.advisor_id FROM customer c WHERE c.store_id = d.store_id AND c.id = d.customer_id)`
    : sql`NULL::uuid`
  const why = advisors ? withAdvisor(sql`d.why`, assignee) : sql`d.why`
  return sql<PlanCount>`
    WITH due AS (
      ${dueTasks(programme, parameters)}
    ), fresh AS (
      INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority,
        blocked_by, assignee_id, why, planned_on)
      SELECT d.store_id, d.id, ${key},
        d.customer_id, d.vehicle_id, d.cycle, 'open', d.due_on, d.opens_on, d.call_by, d.closes_on, d.priority,
        ${blockedBy(programme, sql`d.store_id`, sql`d.customer_id`)}, ${assignee},
        ${why}, ${parameters.asOf.toString()}::date
      FROM due d WHERE d.known IS NULL
      ON CONFLICT DO NOTHING
      RETURNING store_id, id, customer_id, vehicle_id, due_on, version
    ), revived AS (
      UPDATE task t SET programme = ${key}, outcome = NULL,
        -- its message may still be on its way: another one would be the second
        state = CASE WHEN EXISTS (
          SELECT FROM message m
          WHERE m.store_id = t.store_id AND m.id = (t.outcome_detail ->> 'messageId')::uuid AND m.state NOT IN ('dropped', 'failed')
        ) THEN 'attempting' ELSE 'open' END,
        closed_at = NULL, next_at = NULL, next_phone_id = NULL, customer_id = d.customer_id,
        assignee_id = ${assignee}, due_on = d.due_on, opens_on = d.opens_on, call_by = d.call_by, closes_on = d.closes_on, priority = d.priority, why = ${why},
        version = t.version + 1
      FROM due d
      WHERE d.revived AND t.store_id = d.store_id AND t.id = d.id AND t.state = 'cancelled'
      RETURNING t.store_id, t.id, t.customer_id, t.vehicle_id, t.due_on, t.version
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT f.store_id, changhui_derive_id(f.id || '|task.planned|' || f.version), ${moment.toString()}::timestamptz, 'task.planned', f.customer_id,
        f.vehicle_id, f.id, jsonb_build_object('programme', ${key}::text, 'dueOn', f.due_on)
      FROM (SELECT * FROM fresh UNION ALL SELECT * FROM revived) f
      RETURNING id
    )
    SELECT (SELECT count(*) FROM due)::int AS due, (SELECT count(*) FROM told)::int AS created`
}

export interface PlanCount {
  readonly due: number
  readonly created: number
}
