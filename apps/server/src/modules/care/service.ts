import type { StoreCalendar } from '@changhui/rules/calendar'
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { keepStatistics } from '../../platform/statistics.ts'
import { emitMany } from '../integrations/service.ts'
import { type Claim, claimTask, requireTaken } from './calls/claim.ts'
import { handOverTasks, lockOpenCalls } from './calls/merge.ts'
import { type DueWhy, explain } from './engine/explain.ts'
import { dueOfStore, followFacts } from './engine/follow.ts'
import type { Changed, FollowCount } from './engine/follow-sql.ts'
import { planProgrammes } from './engine/plan-some.ts'
import { missingStatement, type PlanCount, planStatement } from './engine/plan-sql.ts'
import { type DueParameters, isPlanned, type PlannedProgramme, type Programme, type Work } from './engine/programme.ts'
import { allInForce, storeCalendar } from './engine/store-values.ts'
import { withoutLoops } from './engine/without-loops.ts'
import { type NoticesOfMonth, noticesOf } from './notices/month.ts'
import { programmes } from './programmes/all.ts'
import { toldSelect } from './programmes/told.ts'

/** So many new tasks may be most of a young store's: what comes next would look them up one by one. */
const BULK = 500

export type PlanResult = Readonly<Record<string, PlanCount>>

/**
 * Plans a store's care for one day, a key a programme: `due` vehicles owed it on that day, `created` tasks that were missing.
 * Running it again, after a crash or from two machines makes nothing twice. The first run of a day also lets every open task
 * follow the facts; between runs each change of facts does that itself (`factsChanged`). `wanted` leaves the other programmes out.
 */
export async function planStore(
  scope: Scope,
  asOf: Temporal.PlainDate,
  wanted: readonly Programme[] = programmes,
): Promise<PlanResult> {
  const planned = wanted.filter(isPlanned)
  const first = await enterRuns(
    scope,
    planned.map((one) => one.key),
    asOf,
  )
  if (first.size > 0) await followFacts(scope, {}, asOf)
  const due = await dueOfStore(scope, asOf)
  const result: Record<string, PlanCount> = {}
  await withoutLoops(scope.tx, async () => {
    for (const programme of planned) {
      const { enabled, parameters } = due(programme)
      const count = enabled
        ? await planOne(scope, programme, parameters, first.has(programme.key))
        : { due: 0, created: 0 }
      result[programme.key] = count
      if (count.created > BULK) await keepStatistics(scope.tx)
    }
  })
  await leaveRuns(scope, result, asOf)
  if (Object.values(result).some((count) => count.created > 0)) await emitMany(scope, 'task.planned')
  return result
}

async function planOne(
  { tx, now }: Scope,
  programme: PlannedProgramme,
  parameters: DueParameters,
  first: boolean,
): Promise<PlanCount> {
  const seen = first ? undefined : (await missingStatement(programme, parameters).execute(tx)).rows[0]
  if (seen?.missing === 0) return { due: seen.due, created: 0 }
  return (await planStatement(programme, parameters, now).execute(tx)).rows[0] ?? { due: 0, created: 0 }
}

/**
 * Makes or locks the day's rows of the programmes, so that planners of one day follow one another; the programmes it is the first
 * run of the day for.
 */
async function enterRuns(
  { tx, storeId, now }: Scope,
  keys: readonly string[],
  asOf: Temporal.PlainDate,
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const day = asOf.toString()
  const made = await tx
    .insertInto('planRun')
    .values(keys.map((programme) => ({ storeId, day, programme, due: 0, created: 0, ranAt: now.toString() })))
    .onConflict((conflict) => conflict.columns(['storeId', 'day', 'programme']).doNothing())
    .returning('programme')
    .execute()
  if (made.length < keys.length) {
    const rows = tx.selectFrom('planRun').select('day').where('storeId', '=', storeId).where('day', '=', day)
    await rows.where('programme', 'in', keys).orderBy('programme').forUpdate().execute()
  }
  return new Set(made.map((row) => row.programme))
}

/** Writes what the runs came to. */
async function leaveRuns({ tx, storeId, now }: Scope, result: PlanResult, asOf: Temporal.PlainDate): Promise<void> {
  const counts = Object.entries(result)
  await sql`
    UPDATE plan_run r SET due = n.due, created = r.created + n.created, ran_at = ${now.toString()}::timestamptz
    FROM unnest(${counts.map(([key]) => key)}::text[], ${counts.map(([, one]) => one.due)}::int[], ${counts.map(([, one]) => one.created)}::int[])
      AS n (programme, due, created)
    WHERE r.store_id = ${storeId}::uuid AND r.day = ${asOf.toString()}::date AND r.programme = n.programme`.execute(tx)
}

/**
 * To be called in the transaction that changed facts (a visit, a reading, a vehicle's state or owner, a number, a wish not to
 * be disturbed, a programme's values): open tasks close, move, block or resume accordingly, all at once (CARE-23). Name what
 * changed, or nothing for the whole store after an import.
 */
export function factsChanged(scope: Scope, changed: Changed = {}): Promise<FollowCount> {
  return followFacts(scope, changed, scope.today)
}

