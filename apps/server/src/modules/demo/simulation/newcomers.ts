import type { Scope } from '../../../platform/scope.ts'
import { createCustomer } from '../../base/customers/edit.ts'
import { createVehicle } from '../../base/vehicles/edit.ts'
import { truthOf } from './car.ts'
import { carId, customerId } from './population.ts'
import { newcomersUntil, personAt } from './roster.ts'
import { plan, type SimWorld, schedule } from './world.ts'

/** Cars delivered today and their owners, as the information clerk enters them. */
export async function deliverCars(world: SimWorld, scope: Scope): Promise<number> {
  const first = world.ask.customers + newcomersUntil(world, scope.today.subtract({ days: 1 }))
  const end = world.ask.customers + newcomersUntil(world, scope.today)
  for (let index = first; index < end; index++) {
    const person = personAt(world, index)
    const ownerId = customerId(world.store.id, index)
    const { name, sex, birthday, region, locality, occupation, source, email, wechatId, consents, preferredHour } =
      person
    const advisors = world.staff.filter((one) => one.role === 'advisor')
    const advisorId = advisors[index % advisors.length]?.id ?? null
    const file = { name, sex, birthday, region, locality, occupation, source, email, wechatId, consents, preferredHour }
    const phones = person.phones.map((phone) => phone.number)
    await createCustomer(firstId(scope, ownerId), { ...file, tags: [], advisorId, phones })
    for (const [place, car] of person.cars.entries()) {
      const id = carId(world.store.id, index, place)
      const { vin, plate, brand, series, model, energy, purpose, deliveredOn } = car
      const warrantyEndOn = Temporal.PlainDate.from(deliveredOn).add({ years: 3 }).toString()
      const expiry = Temporal.PlainDate.from(deliveredOn).add({ years: 1 }).toString()
      const policies = { compulsoryInsurer: '虚构保险', commercialInsurer: '虚构保险' }
      const expiries = { compulsoryExpiryOn: expiry, commercialExpiryOn: expiry, warrantyEndOn, warrantyEndKm: 100_000 }
      const fields = { vin, plate, brand, series, model, energy, purpose, deliveredOn, ...policies, ...expiries }
      await createVehicle(firstId(scope, id), ownerId, fields)
      const truth = truthOf(world, index, place, car)
      const placed = { id, ownerId, index, place, ...truth, anchorOn: deliveredOn, nextOn: null }
      world.cars.set(id, placed)
      schedule(world, placed, scope.today.add({ days: 1 }))
      plan(world, placed)
    }
  }
  return end - first
}

/** A scope whose first new id is the given one: a simulated record is found again by its place. */
function firstId(scope: Scope, id: string): Scope {
  let given = false
  return {
    ...scope,
    newId: () => {
      if (given) return scope.newId()
      given = true
      return id
    },
  }
}
