import { insteadOfNow } from '@changhui/rules/attempts'
import { isOpen as isOpenNow } from '@changhui/rules/calendar'
import { type RawBuilder, sql } from 'kysely'
import { localMinute } from '../../../platform/local-time.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { followFacts } from '../engine/follow.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { deskWork } from '../programmes/all.ts'
import { byBestTime } from './best-time.ts'
import { type Caller, type Desk, deskOf } from './desk.ts'
import { type GateTask, gateFor, settleGate } from './gate.ts'
import { isHeld, isOpen, selectTasks, type TaskFacts, type TaskRow, toTaskRows } from './rows.ts'
import { attemptFacts, phonesOf } from './try-facts.ts'

/** How long a call is somebody's before it goes back by itself. */
const LEASE = { minutes: 15 } as const
/** Who puts a call back gets another one first. */
const REST = { minutes: 10 } as const

/** So many candidates are weighed for the next call; the gate is asked for the best few first, nearly always enough. */
const WINDOW = 60
const FIRST = 8

/**
 * Takes the next call for the actor: the one already his, else one a customer wished for now, else his own, then what his role does
 * first, then the rest; of each whose hour has come, then by urgency and by whom now suits best (CARE-21, CARE-22). Whom the contact
 * gate holds back gets his hour and the reason instead (CARE-18). Rows another agent is just taking are skipped, so two never
 * get the same. Undefined when there is nothing to call, always while the store is closed. Each candidate is re-checked against the
 * facts first (CARE-23).
 */
export async function claimNext(
  scope: Scope,
  programme: string | undefined,
  caller?: Caller,
): Promise<string | undefined> {
  const desk = await deskOf(scope, caller)
  const open = isOpenNow(scope.now, await storeCalendar(scope))
  const refused = new Set<string>()
  for (const rested of [false, true]) {
    for (;;) {
      const id = await lockNext(scope, desk, { programme, rested, open, refused })
      if (id === undefined) break
      const task = await recheck(scope, id)
      if (!isOpen(task) || task.blockedBy !== null || task.opensOn > scope.today.toString()) continue
      if (!isHeld(task, scope.now)) {
        if (await putOff(scope, task)) {
          refused.add(id)
          continue
        }
        const [allowed] = (await takeCustomer(scope, task))
          ? await settleGate(scope, [task], await gateFor(scope, [task]))
          : []
        if (!allowed) {
          refused.add(id)
          continue
        }
      }
      await hold(scope, id)
      return id
    }
  }
  return undefined
}

/** A further try whose hour was missed, on a busy day, does not come into a part of the day that was tried before (CARE-14). */
async function putOff(scope: Scope, task: TaskFacts): Promise<boolean> {
  if (task.attempts === 0 || task.waitedFor) return false
  const at = insteadOfNow(await attemptFacts(scope, task, await phonesOf(scope, task.customerId)))
  if (!at) return false
  await scope.tx
    .updateTable('task')
    .set({ nextAt: at.toString(), version: task.version + 1 })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', task.id)
    .execute()
  return true
}

/**
 * Whether nobody else is calling, or just taking, the same customer: two calls at once would each not know of the other when the gate is
 * asked. Whoever is busy with the customer is not waited for.
 */
async function takeCustomer({ tx, storeId, now }: Scope, task: TaskFacts): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM customer WHERE store_id = ${storeId}::uuid AND id = ${task.customerId}::uuid FOR NO KEY UPDATE SKIP LOCKED`.execute(
    tx,
  )
  if (rows.length === 0) return false
  const { rows: others } = await sql`
    SELECT FROM task o WHERE o.store_id = ${storeId}::uuid AND o.customer_id = ${task.customerId}::uuid AND o.id <> ${task.id}::uuid
      AND o.state IN ('open', 'attempting') AND o.claimed_until > ${now.toString()}::timestamptz LIMIT 1`.execute(tx)
  return others.length === 0
}

interface Wanted {
  readonly programme: string | undefined
  /** Calls the actor has just put back count again. */
  readonly rested: boolean
  /** Outside opening hours only wishes are called. */
  readonly open: boolean
  /**
   * Whom the gate refused in this transaction: never looked at again. Another agent's transaction may be holding the same tasks
   * back just now; waiting for one another, two of them went round for ever.
   */
  readonly refused: Set<string>
}

async function lockNext(scope: Scope, desk: Desk, wanted: Wanted): Promise<string | undefined> {
  const me = sql`${scope.actor.id}::uuid`
  const now = sql`${scope.now.toString()}::timestamptz`
  const today = sql`${scope.today.toString()}::date`
  const free = sql`t.store_id = ${scope.storeId}::uuid AND t.state IN ('open', 'attempting') AND t.blocked_by IS NULL
    AND t.opens_on <= ${today} AND t.closes_on >= ${today} AND t.programme <> ALL (${deskWork}::text[])
    ${wanted.programme === undefined ? sql`` : sql`AND t.programme = ${wanted.programme}`}`
  const fresh = () => sql`t.id <> ALL (${[...wanted.refused]}::uuid[])`
  const lately = sql`${scope.now.subtract(REST).toString()}::timestamptz`
  const nobody = sql`(t.claimed_until IS NULL OR t.claimed_until <= ${now})
    ${wanted.rested ? sql`` : sql`AND (t.claimed_by IS DISTINCT FROM ${me} OR t.claimed_until <= ${lately})`}`
  const mine = sql`${free} AND t.claimed_by = ${me} AND t.claimed_until > ${now} ORDER BY t.id`
  const wish = sql`${free} AND ${nobody} AND ${desk.visible} AND t.waited_for AND t.next_at <= ${now} AND ${fresh()}
    ORDER BY ${desk.rank}, t.next_at, t.id`
  const hours = (rank: number) => sql`${free} AND ${nobody} AND ${desk.visible} AND ${desk.rank} = ${rank}
    AND t.next_at <= ${now} AND t.held_by IS NULL AND ${fresh()} ORDER BY t.next_at, t.id`
  // whom the gate held back stands where he stood before
  const rest = (rank: number) => sql`${free} AND ${nobody} AND ${desk.visible} AND ${desk.rank} = ${rank} AND ${fresh()}
    AND (t.next_at IS NULL OR (t.held_by IS NOT NULL AND t.next_at <= ${now})) ORDER BY t.priority, t.call_by, t.id`
  const first = (await lockOne(scope, mine)) ?? (await lockOne(scope, wish))
  if (first !== undefined || !wanted.open) return first
  for (const rank of [0, 1, 2]) {
    const found = (await lockOne(scope, hours(rank))) ?? (await lockBest(scope, () => rest(rank), wanted.refused))
    if (found !== undefined) return found
  }
  return undefined
}

async function lockOne({ tx }: Scope, which: RawBuilder<unknown>): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT t.id FROM task t WHERE ${which} LIMIT 1 FOR UPDATE OF t SKIP LOCKED`.execute(tx)
  return rows[0]?.id
}

