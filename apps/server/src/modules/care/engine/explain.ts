import type { dueWhy } from '@changhui/contract/vehicles'
import { nextDue } from '@changhui/rules/prediction'
import type { z } from 'zod'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { regularService } from '../programmes/regular-service.ts'
import type { ProgrammeInForce } from './programme.ts'
import { programmeInForce } from './store-values.ts'

export type DueWhy = z.infer<typeof dueWhy>

/** What decides whether and when a vehicle is due, as the rows of vehicle and customer hold it. */
export interface VehicleFacts {
  readonly state: string
  readonly purpose: string
  readonly anchorOn: string | null
  readonly anchorKm: number | null
  readonly anchorKind: string | null
  readonly intervalMonths: number | null
  readonly intervalKm: number | null
  readonly odometerOn: string | null
  readonly odometerKm: number | null
  readonly dailyKm: number | null
  readonly dailyConfidence: string | null
  readonly merged: boolean
  readonly doNotDisturb: boolean
  readonly callRefused: boolean
}

/** The task of the current round, where there is one. */
export interface RoundTask {
  readonly id: string
  readonly cycle: string
  readonly open: boolean
}

/**
 * Why the regular service of a vehicle is due on its day, or not due at all (CARE-03), the same as the due query decides it:
 * a test compares the two. Pure; `asOf` is the store's day.
 */
export function explainRegularService(
  facts: VehicleFacts,
  { enabled, values }: ProgrammeInForce,
  asOf: Temporal.PlainDate,
  task?: RoundTask,
): DueWhy {
  const intervalMonths = facts.intervalMonths ?? Number(values.intervalMonths)
  const intervalKm = facts.intervalKm ?? Number(values.intervalKm)
  const { dailyKm } = facts
  const { dueOn, byTime, byKm, decidedBy } = facts.anchorOn
    ? nextDue({
        anchorOn: Temporal.PlainDate.from(facts.anchorOn),
        anchorKm: facts.anchorKm,
        intervalMonths,
        intervalKm,
        dailyKm,
        latest:
          facts.odometerOn && facts.odometerKm !== null
            ? { on: Temporal.PlainDate.from(facts.odometerOn), km: facts.odometerKm }
            : null,
      })
    : nothing
  const opensOn = dueOn?.subtract({ days: Number(values.opensDaysBefore) }) ?? null
  const closesOn = dueOn?.add({ days: Number(values.lateDays) }) ?? null
  const reason = enabled ? exclusion(facts) : 'disabled'
  const mine = task && task.cycle === facts.anchorOn ? task : undefined
  const confidence = facts.dailyConfidence
  return {
    programme: regularService.key,
    dueOn: dueOn?.toString() ?? null,
    by: decidedBy === 'km' ? 'mileage' : decidedBy,
    dueByTimeOn: byTime?.toString() ?? null,
    dueByMileageOn: byKm?.toString() ?? null,
    anchorOn: facts.anchorOn,
    anchorKind: facts.anchorKind,
    anchorKm: facts.anchorKm,
    intervalMonths,
    intervalKm,
    dailyKm,
    confidence: confidence === 'low' || confidence === 'medium' || confidence === 'high' ? confidence : null,
    opensOn: opensOn?.toString() ?? null,
    state: stateOf(),
    reason,
    taskId: mine?.id ?? null,
  }

  function stateOf(): DueWhy['state'] {
    if (mine) return mine.open ? 'task-open' : 'task-closed'
    if (reason || !opensOn || !closesOn) return 'excluded'
    if (Temporal.PlainDate.compare(asOf, opensOn) < 0) return 'not-yet'
    return Temporal.PlainDate.compare(asOf, closesOn) > 0 ? 'too-late' : 'due'
  }
}

const nothing = { dueOn: null, byTime: null, byKm: null, decidedBy: null } as const

function exclusion(facts: VehicleFacts): string | null {
  if (facts.merged) return 'merged'
  if (facts.doNotDisturb) return 'do-not-disturb'
  if (facts.callRefused) return 'call-refused'
  if (facts.state !== 'active') return facts.state
  if (facts.purpose === 'commercial') return 'commercial-use'
  return facts.anchorOn === null ? 'no-anchor' : null
}

/** Every care of some vehicles with its day and reason, by vehicle id (BASE-06). */
export async function explainVehicles(
  scope: Scope,
  vehicleIds: readonly string[],
): Promise<ReadonlyMap<string, DueWhy[]>> {
  if (vehicleIds.length === 0) return new Map()
  const inForce = await programmeInForce(scope, regularService)
  const rows = await scope.tx
    .selectFrom('vehicle as v')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 'v.storeId').onRef('c.id', '=', 'v.ownerId'))
    .selectAll('v')
    .select(['c.mergedInto', 'c.doNotDisturb', 'c.consents'])
    .where('v.storeId', '=', scope.storeId)
    .where('v.id', 'in', [...vehicleIds])
    .execute()
  const tasks = await roundTasks(scope, rows)
  return new Map(
    rows.map((row) => {
      const consents = row.consents as { call?: boolean }
      const facts = { ...row, merged: row.mergedInto !== null, callRefused: consents.call === false }
      return [row.id, [explainRegularService(facts, inForce, scope.today, tasks.get(row.id))]]
    }),
  )
}

/**
 * The tasks of the vehicles' current rounds, by vehicle. Their ids are derived here rather than in a join: md5 is not leakproof, so
 * behind row security the join could not use the key and read every task of the store for each vehicle.
 */
async function roundTasks(
  { tx, storeId }: Scope,
  vehicles: readonly { id: string; anchorOn: string | null }[],
): Promise<ReadonlyMap<string, RoundTask>> {
  const ids = vehicles.flatMap(({ id, anchorOn }) =>
    anchorOn ? [deriveId(storeId, regularService.key, id, anchorOn)] : [],
  )
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('task')
    .select(['id', 'vehicleId', 'cycle', 'state'])
    .where('storeId', '=', storeId)
    .where('id', 'in', ids)
    .execute()
  return new Map(
    rows.flatMap(({ id, vehicleId, cycle, state }) =>
      vehicleId ? [[vehicleId, { id, cycle, open: state === 'open' || state === 'attempting' }]] : [],
    ),
  )
}
