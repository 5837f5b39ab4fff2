import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { addPhone, editCustomer, setPhoneState } from '../../base/customers/edit.ts'
import { editVehicle } from '../../base/vehicles/edit.ts'
import { addReading } from '../../base/vehicles/visits.ts'
import { kmOn } from './car.ts'
import { numberOf } from './person.ts'
import { alive, generationOn, type SimWorld, today } from './world.ts'

/** What else becomes known on a day: sold cars, new numbers, readings, wishes taken back. */
export async function changes(world: SimWorld, scope: Scope): Promise<void> {
  await carsSold(world, scope)
  await numbersTold(world, scope)
  await numbersFound(world, scope)
  await readingsTold(world, scope)
  await disturbAgain(world, scope)
}

async function carsSold(world: SimWorld, scope: Scope): Promise<void> {
  for (const car of today(world, scope, 'sold')) {
    if (!world.luck.yes(0.3, 'sale-told', car.index, car.place)) continue
    const row = await scope.tx
      .selectFrom('vehicle')
      .select(['version', 'state'])
      .where('storeId', '=', scope.storeId)
      .where('id', '=', car.id)
      .executeTakeFirst()
    if (row?.state === 'active') await editVehicle(scope, car.id, row.version, { state: 'sold' })
  }
}

/** Four of ten tell their new number before anybody has to look for it. */
async function numbersTold(world: SimWorld, scope: Scope): Promise<void> {
  for (const { ownerId: id, index } of today(world, scope, 'number')) {
    if (!world.luck.yes(0.4, 'number-told', index, scope.today.toString())) continue
    const old = await phonesOf(scope, id)
    if (old.length === 0) continue
    await addPhone(scope, id, numberOf(index, generationOn(world, index, scope.today)), null)
    for (const phone of old)
      if (!alive(world, index, phone.number, scope.today)) await setPhoneState(scope, id, phone.id, 'dead')
  }
}

async function phonesOf(scope: Scope, id: string): Promise<{ id: string; number: string }[]> {
  return scope.tx
    .selectFrom('customerPhone')
    .select(['id', 'number'])
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', id)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** Somebody asks at the reception: two of three missing numbers turn up within days. */
async function numbersFound(world: SimWorld, scope: Scope): Promise<void> {
  const { rows } = await sql<{ customerId: string }>`
    SELECT DISTINCT customer_id FROM task
    WHERE store_id = ${scope.storeId}::uuid AND programme = 'number-correction' AND state IN ('open', 'attempting')
      AND planned_on < ${scope.today.toString()}::date
    ORDER BY customer_id`.execute(scope.tx)
  for (const { customerId: id } of rows) {
    const index = world.indexOf.get(id)
    if (index === undefined || !world.luck.yes(0.3, 'found', index, scope.today.toString())) continue
    const number = numberOf(index, generationOn(world, index, scope.today))
    const known = (await phonesOf(scope, id)).find((phone) => phone.number === number)
    if (known) await setPhoneState(scope, id, known.id, 'usable')
    else await addPhone(scope, id, number, null)
  }
}

/** Readings sent by customers, one in twelve with a digit lost or added. */
async function readingsTold(world: SimWorld, scope: Scope): Promise<void> {
  const day = scope.today.toString()
  for (const car of today(world, scope, 'reading')) {
    if (car.soldOn && car.soldOn <= day) continue
    const km = kmOn(car, scope.today)
    const slip = world.luck.of('reading-typo', car.index, car.place, day)
    const typed = slip < 0.04 ? km * 10 : slip < 0.08 ? Math.max(1, Math.floor(km / 10)) : km
    await addReading(scope, {
      vehicleId: car.id,
      readOn: day,
      km: Math.min(typed, 999_999),
      source: 'customer',
      keepAnyway: true,
    })
  }
}

/** Some who wished not to be disturbed take it back. */
async function disturbAgain(world: SimWorld, scope: Scope): Promise<void> {
  const quiet = await scope.tx
    .selectFrom('customer')
    .select(['id', 'version'])
    .where('storeId', '=', scope.storeId)
    .where('doNotDisturb', '=', true)
    .where('mergedInto', 'is', null)
    .orderBy('id')
    .execute()
  for (const { id, version } of quiet) {
    const index = world.indexOf.get(id)
    if (index === undefined || !world.luck.yes(0.002, 'again', index, scope.today.toString())) continue
    await editCustomer(scope, id, version, { doNotDisturb: false })
  }
}
