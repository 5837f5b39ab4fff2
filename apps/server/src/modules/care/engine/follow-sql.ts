import { type RawBuilder, sql } from 'kysely'
import { endStateSql } from './outcome-state.ts'
import { advisorCalls, blockedBy, shielded, withAdvisor } from './plan-sql.ts'
import type { DueParameters, PlannedProgramme, Programme } from './programme.ts'

/** Which open tasks to look at again: those about these vehicles (and their owners), of these customers, or these; nothing = all of the store. */
export interface Changed {
  readonly vehicleIds?: readonly string[]
  readonly customerIds?: readonly string[]
  readonly taskIds?: readonly string[]
}

export interface FollowCount {
  readonly closed: number
  readonly moved: number
}

/** The open tasks of what changed, by programme, each with its subject: programmes without one need not be asked. */
export function touchedTasks(
  storeId: string,
  { vehicleIds, customerIds, taskIds }: Changed,
): RawBuilder<{ programme: string; taskIds: string[]; vehicleIds: string[]; customerIds: string[] }> {
  const store = sql`${storeId}::uuid`
  const open = sql`t.store_id = ${store} AND t.state IN ('open', 'attempting')`
  const columns = sql`t.id, t.programme, t.vehicle_id, t.customer_id`
  const parts: RawBuilder<unknown>[] = []
  if (taskIds) parts.push(sql`SELECT ${columns} FROM task t WHERE ${open} AND t.id = ANY (${[...taskIds]}::uuid[])`)
  if (vehicleIds) {
    const vehicles = sql`ANY (${[...vehicleIds]}::uuid[])`
    parts.push(sql`SELECT ${columns} FROM task t WHERE ${open} AND t.vehicle_id = ${vehicles}`)
    parts.push(sql`SELECT ${columns} FROM task t WHERE ${open} AND t.vehicle_id IS NULL
      AND t.customer_id = ANY (SELECT v.owner_id FROM vehicle v WHERE v.store_id = ${store} AND v.id = ${vehicles})`)
  }
  if (customerIds)
    parts.push(sql`SELECT ${columns} FROM task t WHERE ${open} AND t.customer_id = ANY (${[...customerIds]}::uuid[])`)
  return sql`
    SELECT t.programme, array_agg(t.id) AS task_ids, coalesce(array_agg(DISTINCT t.vehicle_id) FILTER (WHERE t.vehicle_id IS NOT NULL), '{}') AS vehicle_ids,
      array_agg(DISTINCT t.customer_id) AS customer_ids
    FROM (${sql.join(parts, sql` UNION `)}) t GROUP BY t.programme`
}

/**
 * The open tasks `t` of a programme, or some of them. Store and programme stand in subqueries, so that the planner expects an average store: by their
 * values it expects one row of a store or a programme that came after the last ANALYZE, and works the due query out again for each open task
 * (303 times 2,000 vehicles, 8 s where stores it had seen took 0.5).
 */
function openTasks(programme: Programme, storeId: string, taskIds: readonly string[] | undefined): RawBuilder<unknown> {
  const those = taskIds ? sql`AND t.id = ANY (${[...taskIds]}::uuid[])` : sql``
  return sql`t.store_id = (SELECT ${storeId}::uuid) AND t.programme = (SELECT ${programme.key}::text)
    AND t.state IN ('open', 'attempting') ${those}`
}

/**
 * Lets the open tasks of a planned programme follow the facts in one statement (CARE-03, CARE-23): closed when the promise was
 * answered or lost its object, moved with a new due date, handed to the car's new owner, flagged when the customer was in for something else, blocked and
 * unblocked with his numbers. Every closing and moving has its timeline event.
 */
