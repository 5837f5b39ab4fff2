import type { Vehicle } from '@changhui/contract/vehicles'
import { sqlState } from '../../../platform/db.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { explainDue, factsChanged } from '../../care/service.ts'
import { appendTimeline, type Corrections, noteCorrections, refreshSearch } from '../customers/service.ts'
import { readingsOf } from './facts-store.ts'
import { checkedChanges, type VehicleChanges } from './input.ts'
import { refreshVehicles } from './service.ts'
import { toVehicle } from './shape.ts'
import { customersKnown, updateVehicle, type VehicleRow, vehicleById, vehiclesOf } from './store.ts'

/** The vehicles of a customer with their readings and why each care is due when it is. */
export async function customerVehicles(scope: Scope, customerId: string): Promise<Vehicle[]> {
  if ((await customersKnown(scope, [customerId])) === 0) throw new Problem('NOT_FOUND', 'not-found')
  return withDetails(scope, await vehiclesOf(scope, customerId))
}

export async function getVehicle(scope: Scope, id: string): Promise<Vehicle> {
  const [vehicle] = await withDetails(scope, [found(await vehicleById(scope, id))])
  return found(vehicle)
}

async function withDetails(scope: Scope, rows: readonly VehicleRow[]): Promise<Vehicle[]> {
  const ids = rows.map((row) => row.id)
  const readings = await readingsOf(scope, ids)
  const due = await explainDue(scope, ids)
  return rows.map((row) =>
    toVehicle(
      row,
      readings.filter((one) => one.vehicleId === row.id),
      due.get(row.id) ?? [],
    ),
  )
}

/** Adds a vehicle to a customer. CONFLICT `vin.taken` when the store has the VIN already. */
export async function createVehicle(scope: Scope, ownerId: string, changes: VehicleChanges): Promise<Vehicle> {
  if ((await customersKnown(scope, [ownerId])) === 0) throw new Problem('NOT_FOUND', 'not-found')
  const fields = await checkedChanges(scope, changes)
  const id = scope.newId()
  const now = scope.now.toString()
  await vinFree(() =>
    scope.tx
      .insertInto('vehicle')
      .values({ ...fields, storeId: scope.storeId, id, ownerId, createdAt: now, updatedAt: now })
      .execute(),
  )
  await appendTimeline(scope, [{ kind: 'vehicle.added', customerId: ownerId, vehicleId: id }])
  await followed(scope, ownerId, id)
  return getVehicle(scope, id)
}

/**
 * Changes a vehicle. CONFLICT `version.changed` when somebody else saved since the page was read (SEC-03). Facts, search and
 * open tasks follow in the same transaction (CARE-23).
 */
export async function editVehicle(
  scope: Scope,
  id: string,
  version: number,
  changes: VehicleChanges,
): Promise<Vehicle> {
  const before = found(await vehicleById(scope, id))
  if (before.version !== version) throw new Problem('CONFLICT', 'version.changed')
  const next = await checkedChanges(scope, changes)
  const old = before as Readonly<Record<string, unknown>>
  const fields = Object.entries(next)
    .filter(([field, value]) => value !== undefined && old[field] !== value)
    .map(([field]) => field)
  if (fields.length === 0) return getVehicle(scope, id)
  const corrected = noteCorrections(before.staffCorrected as Corrections, old, next)
  const row = await vinFree(() =>
    updateVehicle(scope, id, version, { ...next, staffCorrected: JSON.stringify(corrected) }),
  )
  if (!row) throw new Problem('CONFLICT', 'version.changed')
  await appendTimeline(scope, [
    { kind: 'vehicle.edited', customerId: row.ownerId, vehicleId: id, data: { fields, state: row.state } },
  ])
  await followed(scope, row.ownerId, id)
  return getVehicle(scope, id)
}

/** What every change of a vehicle brings: its facts, what its owner is found by, the tasks about it. */
async function followed(scope: Scope, ownerId: string, id: string): Promise<void> {
  await refreshVehicles(scope, [id])
  await refreshSearch(scope, [ownerId])
  await factsChanged(scope, { vehicleIds: [id] })
}

async function vinFree<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'vin.taken', { field: 'vin' })
    throw error
  }
}
