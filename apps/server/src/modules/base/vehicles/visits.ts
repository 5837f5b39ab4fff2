import type { Vehicle, vehiclesContract, visit as visitShape } from '@changhui/contract/vehicles'
import { judgeReading, ODOMETER_LIMITS, type ReadingRefusal } from '@changhui/rules/odometer'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { factsChanged } from '../../care/service.ts'
import { emitEvents } from '../../integrations/service.ts'
import { appendTimeline } from '../customers/service.ts'
import { getVehicle } from './edit.ts'
import { type ReadingRow, readingsOf } from './facts-store.ts'
import { readingId, refreshVehicles, visitId } from './service.ts'
import { toVisit } from './shape.ts'
import { insertReading, insertVisit, vehicleById, visitById, visitsOf } from './store.ts'

type Visit = z.infer<typeof visitShape>
type Input<Route extends keyof typeof vehiclesContract> = Omit<
  z.output<NonNullable<(typeof vehiclesContract)[Route]['~orpc']['inputSchema']>>,
  'storeId'
>

/** Visits of a vehicle, newest first, the latest 500. */
export async function vehicleVisits(scope: Scope, vehicleId: string): Promise<Visit[]> {
  found(await vehicleById(scope, vehicleId))
  return (await visitsOf(scope, vehicleId)).map(toVisit)
}

/**
 * Adds a reading, judged against the whole history (CARE-19). BAD_REQUEST `odometer.refused` with the reading it
 * contradicts, unless `keepAnyway`: then it is stored as refused, and two later ones that agree with it can prove it right.
 */
export async function addReading(scope: Scope, input: Input<'addReading'>): Promise<Vehicle> {
  const vehicle = found(await vehicleById(scope, input.vehicleId))
  notInFuture(scope, input.readOn, 'readOn')
  const history = await readingsOf(scope, [vehicle.id])
  const judged = judgeReading(
    history.map((one) => ({ on: Temporal.PlainDate.from(one.readOn), km: one.km })),
    { on: Temporal.PlainDate.from(input.readOn), km: input.km },
    scope.today,
  )
  if (!judged.accepted && !input.keepAnyway) throw refused(input.km, judged.reason, history, input.readOn)
  const id = readingId(scope.storeId, vehicle.id, input.readOn, input.km)
  await insertReading(scope, { id, vehicleId: vehicle.id, readOn: input.readOn, km: input.km, source: input.source })
  await readingsChanged(scope, vehicle.id, vehicle.ownerId)
  return getVehicle(scope, vehicle.id)
}

/**
 * Records a visit and closes the reminder it answers (CARE-23). The same vehicle, day and order number are the same visit: told
 * twice it is there once, told otherwise it is a CONFLICT `visit.known`. An implausible mileage is kept but not used.
 */
export async function addVisit(scope: Scope, input: Input<'addVisit'>): Promise<Visit> {
  const vehicle = found(await vehicleById(scope, input.vehicleId))
  notInFuture(scope, input.arrivedOn, 'arrivedOn')
  const id = visitId(scope.storeId, vehicle.id, input)
  const row = await insertVisit(scope, {
    id,
    vehicleId: vehicle.id,
    customerId: vehicle.ownerId,
    orderNo: input.orderNo,
    arrivedOn: input.arrivedOn,
    completedOn: null,
    kind: input.kind,
    mileageKm: input.mileageKm,
    advisor: input.advisor,
    technician: input.technician,
    lines: JSON.stringify(input.lines),
    ...amounts(input.lines),
  })
  if (!row) {
    const known = found(await visitById(scope, id))
    if (known.kind !== input.kind || known.mileageKm !== input.mileageKm) throw new Problem('CONFLICT', 'visit.known')
    return toVisit(known)
  }
  if (input.mileageKm !== null) {
    await insertReading(scope, {
      id: readingId(scope.storeId, vehicle.id, input.arrivedOn, input.mileageKm),
      vehicleId: vehicle.id,
      readOn: input.arrivedOn,
      km: input.mileageKm,
      source: 'visit',
    })
  }
  await readingsChanged(scope, vehicle.id, vehicle.ownerId)
  const payload = { visitId: id, vehicleId: vehicle.id, customerId: vehicle.ownerId, kind: input.kind }
  await emitEvents(scope, [{ topic: 'visit.recorded', payload }])
  return toVisit(row)
}

async function readingsChanged(scope: Scope, vehicleId: string, ownerId: string): Promise<void> {
  const refusedNow = await refreshVehicles(scope, [vehicleId])
  await appendTimeline(
    scope,
    refusedNow.map(({ readingId: id, km, reason }) => ({
      kind: 'odometer.refused',
      customerId: ownerId,
      vehicleId,
      data: { readingId: id, km, reason },
    })),
  )
  await factsChanged(scope, { vehicleIds: [vehicleId] })
}

function notInFuture(scope: Scope, day: string, field: string): void {
  if (day > scope.today.toString()) throw new Problem('BAD_REQUEST', 'date.future', { field })
}

/** The refusal names what the reading contradicts, which reads alike in every language. */
function refused(km: number, reason: ReadingRefusal, history: readonly ReadingRow[], day: string): Problem {
  const used = history.filter((one) => one.refused === null)
  const near = used.findLast((one) => one.readOn <= day) ?? used[0]
  const against =
    near && (reason === 'rollback' || reason === 'absurd') && km <= ODOMETER_LIMITS.maxKm
      ? `${near.readOn}: ${near.km} km`
      : `1–${ODOMETER_LIMITS.maxKm} km`
  return new Problem('BAD_REQUEST', 'odometer.refused', { field: 'km', values: { km, reason: against, code: reason } })
}

function amounts(lines: Input<'addVisit'>['lines']) {
  const sum = (payer?: string) => {
    const counted = lines.filter((line) => line.amountFen !== null && (payer === undefined || line.payer === payer))
    return counted.length === 0 ? null : counted.reduce((so, line) => so + (line.amountFen ?? 0), 0)
  }
  return {
    totalFen: sum(),
    customerFen: sum('customer'),
    warrantyFen: sum('warranty'),
    insuranceFen: sum('insurance'),
    internalFen: sum('internal'),
  }
}
