import { nextOpenDay, type StoreCalendar } from '@changhui/rules/calendar'
import type { Luck } from './luck.ts'
import { type Habit, habitOf } from './person.ts'

/** A car as it really is, beside what the store knows of it. */
export interface SimCar {
  readonly id: string
  readonly ownerId: string
  /** Place of the owner among the simulated customers, and of the car among his. */
  readonly index: number
  readonly place: number
  readonly deliveredOn: string
  readonly dailyKm: number
  /** The last service the store knows of. */
  anchorOn: string | null
  /** The day the owner comes for service by himself; null when he waits to be told, or never comes. */
  nextOn: string | null
  /** The day it was sold in truth; the store may not know. */
  readonly soldOn: string | null
}

export const kmOn = (car: SimCar, day: Temporal.PlainDate): number =>
  20 + Math.round(Temporal.PlainDate.from(car.deliveredOn).until(day).days * car.dailyKm)

/** What an owner does about a service when nobody tells him: [comes by himself, goes elsewhere]; the rest waits. */
const alone: Readonly<Record<Habit, readonly [number, number]>> = {
  faithful: [0.5, 0.06],
  casual: [0.25, 0.22],
  drifting: [0.08, 0.5],
}

interface Move {
  readonly on: Temporal.PlainDate
  readonly kind: 'here' | 'elsewhere'
}

/** What the owner does by himself after a service on a day. */
function moveAfter(luck: Luck, car: SimCar, serviceOn: Temporal.PlainDate): Move {
  const key = ['move', car.index, car.place, serviceOn.toString()] as const
  const due = serviceOn.add({ days: Math.round(Math.min(182, 5000 / car.dailyKm)) })
  const [here, elsewhere] = alone[habitOf(luck, car.index)]
  const said = luck.of(...key)
  const around = (from: number, spread: number) => {
    const days = Math.round(from + spread * luck.normal(...key, 'day'))
    const on = due.add({ days })
    const earliest = serviceOn.add({ days: 20 })
    return Temporal.PlainDate.compare(on, earliest) < 0 ? earliest : on
  }
  if (said < here) return { on: around(4, 12), kind: 'here' }
  if (said < here + elsewhere) return { on: around(6, 10), kind: 'elsewhere' }
  return { on: around(90, 25), kind: said < here + elsewhere + (1 - here - elsewhere) / 2 ? 'here' : 'elsewhere' }
}

/** The services elsewhere since the last one the store knows of, until `until`, and the move that follows them. */
function chain(luck: Luck, car: SimCar, until: Temporal.PlainDate): { elsewhere: Temporal.PlainDate[]; next: Move } {
  const elsewhere: Temporal.PlainDate[] = []
  let last = Temporal.PlainDate.from(car.anchorOn ?? car.deliveredOn)
  for (;;) {
    const next = moveAfter(luck, car, last)
    if (next.kind === 'here' || Temporal.PlainDate.compare(next.on, until) > 0) return { elsewhere, next }
    elsewhere.push(next.on)
    last = next.on
  }
}

/** Sets the day the owner comes by himself, from `today` on; a day that has gone by without him is forgotten. */
export function settleNext(
  luck: Luck,
  car: SimCar,
  calendar: StoreCalendar,
  today: Temporal.PlainDate,
  end: Temporal.PlainDate,
): void {
  const { next } = chain(luck, car, end)
  const on = next.kind === 'here' ? nextOpenDay(next.on, calendar, true) : null
  const day = on && Temporal.PlainDate.compare(on, today) >= 0 ? on.toString() : null
  car.nextOn = day && !(car.soldOn && car.soldOn <= day) ? day : null
}

/** The latest service elsewhere that the store has not been told of. */
export function servedElsewhere(luck: Luck, car: SimCar, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  return chain(luck, car, today).elsewhere.at(-1)
}

/** The day of the month, counted from `start`, in which something happens to a car; null when it does not. */
export function dayInMonth(
  luck: Luck,
  probability: number,
  start: Temporal.PlainDate,
  month: number,
  ...what: (string | number)[]
): string | null {
  if (!luck.yes(probability, ...what, month)) return null
  const first = start.add({ months: month })
  return first.add({ days: luck.int(0, 27, ...what, month, 'day') }).toString()
}

/** The day a car is sold in truth within the months of the simulation. */
function soldOn(luck: Luck, index: number, place: number, start: Temporal.PlainDate, months: number): string | null {
  for (let month = 0; month < months; month++) {
    const day = dayInMonth(luck, 0.004, start, month, 'sold', index, place)
    if (day) return day
  }
  return null
}

/**
 * What is true of a car besides what the store knows, whether it is delivered just now or met again after a crash. A car delivered during the
 * simulation is not sold before.
 */
export function truthOf(
  {
    luck,
    start,
    ask,
  }: { readonly luck: Luck; readonly start: Temporal.PlainDate; readonly ask: { readonly months: number } },
  index: number,
  place: number,
  { deliveredOn, dailyKm }: { readonly deliveredOn: string; readonly dailyKm: number },
): Pick<SimCar, 'deliveredOn' | 'dailyKm' | 'soldOn'> {
  const sold = soldOn(luck, index, place, start, ask.months)
  return { deliveredOn, dailyKm, soldOn: sold !== null && sold > deliveredOn ? sold : null }
}
