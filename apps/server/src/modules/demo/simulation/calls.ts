import { sql } from 'kysely'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { claimNext } from '../../care/calls/claim.ts'
import { type CallReport, reportCall } from '../../care/calls/report.ts'
import { answerCall, type SimCall } from './answers.ts'
import type { SimStaff } from './population.ts'
import { at, lookAgain, type SimWorld } from './world.ts'

/** Between two calls of the store, in seconds, in a store of up to 5,000 customers. */
const PACE = 5

/** Where in the order of its minute a call stands: the calls made since the turn began are in the database, so a crash forgets none. */
async function callsSince(world: SimWorld, from: Temporal.Instant): Promise<number> {
  return at(world, from, world.staff[0]!, 'count', async (scope) => {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*)::int AS n FROM attempt
      WHERE store_id = ${scope.storeId}::uuid AND at >= ${from.toString()}::timestamptz`.execute(scope.tx)
    return rows[0]?.n ?? 0
  })
}

/** Somebody's turn at the telephone: claims and reports one call after another until the list has none. Returns how many. */
export async function callTurn(world: SimWorld, from: Temporal.Instant, caller: SimStaff): Promise<number> {
  const pace = Math.round(PACE * 1000 * Math.min(1, 5000 / world.ask.customers))
  const begun = await callsSince(world, from)
  for (let calls = begun; ; calls++) {
    const now = from.add({ milliseconds: calls * pace })
    const call = await at(world, now, caller, 'claim', (scope) => claim(scope))
    if (!call) return calls - begun
    await report(world, now.add({ seconds: 1 }), caller, call)
  }
}

async function claim(scope: Scope): Promise<SimCall | undefined> {
  const id = await claimNext(scope, undefined)
  if (id === undefined) return undefined
  const { rows } = await sql<Omit<SimCall, 'phone'> & { phoneId: string; number: string }>`
    SELECT t.id, t.programme, t.customer_id, t.vehicle_id, t.cycle, t.attempts, p.id AS phone_id, p.number
    FROM task t JOIN customer_phone p ON p.store_id = t.store_id AND p.customer_id = t.customer_id AND p.state = 'usable'
    WHERE t.store_id = ${scope.storeId}::uuid AND t.id = ${id}::uuid
    ORDER BY p.id = t.next_phone_id DESC NULLS LAST, p.position, p.id LIMIT 1`.execute(scope.tx)
  const row = rows[0]
  if (!row) throw new Error(`task ${id} was given out without a number to call`)
  return { ...row, phone: { id: row.phoneId, number: row.number } }
}

async function report(world: SimWorld, now: Temporal.Instant, caller: SimStaff, call: SimCall): Promise<void> {
  const say = (change: (answer: CallReport) => CallReport) =>
    at(world, now, caller, call.id, async (scope) => {
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
  if (!odometerKm || !world.luck.yes(0.05, 'typo', world.indexOf.get(call.customerId) ?? -1, call.cycle, call.attempts))
    return answer
  return { ...answer, odometerKm: odometerKm * 10 }
}
