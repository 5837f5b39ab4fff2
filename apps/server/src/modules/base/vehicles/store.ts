import { type Selectable, sql, type Updateable } from 'kysely'
import type { Vehicle, Visit } from '../../../platform/schema.gen.ts'
import type { Scope } from '../../../platform/scope.ts'

export type VehicleRow = Selectable<Vehicle>
export type VisitRow = Selectable<Visit>

export function vehicleById(scope: Scope, id: string): Promise<VehicleRow | undefined> {
  return scope.tx
    .selectFrom('vehicle')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The vehicles somebody owns, those still his first, then the newest. */
export function vehiclesOf(scope: Scope, ownerId: string): Promise<VehicleRow[]> {
  return scope.tx
    .selectFrom('vehicle')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('ownerId', '=', ownerId)
    .orderBy(sql`state <> 'active'`)
    .orderBy('id', 'desc')
    .execute()
}

/** Writes the changes if the row still has the version the editor saw; undefined = somebody was quicker. */
export function updateVehicle(
  scope: Scope,
  id: string,
  version: number,
  changes: Updateable<Vehicle>,
): Promise<VehicleRow | undefined> {
  return scope.tx
    .updateTable('vehicle')
    .set({ ...changes, version: version + 1, updatedAt: scope.now.toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst()
}

/** How many of the ids are customers of the store. */
export async function customersKnown(scope: Scope, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const row = await scope.tx
    .selectFrom('customer')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('storeId', '=', scope.storeId)
    .where('id', 'in', ids)
    .where('mergedInto', 'is', null)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Adds a reading; told twice it is one. */
export async function insertReading(
  scope: Scope,
  reading: { id: string; vehicleId: string; readOn: string; km: number; source: string },
): Promise<void> {
  await scope.tx
    .insertInto('odometerReading')
    .values({ ...reading, storeId: scope.storeId, createdAt: scope.now.toString() })
    .onConflict((on) => on.columns(['storeId', 'id']).doNothing())
    .execute()
}

/** Visits of a vehicle, newest first. */
export function visitsOf(scope: Scope, vehicleId: string): Promise<VisitRow[]> {
  return scope.tx
    .selectFrom('visit')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('vehicleId', '=', vehicleId)
    .orderBy('arrivedOn', 'desc')
    .orderBy('id', 'desc')
    .limit(500)
    .execute()
}

export function visitById(scope: Scope, id: string): Promise<VisitRow | undefined> {
  return scope.tx
    .selectFrom('visit')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Writes a visit down; undefined = it is there already. */
export function insertVisit(
  scope: Scope,
  visit: Omit<VisitRow, 'storeId' | 'createdAt' | 'updatedAt' | 'lines' | 'source'> & { lines: string },
): Promise<VisitRow | undefined> {
  const now = scope.now.toString()
  return scope.tx
    .insertInto('visit')
    .values({ ...visit, storeId: scope.storeId, source: 'staff', createdAt: now, updatedAt: now })
    .onConflict((on) => on.columns(['storeId', 'id']).doNothing())
    .returningAll()
    .executeTakeFirst()
}
