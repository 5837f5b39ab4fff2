import { sql } from 'kysely'
import { Problem } from '../../../platform/problem.ts'
import { type Scope, systemActor } from '../../../platform/scope.ts'
import { claimNext } from '../../care/calls/claim.ts'
import { type CallReport, reportCall } from '../../care/calls/report.ts'
import { programmeDefinitions } from '../../care/service.ts'
import { answerCall, type SimCall } from './answers.ts'
import type { SimStaff } from './population.ts'
import { at, lookAgain, type SimPlace, type SimWorld } from './world.ts'

/** Between two calls of the store, in seconds, in a store of up to 5,000 customers. */
const PACE = 5
/** A claim's end tells when it was made. */
const LEASE = { minutes: 15 } as const

interface Held {
  readonly call: SimCall
  readonly caller: SimStaff
  readonly since: Temporal.Instant
}

/**
 * A turn at the telephones: everybody claims a call, then all report at once, until the list has none for anybody or the turn is over
 * (`until`: what happens next must not come before what is still said on the phone; the rest is called in the next turn). Claims go one by one, so
 * that who gets which is certain; reports of different customers do not meet. What a crash left claimed is reported first, under the moment of its
 * claim. Returns how many calls were made.
 */
export async function callTurn(
  world: SimWorld,
  from: Temporal.Instant,
  until: Temporal.Instant,
  staff: readonly SimStaff[],
): Promise<number> {
  const pace = Math.round(PACE * 1000 * Math.min(1, 5000 / world.ask.customers))
  const { left, next } = await leftOver(world, from, staff, pace)
  await reportAll(world, left)
  let place = next
  let busy = staff
  const waiting = () => anyLeft(world, from.add({ milliseconds: place * pace }))
  if (!(await waiting())) return place
  // the last report is a second after its claim
  const places = Math.floor((from.until(until).total('milliseconds') - 2000) / pace)
  while (place + staff.length <= places) {
    const held: Held[] = []
    for (const caller of busy) {
      const since = from.add({ milliseconds: place * pace })
      const call = await at(world, since, caller, 'claim', (scope) => claim(world, scope, caller))
      if (!call) continue
      held.push({ call, caller, since })
      place += 1
    }
    // whoever found nothing looks again once nobody finds anything
    if (held.length === 0 && (busy === staff || !(await waiting()))) return place
    busy = held.length === 0 ? staff : held.map((one) => one.caller)
    await reportAll(world, held)
  }
  return place
}

/** Whether a call waits for anybody: most turns need not ask everybody once more. */
function anyLeft(world: SimWorld, now: Temporal.Instant): Promise<boolean> {
  return at(world, now, systemActor, 'any-left', async (scope) => {
    const { rows } = await sql`
      SELECT FROM task WHERE store_id = ${scope.storeId}::uuid AND state IN ('open', 'attempting') AND blocked_by IS NULL
        AND opens_on <= ${scope.today.toString()}::date AND closes_on >= ${scope.today.toString()}::date
        AND programme = ANY (${called}::text[]) AND (next_at IS NULL OR next_at <= ${now.toString()}::timestamptz)
      LIMIT 1`.execute(scope.tx)
    return rows.length > 0
  })
}

/** The programmes whose work is a call. */
const called = programmeDefinitions()
  .filter((one) => one.work === 'call')
  .map((one) => one.key)

/** Calls of one customer follow one another; those of different customers go together. */
async function reportAll(world: SimWorld, held: readonly Held[]): Promise<void> {
  const groups = Map.groupBy(held, ({ call }) => call.customerId)
  await Promise.all(
    [...groups.values()].map(async ([first, ...others]) => {
      if (first) await report(world, first)
      for (const { caller, since } of others) {
        // the customer was just spoken to: whether he may be called once more is asked anew
        const call = await at(world, since, caller, 'claim', (scope) => claim(world, scope, caller))
        if (call) await report(world, { call, caller, since })
      }
    }),
  )
}

/**
 * What a turn that was broken off has claimed and not reported, and the place of the next call. Who was told to try the other number keeps the call
 * he has reported: it is his next one, and under the moment of its claim nothing may be said twice.
 */
