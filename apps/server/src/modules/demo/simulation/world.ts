import { nextOpenDay, type StoreCalendar } from '@changhui/rules/calendar'
import type { Clock } from '../../../platform/clock.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { deriveId } from '../../../platform/ids.ts'
import { type Actor, type Scope, withStore } from '../../../platform/scope.ts'
import type { listStaff } from '../../staff/service.ts'
import type { StoreRow } from '../../stores/service.ts'
import { dayInMonth, type SimCar, settleNext, truthOf } from './car.ts'
import type { SimAsk } from './cursor.ts'
import type { Luck } from './luck.ts'
import { numberChanges, numberOf } from './person.ts'
import { carId, customerId, type SimStaff } from './population.ts'
import { newcomersUntil, personAt } from './roster.ts'

/** All that a simulated day is handed. What it remembers of cars is worked out anew from the database when it goes on after a crash. */
export interface SimWorld {
  readonly platform: Platform
  readonly clock: Clock & { set(moment: Temporal.Instant): void }
  readonly store: StoreRow
  readonly ask: SimAsk
  readonly luck: Luck
  readonly staff: readonly SimStaff[]
  /** The same people as the call list wants to know them. */
  readonly team: Awaited<ReturnType<typeof listStaff>>
  readonly calendar: StoreCalendar
  readonly start: Temporal.PlainDate
  readonly end: Temporal.PlainDate
  readonly cars: Map<string, SimCar>
  /** Cars by the day their owner comes by himself; an entry counts while the car says the same. */
  readonly comings: Map<string, SimCar[]>
  readonly indexOf: Map<string, number>
  /** What else happens on which day. */
  readonly agenda: Map<string, Happening[]>
}

/** Where and when something is done: all that a transaction of the simulated store needs. */
export type SimPlace = Pick<SimWorld, 'platform' | 'clock'> & { readonly store: Pick<StoreRow, 'id' | 'timeZone'> }

/** Something that happens to a car or to its owner, by the day. */
export interface Happening {
  readonly what: 'other-visit' | 'reading' | 'sold' | 'number'
  readonly car: SimCar
}

/** Work in a transaction of its own at a moment of the store. Ids are derived from `name`, so that doing it again makes the same rows. */
export function at<T>(
  world: SimPlace,
  moment: Temporal.Instant,
  actor: Actor,
  name: string,
  work: (scope: Scope) => Promise<T>,
): Promise<T> {
  world.clock.set(moment)
  let ids = 0
  const newId = () => deriveId('sim-row', world.store.id, name, moment.epochMilliseconds, ids++)
  return withStore(world.platform.pool, world.clock, world.store, actor, (scope) => work({ ...scope, newId }))
}

/** Reads the cars as the store knows them, with what is true of them beside it. */
export async function meetCars(world: SimWorld, scope: Scope): Promise<void> {
  const { ask, store, cars, indexOf } = world
  const known = await scope.tx
    .selectFrom('vehicle')
    .select(['id', 'anchorOn'])
    .where('storeId', '=', store.id)
    .orderBy('id')
    .execute()
  const anchors = new Map(known.map((row) => [row.id, row.anchorOn]))
  for (let index = 0; index < ask.customers + newcomersUntil(world, world.end); index++) {
    const ownerId = customerId(store.id, index)
    indexOf.set(ownerId, index)
    for (const [place, car] of personAt(world, index).cars.entries()) {
      const id = carId(store.id, index, place)
      if (!anchors.has(id)) continue
      const truth = truthOf(world, index, place, car)
      cars.set(id, { id, ownerId, index, place, ...truth, anchorOn: anchors.get(id) ?? null, nextOn: null })
    }
  }
  for (const car of cars.values()) {
    schedule(world, car, scope.today)
    plan(world, car)
  }
}

/** Puts what will happen to a car besides its services into the agenda. */
export function plan(world: SimWorld, car: SimCar): void {
  const { luck, start, ask, agenda } = world
  const put = (day: string | null, what: Happening['what']) => {
    if (!day) return
    const there = agenda.get(day)
    if (there) there.push({ what, car })
    else agenda.set(day, [{ what, car }])
  }
  put(car.soldOn, 'sold')
  for (let month = 0; month < ask.months; month++) {
    put(dayInMonth(luck, 0.05, start, month, 'other', car.index, car.place), 'other-visit')
    put(dayInMonth(luck, 0.03, start, month, 'reading', car.index, car.place), 'reading')
  }
  if (car.place === 0)
    for (const month of numberChanges(luck, car.index, ask.months)) put(changeDay(world, car.index, month), 'number')
}

/** The cars something happens to today. */
export const today = (world: SimWorld, scope: Scope, what: Happening['what']): SimCar[] =>
  (world.agenda.get(scope.today.toString()) ?? []).filter((one) => one.what === what).map((one) => one.car)

/** Puts a car's next coming into the calendar. */
export function schedule(world: SimWorld, car: SimCar, today: Temporal.PlainDate): void {
  settleNext(world.luck, car, world.calendar, today, world.end)
  if (!car.nextOn) return
  const there = world.comings.get(car.nextOn)
  if (there) there.push(car)
  else world.comings.set(car.nextOn, [car])
}

/** Reads the anchors of some cars again after something happened to them. */
export async function lookAgain(world: SimWorld, scope: Scope, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await scope.tx
    .selectFrom('vehicle')
    .select(['id', 'anchorOn'])
    .where('storeId', '=', scope.storeId)
    .where('id', 'in', [...ids])
    .execute()
  for (const { id, anchorOn } of rows) {
    const car = world.cars.get(id)
    if (!car || car.anchorOn === anchorOn) continue
    car.anchorOn = anchorOn
    schedule(world, car, scope.today.add({ days: 1 }))
  }
}

/** The generation of a customer's number on a day: each change makes the one before it dead. */
export function generationOn(world: SimWorld, index: number, today: Temporal.PlainDate): number {
  const months = numberChanges(world.luck, index, world.ask.months)
  return months.filter((month) => changeDay(world, index, month) <= today.toString()).length
}

export function changeDay({ luck, start }: SimWorld, index: number, month: number): string {
  return start
    .add({ months: month })
    .add({ days: luck.int(0, 27, 'number-day', index, month) })
    .toString()
}

/** Whether somebody answers to a number today: the current one and the second one do. */
export function alive(world: SimWorld, index: number, number: string, today: Temporal.PlainDate): boolean {
  return number.startsWith('1542') || number === numberOf(index, generationOn(world, index, today))
}

/** The first open day from `day` on. */
export function openFrom(world: SimWorld, day: Temporal.PlainDate): Temporal.PlainDate {
  return nextOpenDay(day, world.calendar, true) ?? day
}
