import { sql } from 'kysely'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { followFacts } from '../engine/follow.ts'
import { deskWork } from '../programmes/all.ts'
import { isHeld, isOpen, selectTasks, type TaskFacts, type TaskRow, toTaskRows } from './rows.ts'

/** How long a call is somebody's before it goes back by itself. */
const LEASE = { minutes: 15 } as const
/** Who puts a call back gets another one first. */
const REST = { minutes: 10 } as const

/**
 * Takes the next call for the actor: the one already his, else whose hour has come, else the most urgent. Rows another agent
 * is just taking are skipped, so two never get the same. Undefined when the list is empty. Each candidate is re-checked
 * against the facts first (CARE-23).
 */
export async function claimNext(scope: Scope, programme: string | undefined): Promise<string | undefined> {
  for (const rested of [false, true]) {
    for (;;) {
      const id = await lockNext(scope, programme, rested)
      if (id === undefined) break
      const task = await recheck(scope, id)
      if (!isOpen(task) || task.blockedBy !== null || task.opensOn > scope.today.toString()) continue
      await hold(scope, id)
      return id
    }
  }
  return undefined
}

async function lockNext(scope: Scope, programme: string | undefined, rested: boolean): Promise<string | undefined> {
  const me = scope.actor.id
  const now = scope.now.toString()
  const today = scope.today.toString()
  const lately = scope.now.subtract(REST).toString()
  const free = sql`t.store_id = ${scope.storeId}::uuid AND t.state IN ('open', 'attempting') AND t.blocked_by IS NULL
    AND t.opens_on <= ${today}::date AND t.closes_on >= ${today}::date AND t.programme <> ALL (${deskWork}::text[])
    ${programme === undefined ? sql`` : sql`AND t.programme = ${programme}`}`
  const nobody = sql`(t.claimed_until IS NULL OR t.claimed_until <= ${now}::timestamptz)
    ${rested ? sql`` : sql`AND (t.claimed_by IS DISTINCT FROM ${me}::uuid OR t.claimed_until <= ${lately}::timestamptz)`}`
  const steps = [
    sql`${free} AND t.claimed_by = ${me}::uuid AND t.claimed_until > ${now}::timestamptz ORDER BY t.id`,
    sql`${free} AND ${nobody} AND t.next_at <= ${now}::timestamptz ORDER BY t.next_at, t.id`,
    sql`${free} AND ${nobody} AND t.next_at IS NULL ORDER BY t.priority, t.call_by, t.id`,
  ]
  for (const step of steps) {
    const { rows } = await sql<{ id: string }>`
      SELECT t.id FROM task t WHERE ${step} LIMIT 1 FOR UPDATE OF t SKIP LOCKED`.execute(scope.tx)
    if (rows[0]) return rows[0].id
  }
  return undefined
}

/** Lets the tasks of the task's customer follow the facts, then reads the task. */
export async function recheck(scope: Scope, taskId: string): Promise<TaskFacts> {
  const task = found(await taskById(scope, taskId))
  if (isOpen(task)) await followFacts(scope, { customerIds: [task.customerId] }, scope.today)
  return found(await taskById(scope, taskId))
}

export function taskById(scope: Scope, taskId: string): Promise<TaskFacts | undefined> {
  return selectTasks(scope).where('t.id', '=', taskId).executeTakeFirst()
}

/** Takes one call. CONFLICT `task.closed`, `task.blocked`, or `task.taken` with the name of who has it. */
export async function claimTask(scope: Scope, taskId: string): Promise<void> {
  await sql`SELECT FROM task WHERE store_id = ${scope.storeId}::uuid AND id = ${taskId}::uuid FOR UPDATE`.execute(
    scope.tx,
  )
  const task = await recheck(scope, taskId)
  await requireFree(scope, task)
  if (task.blockedBy !== null) throw new Problem('CONFLICT', 'task.blocked')
  await hold(scope, taskId)
}

/** Throws CONFLICT unless the task is open and nobody else's. */
export async function requireFree(scope: Scope, task: TaskFacts): Promise<void> {
  if (!isOpen(task)) throw new Problem('CONFLICT', 'task.closed', { values: { outcome: task.outcome ?? task.state } })
  if (!isHeld(task, scope.now) || task.claimedBy === scope.actor.id) return
  const names = await staffNames(scope.tx, [task.claimedBy])
  throw new Problem('CONFLICT', 'task.taken', { values: { name: names.get(task.claimedBy ?? '') ?? '—' } })
}

async function hold(scope: Scope, taskId: string): Promise<void> {
  await scope.tx
    .updateTable('task')
    .set({ claimedBy: scope.actor.id, claimedUntil: scope.now.add(LEASE).toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', taskId)
    .execute()
}

/** Puts the actor's call back; somebody else's stays his. */
export async function releaseTask(scope: Scope, taskId: string): Promise<TaskRow> {
  await scope.tx
    .updateTable('task')
    .set({ claimedUntil: scope.now.toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', taskId)
    .where('claimedBy', '=', scope.actor.id)
    .where('state', 'in', ['open', 'attempting'])
    .execute()
  const [row] = await toTaskRows(scope, [found(await taskById(scope, taskId))])
  return found(row)
}