/**
 * Weighs the most urgent tasks, unlocked, and locks the best that is still to be had. The gate is asked for many of them at once:
 * after a message to many, hundreds in a row have to wait. When others took all of them meanwhile, the most urgent one left.
 */
async function lockBest(
  scope: Scope,
  which: () => RawBuilder<unknown>,
  refused: Set<string>,
): Promise<string | undefined> {
  for (;;) {
    const { rows } = await sql<GateTask & { priority: number; callBy: string }>`
      SELECT t.id, t.programme, t.customer_id, t.closes_on, t.waited_for, t.priority, t.call_by
      FROM task t WHERE ${which()} LIMIT ${WINDOW}`.execute(scope.tx)
    if (rows.length === 0) return undefined
    const ordered = await byBestTime(scope, rows)
    let free = 0
    for (const some of [ordered.slice(0, FIRST), ordered.slice(FIRST)]) {
      const allowed = await settleGate(scope, some, await gateFor(scope, some))
      for (const { id } of some) if (!allowed.some((one) => one.id === id)) refused.add(id)
      free += allowed.length
      const locked = allowed.length > 0 ? await lockFirst(scope, allowed) : undefined
      if (locked !== undefined) return locked
    }
    if (free > 0) return lockOne(scope, which())
  }
}

async function lockFirst(scope: Scope, ordered: readonly { readonly id: string }[]): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT t.id FROM unnest(${ordered.map(({ id }) => id)}::uuid[]) WITH ORDINALITY AS o (id, place)
    JOIN task t ON t.store_id = ${scope.storeId}::uuid AND t.id = o.id
    WHERE t.state IN ('open', 'attempting') AND (t.claimed_until IS NULL OR t.claimed_until <= ${scope.now.toString()}::timestamptz)
    ORDER BY o.place LIMIT 1 FOR UPDATE OF t SKIP LOCKED`.execute(scope.tx)
  return rows[0]?.id
}

/** Lets the tasks of the task's customer follow the facts, then reads the task. */
export async function recheck(scope: Scope, taskId: string): Promise<TaskFacts> {
  const before = found(
    await scope.tx
      .selectFrom('task')
      .select(['state', 'customerId'])
      .where('storeId', '=', scope.storeId)
      .where('id', '=', taskId)
      .executeTakeFirst(),
  )
  if (isOpen(before)) await followFacts(scope, { customerIds: [before.customerId] }, scope.today)
  return found(await taskById(scope, taskId))
}

export function taskById(scope: Scope, taskId: string): Promise<TaskFacts | undefined> {
  return selectTasks(scope).where('t.id', '=', taskId).executeTakeFirst()
}

/** What became of the wish to take a call: his now, or kept back by the gate until a moment. */
export type Claim =
  | { readonly taken: true }
  | { readonly taken: false; readonly reason: string; readonly until: string }

/**
 * Takes one call. CONFLICT `task.closed`, `task.blocked`, or `task.taken` with the name of who has it. What the gate says is kept in
 * the same transaction and therefore returned, not thrown (CARE-18).
 */
export async function claimTask(scope: Scope, taskId: string): Promise<Claim> {
  await sql`SELECT FROM task WHERE store_id = ${scope.storeId}::uuid AND id = ${taskId}::uuid FOR UPDATE`.execute(
    scope.tx,
  )
  const task = await recheck(scope, taskId)
  await requireFree(scope, task)
  if (task.blockedBy !== null) throw new Problem('CONFLICT', 'task.blocked')
  const [answer] = isHeld(task, scope.now) ? [undefined] : await gateFor(scope, [task])
  if (answer && answer.decision !== 'allow') {
    await settleGate(scope, [task], [answer])
    const until = answer.decision === 'wait' ? answer.until.toString() : ''
    return { taken: false, reason: answer.reason, until }
  }
  await hold(scope, taskId)
  return { taken: true }
}

/** Says why a call was not his. */
export function requireTaken(claim: Claim, timeZone: string): void {
  if (claim.taken) return
  if (claim.until === '') throw new Problem('CONFLICT', 'task.closed', { values: { outcome: claim.reason } })
  const until = localMinute(claim.until, timeZone)
  throw new Problem('CONFLICT', 'task.held', { values: { until, reason: claim.reason } })
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
    .set({ claimedBy: scope.actor.id, claimedUntil: scope.now.add(LEASE).toString(), heldBy: null })
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
