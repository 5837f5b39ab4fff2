import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { editVehicle } from '../../base/vehicles/edit.ts'
import type { SimWorld } from './world.ts'

interface Paper {
  readonly id: string
  readonly version: number
  readonly dueOn: string
  readonly reminded: boolean
}

/** What owners do at insurers and test stations today, as the store hears of it. */
export async function papersMove(world: SimWorld, scope: Scope): Promise<void> {
  await policiesRenewed(world, scope)
  await carsInspected(world, scope)
}

/** Policies are renewed in the six weeks before they end, more often by those who were reminded; half of the others are heard of later. */
async function policiesRenewed({ luck, cars }: SimWorld, scope: Scope): Promise<void> {
  const { rows } = await sql<Paper>`
    SELECT v.id, v.version, v.compulsory_expiry_on AS due_on, EXISTS (
      SELECT FROM task t WHERE t.store_id = v.store_id AND t.vehicle_id = v.id AND t.programme = 'insurance-renewal'
        AND t.due_on = v.compulsory_expiry_on AND t.reminded_at IS NOT NULL) AS reminded
    FROM vehicle v
    WHERE v.store_id = ${scope.storeId}::uuid AND v.state = 'active'
      AND v.compulsory_expiry_on BETWEEN ${scope.today.subtract({ days: 20 }).toString()}::date AND ${scope.today.add({ days: 42 }).toString()}::date
    ORDER BY v.id`.execute(scope.tx)
  for (const { id, version, dueOn, reminded } of rows) {
    const car = cars.get(id)
    if (!car) continue
    const key = ['renews', car.index, car.place, dueOn] as const
    const days = scope.today.until(Temporal.PlainDate.from(dueOn)).days
    const here = luck.yes(reminded ? 0.8 : 0.5, ...key) && days === luck.int(1, 42, ...key, 'day')
    const heard = days === -20 && luck.yes(0.5, ...key, 'heard')
    if (!here && !heard) continue
    const next = Temporal.PlainDate.from(dueOn).add({ years: 1 }).toString()
    await editVehicle(scope, id, version, { compulsoryExpiryOn: next, commercialExpiryOn: next })
  }
}

/** Seven of ten inspections are made in the month before they are due, and told. */
async function carsInspected({ luck, cars }: SimWorld, scope: Scope): Promise<void> {
  const { rows } = await sql<Paper>`
    SELECT v.id, v.version, t.due_on, t.reminded_at IS NOT NULL AS reminded
    FROM task t JOIN vehicle v ON v.store_id = t.store_id AND v.id = t.vehicle_id
    WHERE t.store_id = ${scope.storeId}::uuid AND t.programme = 'inspection' AND v.state = 'active'
      AND t.due_on BETWEEN ${scope.today.toString()}::date AND ${scope.today.add({ days: 30 }).toString()}::date
    ORDER BY v.id`.execute(scope.tx)
  for (const { id, version, dueOn } of rows) {
    const car = cars.get(id)
    const key = ['inspects', car?.index ?? -1, car?.place ?? 0, dueOn] as const
    if (!car || !luck.yes(0.7, ...key)) continue
    if (scope.today.until(Temporal.PlainDate.from(dueOn)).days !== luck.int(0, 28, ...key, 'day')) continue
    await editVehicle(scope, id, version, { inspectedOn: scope.today.toString() })
  }
}
