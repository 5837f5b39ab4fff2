import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Role } from '@changhui/rules/permissions'
import { inScope } from '../../../platform/db.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { deriveId } from '../../../platform/ids.ts'
import { type Actor, type Scope, systemActor } from '../../../platform/scope.ts'
import { refreshSearch } from '../../base/customers/service.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import { addClosure } from '../../settings/hours.ts'
import { createStaff, listStaff } from '../../staff/service.ts'
import { chance } from '../chance.ts'
import { demoHistory } from '../history.ts'
import { setRegion } from '../notices.ts'
import { insertCars, insertPeople, insertVisits, type PlacedCar } from '../store.ts'
import { type SimAsk, writeCursor } from './cursor.ts'
import type { Luck } from './luck.ts'
import { simPerson } from './person.ts'

/** Who works in the simulated store. */
const team: readonly { name: string; role: Role }[] = [
  { name: '模拟客服甲', role: 'care-agent' },
  { name: '模拟客服乙', role: 'care-agent' },
  { name: '模拟续保专员', role: 'insurance-specialist' },
  { name: '模拟顾问甲', role: 'advisor' },
  { name: '模拟顾问乙', role: 'advisor' },
  { name: '模拟客服经理', role: 'care-manager' },
]

export interface SimStaff extends Actor {
  readonly id: string
  readonly role: Role
}

/** The staff of the store, in the order in which they take calls; those missing are made. */
export async function hireTeam(platform: Platform, storeId: string, code: string): Promise<SimStaff[]> {
  const there = await listStaff(platform, storeId)
  const staff: SimStaff[] = []
  for (const [place, { name, role }] of team.entries()) {
    const username = `sim-${code.toLowerCase()}-${place}`.slice(0, 30)
    const known = there.find((one) => one.username === username)
    const person = { name, username, password: demoPassword, roles: [role] }
    const { userId } = known ?? (await createStaff(platform, { storeId, actor: systemActor }, person))
    staff.push({ id: userId, name, role })
  }
  return staff
}

export const customerId = (storeId: string, index: number): string => deriveId('sim-customer', storeId, index)
export const carId = (storeId: string, index: number, place: number): string =>
  deriveId('sim-vehicle', storeId, index, place)

/** The first days of the Spring Festival are closed, so that closed days are met. */
const closed = ['2025-01-28', '2025-01-29', '2025-01-30', '2026-02-16', '2026-02-17', '2026-02-18']

/** Fills the store as it stands on its first morning: customers, cars and their visits so far. One transaction, the cursor with it. */
export async function populate(
  platform: Platform,
  storeId: string,
  timeZone: string,
  ask: SimAsk,
  luck: Luck,
  staff: readonly SimStaff[],
): Promise<void> {
  const today = Temporal.PlainDate.from(ask.from)
  const now = today.toZonedDateTime({ timeZone, plainTime: '00:30' }).toInstant()
  const advisors = staff.filter((one) => one.role === 'advisor')
  await inScope(platform.pool, [storeId], async (tx) => {
    let ids = 0
    const newId = () => deriveId('sim-row', storeId, ids++)
    const scope: Scope = { tx, storeId, timeZone, actor: systemActor, now, today, newId }
    await setRegion(scope)
    for (const day of closed) await addClosure(scope, day, '春节放假')
    const cars: PlacedCar[] = []
    const people = Array.from({ length: ask.customers }, (_, index) => {
      const person = simPerson(luck, index, today)
      const id = customerId(storeId, index)
      for (const [place, car] of person.cars.entries())
        cars.push({ id: carId(storeId, index, place), ownerId: id, car })
      return { ...person, id, advisorId: advisors[index % advisors.length]?.id ?? null }
    })
    await insertPeople(scope, people)
    await insertCars(scope, cars)
    const yesterday = today.subtract({ days: 1 })
    const visits = cars.flatMap((car, place) =>
      demoHistory(chance(Math.floor(luck.of('history', place) * 2 ** 32)), car.car, yesterday).map((visit) => ({
        car,
        visit,
      })),
    )
    await insertVisits(scope, visits)
    await refreshVehicles(
      scope,
      cars.map((car) => car.id),
    )
    await refreshSearch(
      scope,
      people.map((person) => person.id),
    )
    await writeCursor(scope, { ...ask, day: ask.from, step: 0 })
  })
}
