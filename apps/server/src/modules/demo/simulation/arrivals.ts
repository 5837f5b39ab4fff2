import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import { addVisit } from '../../base/vehicles/visits.ts'
import { setAppointment } from '../../care/appointments/appointments.ts'
import { factsChanged } from '../../care/service.ts'
import { chance } from '../chance.ts'
import { type DemoVisit, demoVisit } from '../history.ts'
import { insertVisits } from '../store.ts'
import { kmOn, type SimCar } from './car.ts'
import { lookAgain, type SimWorld, today } from './world.ts'

interface Arrival {
  readonly car: SimCar
  readonly kind: DemoVisit['kind']
}

/** Cars that come in on this half of the day, the morning's at noon and the rest before closing. */
export async function arrivals(world: SimWorld, scope: Scope, half: 'morning' | 'afternoon'): Promise<number> {
  const mine = (car: SimCar) => world.luck.yes(0.5, 'half', car.index, car.place) === (half === 'morning')
  const day = scope.today.toString()
  const came = new Map<string, Arrival>()
  const away = new Set<string>()
  const comes = (car: SimCar | undefined, kind: Arrival['kind']) => {
    if (car && mine(car) && !(car.soldOn && car.soldOn <= day) && !came.has(car.id) && !away.has(car.id))
      came.set(car.id, { car, kind })
  }
  for (const { id, version, vehicleId, shows } of await booked(world, scope)) {
    const car = world.cars.get(vehicleId)
    if (!car || !mine(car)) continue
    if (shows) comes(car, 'maintenance')
    // he calls to say that he cannot come today: the reminder goes back to the list
    else if (world.luck.yes(0.5, 'cancels', car.index, car.place, day)) {
      away.add(car.id)
      await setAppointment(scope, id, { version, state: 'cancelled' })
    }
  }
  for (const car of world.comings.get(day) ?? []) if (car.nextOn === day) comes(car, 'maintenance')
  for (const vehicleId of await promised(scope)) {
    const car = world.cars.get(vehicleId)
    if (car && world.luck.yes(0.4, 'promised', car.index, car.place, day)) comes(car, 'maintenance')
  }
  for (const car of today(world, scope, 'other-visit'))
    comes(car, world.luck.pick(['repair', 'wash', 'claim'] as const, 'kind', car.index, day))
  await record(world, scope, [...came.values()])
  return came.size
}

/** Today's appointments and whether their customers keep them. */
async function booked({ luck, cars }: SimWorld, scope: Scope) {
  const day = scope.today.toString()
  const rows = await scope.tx
    .selectFrom('appointment')
    .select(['id', 'vehicleId', 'version'])
    .where('storeId', '=', scope.storeId)
    .where('day', '=', day)
    .where('state', '=', 'booked')
    .orderBy('id')
    .execute()
  return rows.flatMap(({ id, vehicleId, version }) => {
    const car = vehicleId ? cars.get(vehicleId) : undefined
    return vehicleId && car
      ? [{ id, version, vehicleId, shows: luck.yes(0.86, 'shows', car.index, car.place, day) }]
      : []
  })
}

/** Cars whose owner said he would come by himself, the day before he would be called again. */
async function promised(scope: Scope): Promise<string[]> {
  const tomorrow = scope.today.add({ days: 1 })
  const { rows } = await sql<{ vehicleId: string }>`
    SELECT t.vehicle_id FROM task t
    WHERE t.store_id = ${scope.storeId}::uuid AND t.state = 'attempting' AND t.vehicle_id IS NOT NULL AND t.programme = 'regular-service'
      AND t.next_at >= ${tomorrow.toZonedDateTime(scope.timeZone).toInstant().toString()}::timestamptz
      AND t.next_at < ${tomorrow.add({ days: 1 }).toZonedDateTime(scope.timeZone).toInstant().toString()}::timestamptz
      AND t.reminded_at IS NOT NULL
    ORDER BY t.vehicle_id`.execute(scope.tx)
  return rows.map((row) => row.vehicleId)
}

/** One visit in eight is entered by hand at the reception; the others come with the day's file, together. */
async function record(world: SimWorld, scope: Scope, came: readonly Arrival[]): Promise<void> {
  if (came.length === 0) return
  const day = scope.today.toString()
  const visits = came.map(({ car, kind }) => {
    const dice = chance(Math.floor(world.luck.of('visit', car.index, car.place, day) * 2 ** 32))
    return { car, visit: demoVisit(dice, kind, scope.today, kmOn(car, scope.today)) }
  })
  const byHand = visits.filter(({ car }) => world.luck.yes(0.125, 'by-hand', car.index, car.place, day))
  const byFile = visits.filter((one) => !byHand.includes(one))
  for (const { car, visit } of byHand) {
    const none = { orderNo: null, advisor: null, technician: null }
    const lines = visit.lines.map((line) => ({
      ...line,
      payer: line.payer === 'insurance' ? ('insurance' as const) : ('customer' as const),
    }))
    await addVisit(scope, {
      vehicleId: car.id,
      arrivedOn: day,
      kind: visit.kind,
      mileageKm: visit.mileageKm,
      lines,
      ...none,
    })
  }
  const ids = byFile.map(({ car }) => car.id)
  await insertVisits(scope, byFile)
  await refreshVehicles(scope, ids)
  if (ids.length > 0) await factsChanged(scope, { vehicleIds: ids })
  const services = came.filter(({ kind }) => kind === 'maintenance').map(({ car }) => car.id)
  await keep(scope, services)
  await lookAgain(world, scope, services)
}

/** The appointments of today that were kept. */
async function keep(scope: Scope, vehicleIds: readonly string[]): Promise<void> {
  if (vehicleIds.length === 0) return
  const rows = await scope.tx
    .selectFrom('appointment')
    .select(['id', 'version'])
    .where('storeId', '=', scope.storeId)
    .where('vehicleId', 'in', [...vehicleIds])
    .where('state', '=', 'booked')
    .where('day', '>=', scope.today.toString())
    .orderBy('id')
    .execute()
  for (const { id, version } of rows) await setAppointment(scope, id, { version, state: 'kept' })
}
