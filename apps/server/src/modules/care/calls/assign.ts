import type { careContract } from '@changhui/contract/care'
import { may } from '@changhui/rules/permissions'
import { sql } from 'kysely'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { staffNames } from '../../staff/service.ts'
import { deskWork } from '../programmes/all.ts'
import type { Caller } from './desk.ts'

type Workload = z.infer<NonNullable<(typeof careContract)['workload']['~orpc']['outputSchema']>>
type Person = Caller['staff'][number] & { readonly name: string }

/** Who can be given calls: may make them, and still works here. */
const mayCall = ({ roles, disabled }: Person) => !disabled && may(roles, 'task.work')

/** Open calls by person and programme, and who could take them. */
export async function workload(scope: Scope, staff: readonly Person[]): Promise<Workload> {
  const today = scope.today.toString()
  const { rows } = await sql<Omit<Workload['rows'][number], 'assigneeName'>>`
    SELECT assignee_id, programme, count(*)::int AS open, (count(*) FILTER (WHERE call_by < ${today}::date))::int AS overdue
    FROM task
    WHERE store_id = ${scope.storeId}::uuid AND state IN ('open', 'attempting') AND opens_on <= ${today}::date
      AND closes_on >= ${today}::date AND programme <> ALL (${deskWork}::text[])
    GROUP BY assignee_id, programme ORDER BY assignee_id NULLS FIRST, programme`.execute(scope.tx)
  const names = await staffNames(
    scope.tx,
    rows.map((row) => row.assigneeId),
  )
  return {
    rows: rows.map((row) => ({ ...row, assigneeName: names.get(row.assigneeId ?? '') ?? null })),
    people: staff.filter(mayCall).map(({ userId, name, roles }) => ({ userId, name, roles: [...roles] })),
  }
}

export interface Assignment {
  readonly to: string | null
  readonly taskIds?: readonly string[] | undefined
  /** null: what nobody is assigned to. */
  readonly from?: string | null | undefined
  readonly programme?: string | undefined
  readonly most: number
}

/**
 * Gives calls to a person, or back to all (`to: null`): those named, else the most urgent of somebody's. Closed tasks stay as they
 * are; who is on the phone finishes the call. NOT_FOUND for a person who cannot call here, BAD_REQUEST when nothing is named.
 */
export async function assignTasks(
  scope: Scope,
  wish: Assignment,
  staff: readonly Person[],
): Promise<{ assigned: number }> {
  const { to, taskIds, from, programme, most } = wish
  if (to !== null) found(staff.find((one) => one.userId === to && mayCall(one)))
  if (taskIds === undefined && from === undefined) throw new Problem('BAD_REQUEST', 'input.invalid', { field: 'from' })
  const which = taskIds
    ? sql`t.id = ANY (${[...taskIds]}::uuid[])`
    : sql`t.assignee_id IS NOT DISTINCT FROM ${from ?? null}::uuid AND t.opens_on <= ${scope.today.toString()}::date
        ${programme === undefined ? sql`` : sql`AND t.programme = ${programme}`}`
  const { rows } = await sql<{ id: string }>`
    WITH chosen AS (
      SELECT t.id FROM task t
      WHERE t.store_id = ${scope.storeId}::uuid AND t.state IN ('open', 'attempting') AND t.programme <> ALL (${deskWork}::text[])
        AND t.assignee_id IS DISTINCT FROM ${to}::uuid AND ${which}
      ORDER BY t.priority, t.call_by, t.id LIMIT ${most} FOR UPDATE OF t
    ), given AS (
      UPDATE task t SET assignee_id = ${to}::uuid, version = t.version + 1
      FROM chosen c WHERE t.store_id = ${scope.storeId}::uuid AND t.id = c.id
      RETURNING t.store_id, t.id, t.version, t.customer_id, t.vehicle_id, t.programme
    )
    INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, actor, data)
    SELECT g.store_id, changhui_derive_id(g.id || '|assigned|' || g.version), ${scope.now.toString()}::timestamptz, 'task.assigned',
      g.customer_id, g.vehicle_id, g.id, ${scope.actor.id}::uuid, jsonb_build_object('programme', g.programme, 'to', ${to}::text)
    FROM given g
    RETURNING id`.execute(scope.tx)
  const detail = { to, from: from ?? null, programme: programme ?? null, tasks: rows.length }
  await recordAudit(scope, { action: 'tasks.assigned', subjectKind: 'task', detail })
  return { assigned: rows.length }
}