export function followStatement(
  programme: PlannedProgramme,
  parameters: DueParameters,
  taskIds: readonly string[] | undefined,
  moment: Temporal.Instant,
): RawBuilder<FollowCount> {
  const day = sql`${parameters.asOf.toString()}::date`
  const at = sql`${moment.toString()}::timestamptz`
  const subject =
    programme.subject === 'vehicle' ? sql`d.vehicle_id = t.vehicle_id` : sql`d.customer_id = t.customer_id`
  // one or the other, never an expression of both: by that nothing can be looked up
  const owner = programme.subject === 'vehicle' ? sql`v.owner_id` : sql`t.customer_id`
  const round = programme.rounds === 'many' ? sql`${subject} AND d.cycle = t.cycle` : subject
  // an advisor's own task follows the customer to his next advisor; whom somebody gave it to keeps it
  const advisors = advisorCalls(programme, parameters)
  const assignee = advisors
    ? sql`CASE WHEN t.assignee_id IS NOT DISTINCT FROM (t.why ->> 'advisorId')::uuid THEN c.advisor_id ELSE t.assignee_id END`
    : sql`t.assignee_id`
  const why = advisors ? withAdvisor(sql`d.why`, sql`c.advisor_id`) : sql`d.why`
  return sql<FollowCount>`
    -- materialized: inlined, the verdict would be worked out again for every column it decides
    WITH verdict AS MATERIALIZED (
      SELECT t.store_id, t.id, coalesce(c.id, t.customer_id) AS customer_id, t.due_on AS was_on, coalesce(d.due_on, t.due_on) AS due_on,
        coalesce(d.opens_on, t.opens_on) AS opens_on, coalesce(d.call_by, t.call_by) AS call_by, coalesce(d.priority, t.priority) AS priority,
        -- a wished call outlives the window of its reminder
        CASE WHEN t.waited_for THEN greatest(d.closes_on, t.closes_on) ELSE coalesce(d.closes_on, t.closes_on) END AS closes_on,
        coalesce(${why}, t.why) AS why,
        ${outcomeOf(programme, day)} AS outcome,
        CASE WHEN v.last_visit_on >= t.planned_on AND v.last_visit_on > v.anchor_on THEN v.last_visit_on END AS visited_on,
        ${blockedBy(programme, sql`t.store_id`, sql`c.id`)} AS blocked_by, ${assignee} AS assignee_id
      FROM task t
      LEFT JOIN vehicle v ON v.store_id = t.store_id AND v.id = t.vehicle_id
      LEFT JOIN customer c ON c.store_id = t.store_id AND c.id = ${owner}
      LEFT JOIN (${programme.dueSql(parameters)}) d ON d.store_id = t.store_id AND ${round}
      WHERE ${openTasks(programme, parameters.storeId, taskIds)}
    ), followed AS (
      UPDATE task t SET
        state = CASE WHEN j.outcome IS NULL THEN t.state ELSE ${sql.raw(endStateSql('j.outcome'))} END,
        outcome = j.outcome,
        closed_at = CASE WHEN j.outcome IS NOT NULL THEN ${at} END,
        claimed_by = CASE WHEN j.outcome IS NULL THEN t.claimed_by END,
        claimed_until = CASE WHEN j.outcome IS NULL THEN t.claimed_until END,
        due_on = CASE WHEN j.outcome IS NULL THEN j.due_on ELSE t.due_on END,
        opens_on = CASE WHEN j.outcome IS NULL THEN j.opens_on ELSE t.opens_on END,
        closes_on = CASE WHEN j.outcome IS NULL THEN j.closes_on ELSE t.closes_on END,
        call_by = CASE WHEN j.outcome IS NULL AND j.due_on <> t.due_on THEN j.call_by ELSE t.call_by END,
        priority = CASE WHEN j.outcome IS NULL THEN j.priority ELSE t.priority END,
        why = CASE WHEN j.outcome IS NULL THEN j.why || jsonb_strip_nulls(jsonb_build_object('visitedOn', j.visited_on)) ELSE t.why END,
        blocked_by = j.blocked_by,
        assignee_id = CASE WHEN j.outcome IS NULL THEN j.assignee_id ELSE t.assignee_id END,
        customer_id = j.customer_id,
        next_phone_id = CASE WHEN j.customer_id = t.customer_id THEN t.next_phone_id END,
        version = t.version + 1
      FROM verdict j
      WHERE t.store_id = j.store_id AND t.id = j.id AND t.state IN ('open', 'attempting')
        AND (j.outcome IS NOT NULL OR j.customer_id <> t.customer_id OR j.due_on <> t.due_on OR j.closes_on <> t.closes_on OR j.opens_on <> t.opens_on
          OR j.priority <> t.priority OR j.blocked_by IS DISTINCT FROM t.blocked_by
          OR j.assignee_id IS DISTINCT FROM t.assignee_id OR j.visited_on::text IS DISTINCT FROM t.why ->> 'visitedOn')
      RETURNING t.store_id, t.id, t.version, t.customer_id, t.vehicle_id, t.outcome, t.due_on, j.was_on
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT f.store_id, changhui_derive_id(f.id || '|follow|' || f.version), ${at},
        CASE WHEN f.outcome IS NULL THEN 'task.due-moved' ELSE 'task.closed' END, f.customer_id, f.vehicle_id, f.id,
        CASE WHEN f.outcome IS NULL
          THEN jsonb_build_object('programme', ${programme.key}::text, 'from', f.was_on, 'dueOn', f.due_on)
          ELSE jsonb_build_object('programme', ${programme.key}::text, 'outcome', f.outcome) END
      FROM followed f
      WHERE f.outcome IS NOT NULL OR f.due_on <> f.was_on
      RETURNING kind
    )
    SELECT (count(*) FILTER (WHERE kind = 'task.closed'))::int AS closed,
      (count(*) FILTER (WHERE kind = 'task.due-moved'))::int AS moved
    FROM told`
}

