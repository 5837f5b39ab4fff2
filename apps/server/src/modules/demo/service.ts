import { demoPassword, demoStaff } from '@changhui/contract/demo-accounts'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { inScopeOn, openClient, type Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { deriveId, uuidv7 } from '../../platform/ids.ts'
import { type Actor, type Scope, systemActor } from '../../platform/scope.ts'
import { refreshSearch } from '../base/customers/service.ts'
import { refreshVehicles } from '../base/vehicles/service.ts'
import { createStaff, grantRoles } from '../staff/service.ts'
import { addStore } from '../stores/service.ts'
import { chance } from './chance.ts'
import { type DemoWorld, liveDay } from './days.ts'
import { demoHistory } from './history.ts'
import { placeOrders, setRegion } from './notices.ts'
import { demoPerson } from './people.ts'
import { prepareOn } from './simulation/prepared.ts'
import { countStore, insertCars, insertPeople, insertVisits, type PlacedCar, type PlacedPerson } from './store.ts'

/** Five weeks: the weekly analysis has bars to show, and loading stays within seconds. */
const WEEKS = 5
/** How much of today's opening hours is lived already. */
const TODAY_SHARE = 0.5

export interface DemoLoaded {
  readonly storeId: string
  readonly code: string
  readonly customers: number
  readonly vehicles: number
  readonly visits: number
  readonly tasks: number
}

/** How large a demo and from which seed; the tests make small ones. */
export interface DemoSize {
  readonly customers?: number
  readonly seed?: number
  readonly code?: string
  /** Without staff, for a second demo store beside the first: the group manager gets a role there too. */
  readonly staff?: boolean
  readonly progress?: (done: number, total: number) => void
}

/** One transaction on a connection of its own that keeps its statements prepared: a quarter of the time less. */
async function onPrepared<T>(pool: Pool, storeId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await openClient(pool)
  try {
    prepareOn(client)
    return await inScopeOn(client, [storeId], work)
  } finally {
    await client.end()
  }
}

/**
 * Makes an invented store with two years of visits that end today and lives its last weeks through the real services.
 * The same seed and day give the same customers, visits, calls and tasks. One transaction: it is there whole or not at all.
 */
export async function loadDemo(platform: Platform, size: DemoSize = {}): Promise<DemoLoaded> {
  const { customers = 3000, seed = 20_260_101, code = 'DEMO' } = size
  const loadedAt = platform.clock.now()
  const storeId = deriveId('demo', code, seed)
  const added = await addStore(platform.db, { id: storeId, code, name: '常回演示店（虚构）', demo: true }, loadedAt)
  if (typeof added === 'string') throw new Error(`the demo store cannot be made: ${added}`)
  const at = { storeId, actor: systemActor }
  const staff: Record<string, Actor> = {}
  if (size.staff !== false) {
    for (const person of demoStaff) {
      const { userId, name } = await createStaff(platform, at, { ...person, password: demoPassword })
      staff[person.username] = { id: userId, name }
    }
  } else await grantRoles(platform, at, 'gm', ['general-manager', 'group-manager'])
  const { timeZone } = added
  const today = loadedAt.toZonedDateTimeISO(timeZone).toPlainDate()
  const start = today.subtract({ weeks: WEEKS })
  const counts = await onPrepared(platform.pool, storeId, async (tx) => {
    const begun = start.toZonedDateTime({ timeZone, plainTime: '00:30' }).toInstant()
    const scope: Scope = {
      tx,
      storeId,
      timeZone,
      actor: systemActor,
      now: begun,
      today: start,
      newId: () => uuidv7(begun),
    }
    const world = await populate(scope, customers, seed, today, staff)
    await gatherStatistics(scope)
    for (let day = start, done = 0; Temporal.PlainDate.compare(day, today) <= 0; day = day.add({ days: 1 }), done++) {
      // In the last days somebody was ill: a list to work on is left for whoever tries the product.
      const lately = day.until(today).days < 4
      await liveDay(scope, world, day, day.equals(today) ? TODAY_SHARE : 1, lately ? 0.3 : 1)
      size.progress?.(done, WEEKS * 7)
    }
    return countStore(scope)
  })
  await platform.db
    .updateTable('store')
    .set({ phone: '0000-0000000', address: '虚河区望川路 0 号（虚构）' })
    .where('id', '=', storeId)
    .execute()
  return { storeId, code, ...counts }
}

/**
 * Everything here is newer than the planner's statistics, and autovacuum cannot see it before the commit: without this a day of
 * 3,000 customers took 12 s. Only the tables' owner may analyse them, so the scope's role is laid down for a moment.
 */
async function gatherStatistics({ tx, storeId }: Scope): Promise<void> {
  await sql`RESET ROLE`.execute(tx)
  await sql`ANALYZE customer, customer_phone, vehicle, visit, odometer_reading, task`.execute(tx)
  await sql`SELECT changhui_scope(ARRAY[${storeId}]::uuid[])`.execute(tx)
}

async function populate(
  scope: Scope,
  customers: number,
  seed: number,
  today: Temporal.PlainDate,
  staff: Record<string, Actor>,
): Promise<DemoWorld> {
  const dice = chance(seed)
  const people: PlacedPerson[] = []
  const cars = new Map<string, PlacedCar>()
  for (let index = 0; index < customers; index++) {
    const person = demoPerson(dice, index, today)
    const id = deriveId('demo-customer', scope.storeId, index)
    people.push({ ...person, id, advisorId: staff.advisor?.id ?? null })
    for (const [place, car] of person.cars.entries()) {
      const carId = deriveId('demo-vehicle', scope.storeId, index, place)
      cars.set(carId, { id: carId, ownerId: id, car })
    }
  }
  await insertPeople(scope, people)
  await insertCars(scope, [...cars.values()])
  const comings: DemoWorld['comings'] = new Map()
  const past = [...cars.values()].flatMap((car) =>
    demoHistory(dice, car.car, today).flatMap((visit) => {
      if (visit.arrivedOn < scope.today.toString()) return [{ car, visit }]
      // From here on most come because they were called; these come of their own accord.
      if (visit.kind !== 'maintenance' || dice.yes(0.4))
        comings.set(visit.arrivedOn, [...(comings.get(visit.arrivedOn) ?? []), { car, visit }])
      return []
    }),
  )
  await insertVisits(scope, past)
  await refreshVehicles(scope, [...cars.keys()])
  await refreshSearch(
    scope,
    people.map((person) => person.id),
  )
  const callers = [staff.agent1, staff.agent2].filter((one) => one !== undefined)
  await setRegion(scope)
  await placeOrders({ ...scope, today }, people)
  return {
    dice,
    cars,
    comings,
    found: { count: 0 },
    callers: callers.length > 0 ? callers : [systemActor],
    lastDay: today,
  }
}