export async function leftOver(
  world: SimPlace,
  from: Temporal.Instant,
  staff: readonly SimStaff[],
  pace: number,
): Promise<{ left: Held[]; next: number }> {
  return at(world, from, staff[0]!, 'left-over', async (scope) => {
    const { rows } = await sql<{ id: string; claimedBy: string; claimedUntil: string }>`
      SELECT id, claimed_by, claimed_until FROM task
      WHERE store_id = ${scope.storeId}::uuid AND state IN ('open', 'attempting') AND claimed_by IS NOT NULL
        AND claimed_until >= ${from.add(LEASE).toString()}::timestamptz
        AND NOT EXISTS (SELECT FROM attempt a WHERE a.store_id = task.store_id AND a.task_id = task.id
          AND a.at >= task.claimed_until - make_interval(mins => ${LEASE.minutes}::int))
      ORDER BY claimed_until, id`.execute(scope.tx)
    const { rows: made } = await sql<{ at: string | null }>`
      SELECT max(at) AS at FROM attempt
      WHERE store_id = ${scope.storeId}::uuid AND at >= ${from.toString()}::timestamptz`.execute(scope.tx)
    const left: Held[] = []
    const moments = made[0]?.at ? [Temporal.Instant.from(made[0].at).subtract({ seconds: 1 })] : []
    for (const row of rows) {
      const caller = staff.find((one) => one.id === row.claimedBy)
      const call = await readCall(scope, row.id)
      const since = Temporal.Instant.from(row.claimedUntil).subtract(LEASE)
      moments.push(since)
      if (caller && call) left.push({ call, caller, since })
    }
    const places = moments.map((moment) => Math.round(from.until(moment).total('milliseconds') / pace) + 1)
    return { left, next: Math.max(0, ...places) }
  })
}

async function claim(world: SimWorld, scope: Scope, caller: SimStaff): Promise<SimCall | undefined> {
  const id = await claimNext(scope, undefined, { roles: [caller.role], staff: world.team })
  if (id === undefined) return undefined
  const call = await readCall(scope, id)
  if (!call) throw new Error(`task ${id} was given out without a number to call`)
  return call
}

async function readCall(scope: Scope, id: string): Promise<SimCall | undefined> {
  const { rows } = await sql<Omit<SimCall, 'phone'> & { phoneId: string; number: string }>`
    SELECT t.id, t.programme, t.customer_id, t.vehicle_id, t.cycle, t.attempts, p.id AS phone_id, p.number
    FROM task t JOIN customer_phone p ON p.store_id = t.store_id AND p.customer_id = t.customer_id AND p.state = 'usable'
    WHERE t.store_id = ${scope.storeId}::uuid AND t.id = ${id}::uuid
    ORDER BY p.id = t.next_phone_id DESC NULLS LAST, p.position, p.id LIMIT 1`.execute(scope.tx)
  const [row] = rows
  return row && { ...row, phone: { id: row.phoneId, number: row.number } }
}

async function report(world: SimWorld, { call, caller, since }: Held): Promise<void> {
  const say = (change: (answer: CallReport) => CallReport) =>
    at(world, since.add({ seconds: 1 }), caller, call.id, async (scope) => {
      const answer = change(answerCall(world, scope, call))
      await reportCall(scope, call.id, answer)
      if (call.vehicleId && answer.outcome === 'elsewhere') await lookAgain(world, scope, [call.vehicleId])
    })
  try {
    await say((answer) => typo(world, call, answer))
  } catch (error) {
    if (!(error instanceof Problem && error.data.problem === 'odometer.refused')) throw error
    // the entry was refused, as it should be: without the reading the customer is only told
    await say(({ odometerKm: _, ...rest }) => rest)
  }
}

/** One reading in twenty told on the phone is typed with a digit too many. */
function typo(world: SimWorld, call: SimCall, answer: CallReport): CallReport {
  const { odometerKm } = answer
  const key = ['typo', world.indexOf.get(call.customerId) ?? -1, call.cycle, call.attempts] as const
  return odometerKm && world.luck.yes(0.05, ...key) ? { ...answer, odometerKm: odometerKm * 10 } : answer
}