/** Every care of some vehicles with its day and reason, by vehicle id (BASE-06); `work` asks for one kind of it only. */
export function explainDue(
  scope: Scope,
  vehicleIds: readonly string[],
  work?: Work,
): Promise<ReadonlyMap<string, DueWhy[]>> {
  return explain(scope, { vehicleIds }, work)
}

/** Every care of a customer that is about no vehicle, likewise. */
export async function explainCustomer(scope: Scope, customerId: string): Promise<readonly DueWhy[]> {
  return (await explain(scope, { customerIds: [customerId] })).get(customerId) ?? []
}

/**
 * Which of these tasks a message may still be sent for, by the facts of now (CARE-23): open ones, and those that ended with nobody
 * reached, whose last word the message is; none of a programme the store has switched off.
 */
export async function tasksStillOwed(scope: Scope, taskIds: readonly string[]): Promise<ReadonlySet<string>> {
  await followFacts(scope, { taskIds }, scope.today)
  const inForce = await allInForce(scope)
  const off = programmes.filter((one) => !inForce(one).enabled).map(({ key }) => key)
  const rows = await scope.tx
    .selectFrom('task')
    .select('id')
    .where('storeId', '=', scope.storeId)
    .where('id', 'in', [...taskIds])
    .$if(off.length > 0, (tasks) => tasks.where('programme', 'not in', off))
    .where((eb) => eb.or([eb('state', 'in', ['open', 'attempting']), eb('outcome', '=', 'unreachable')]))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Every kind of care, with the values a store may set and the default script. */
export function programmeDefinitions(): readonly Programme[] {
  return programmes
}

/** Opening hours, closures and parts of the day of the scope's store; the defaults where nothing is set. */
export function calendarOf(scope: Scope): Promise<StoreCalendar> {
  return storeCalendar(scope)
}

/**
 * Which vehicle is due for what and when, as a SELECT of (store_id, vehicle_id, customer_id, due_on, closes_on) for lists to
 * narrow by customer; undefined when the store has switched every planned care off. `vehicles`: rows of `vehicle` to look at instead of
 * the whole store's, which may refer to the query around.
 */
export async function dueSelect(
  scope: Scope,
  vehicles?: RawBuilder<unknown>,
): Promise<RawBuilder<unknown> | undefined> {
  const parts: RawBuilder<unknown>[] = []
  const due = await dueOfStore(scope, scope.today)
  for (const programme of programmes) {
    // a greeting or a use tip is nothing a customer is due for
    if (!isPlanned(programme) || programme.subject !== 'vehicle' || programme.work !== 'call') continue
    const { enabled, parameters } = due(programme)
    if (!enabled) continue
    parts.push(
      sql`SELECT d.store_id, d.vehicle_id, d.customer_id, d.due_on, d.closes_on
        FROM (${programme.dueSql(vehicles ? { ...parameters, vehicles } : parameters)}) d`,
    )
  }
  return parts.length === 0 ? undefined : sql.join(parts, sql` UNION ALL `)
}

/** Plans a few programmes at once, outside the morning's plan: a warning, an order's step, a class came or went. Returns the tasks made. */
export function planSome(scope: Scope, keys: readonly string[]): Promise<number> {
  return planProgrammes(scope, keys)
}

export interface ToldOfOrder {
  readonly orderId: string
  readonly about: string
  readonly toldOn: string
}

/** What the customers of some new-car orders were told and when, the newest last (CARE-24). */
export async function toldOfOrders(scope: Scope, orderIds: readonly string[]): Promise<readonly ToldOfOrder[]> {
  const told = toldSelect(scope.storeId, scope.timeZone)
  const { rows } = await sql<ToldOfOrder>`
    SELECT t.order_id, t.about, t.told_on FROM (${told}) t WHERE t.order_id = ANY (${[...orderIds]}::uuid[]) ORDER BY t.told_on`.execute(
    scope.tx,
  )
  return rows
}

/** Takes a call for whoever is about to dial it, or tells until when the gate keeps it back: see `claimTask`. */
export function takeCall(scope: Scope, taskId: string): Promise<Claim> {
  return claimTask(scope, taskId)
}

/** Throws CONFLICT `task.held` or `task.closed` for a call the gate kept back; after the transaction, which keeps what the gate said. */
export function requireCall(claim: Claim, timeZone: string): void {
  requireTaken(claim, timeZone)
}

/** Locks the calls of some customers and tells who is on the phone with one of them: see `lockOpenCalls`. */
export function lockCalls(scope: Scope, customerIds: readonly string[]): Promise<string | undefined> {
  return lockOpenCalls(scope, customerIds)
}

/** Hands the tasks of a merged record over to the survivor: see `handOverTasks`. */
export function mergeTasks(scope: Scope, survivorId: string, mergedId: string): Promise<void> {
  return handOverTasks(scope, survivorId, mergedId)
}

/** The notices of a month, the running one by default: festivals and weather, sent, planned and still needed (CARE-08). */
export function noticesOfMonth(scope: Scope, month?: string): Promise<NoticesOfMonth> {
  return noticesOf(scope, month ? Temporal.PlainYearMonth.from(month) : scope.today.toPlainYearMonth())
}