/** What the facts say an open task has come to; NULL while it is still owed. */
function outcomeOf(programme: PlannedProgramme, day: RawBuilder<unknown>): RawBuilder<unknown> {
  const lost =
    programme.subject === 'vehicle' ? sql`c.merged_into IS NOT NULL OR v.id IS NULL` : sql`c.merged_into IS NOT NULL`
  const booked = programme.endsWhenBooked
    ? sql`WHEN EXISTS (
      SELECT FROM appointment a
      WHERE a.store_id = t.store_id AND a.vehicle_id = t.vehicle_id AND a.state = 'booked' AND a.day >= ${day}) THEN 'booked'`
    : sql``
  return sql`CASE
    WHEN ${shielded(programme)} THEN 'do-not-disturb'
    WHEN v.state IN ('sold', 'moved-away', 'handed-over') THEN v.state
    WHEN ${lost} THEN 'superseded'
    WHEN d.cycle > t.cycle THEN d.answer
    WHEN d.cycle < t.cycle THEN 'superseded'
    WHEN d.cycle IS NULL THEN coalesce(${programme.gone ?? sql`NULL`}, CASE
      WHEN t.closes_on < ${day} THEN 'expired'
      WHEN v.purpose = 'commercial' THEN 'commercial-use'
      WHEN t.waited_for AND t.due_on < ${day} THEN NULL
      ELSE 'superseded' END)
    ${booked}
    WHEN d.closes_on < ${day} AND NOT (t.waited_for AND t.closes_on >= ${day}) THEN 'expired'
  END`
}

/** Blocks and unblocks the open calls of a programme without a due query with their customers' numbers: a complaint waits for one, too. */
export function numbersStatement(
  programme: Programme,
  storeId: string,
  taskIds: readonly string[] | undefined,
): RawBuilder<unknown> {
  return sql`
    WITH verdict AS MATERIALIZED (
      SELECT t.store_id, t.id, ${blockedBy(programme, sql`t.store_id`, sql`t.customer_id`)} AS blocked_by
      FROM task t WHERE ${openTasks(programme, storeId, taskIds)}
    )
    UPDATE task t SET blocked_by = j.blocked_by, version = t.version + 1
    FROM verdict j
    WHERE t.store_id = j.store_id AND t.id = j.id AND t.state IN ('open', 'attempting')
      AND j.blocked_by IS DISTINCT FROM t.blocked_by`
}

/**
 * The outcome of an open task `t` of a planned programme the store has switched off: one the plan takes up again once it is switched on.
 * Whoever is on the phone ends his call first; what went out already ends with its message.
 */
export const switchedOff = (moment: Temporal.Instant): RawBuilder<unknown> => sql`CASE
  WHEN t.claimed_until > ${moment.toString()}::timestamptz THEN NULL
  WHEN t.state = 'attempting' AND EXISTS (
    SELECT FROM message m
    WHERE m.store_id = t.store_id AND m.id = (t.outcome_detail ->> 'messageId')::uuid AND m.state <> 'queued') THEN NULL
  ELSE 'superseded' END`

/** Closes the open tasks of a programme that the facts, or the store itself, have answered, each with its timeline event. */
export function answeredStatement(
  programme: Programme & { readonly answered: RawBuilder<unknown> },
  storeId: string,
  taskIds: readonly string[] | undefined,
  moment: Temporal.Instant,
): RawBuilder<FollowCount> {
  const at = sql`${moment.toString()}::timestamptz`
  return sql<FollowCount>`
    WITH verdict AS MATERIALIZED (
      SELECT t.store_id, t.id, ${programme.answered} AS outcome
      FROM task t
      JOIN customer c ON c.store_id = t.store_id AND c.id = t.customer_id
      WHERE ${openTasks(programme, storeId, taskIds)}
    ), closed AS (
      UPDATE task t SET state = ${sql.raw(endStateSql('j.outcome'))}, outcome = j.outcome, closed_at = ${at}, claimed_by = NULL,
        claimed_until = NULL, version = t.version + 1
      FROM verdict j
      WHERE t.store_id = j.store_id AND t.id = j.id AND t.state IN ('open', 'attempting') AND j.outcome IS NOT NULL
      RETURNING t.store_id, t.id, t.version, t.customer_id, t.vehicle_id, t.outcome
    ), told AS (
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
      SELECT f.store_id, changhui_derive_id(f.id || '|follow|' || f.version), ${at}, 'task.closed', f.customer_id, f.vehicle_id, f.id,
        jsonb_build_object('programme', ${programme.key}::text, 'outcome', f.outcome)
      FROM closed f
      RETURNING kind
    )
    SELECT count(*)::int AS closed, 0 AS moved FROM told`
}
