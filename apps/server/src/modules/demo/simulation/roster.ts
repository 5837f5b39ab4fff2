import type { SimAsk } from './cursor.ts'
import type { Luck } from './luck.ts'
import { type SimPerson, simPerson } from './person.ts'

interface Begin {
  readonly ask: SimAsk
  readonly start: Temporal.PlainDate
}

/** New customers a day for each thousand customers at the start. */
const A_DAY = 0.15

/** How many newcomers there are until the end of a day: evenly, so that it is known without counting rows. */
export function newcomersUntil({ ask, start }: Begin, day: Temporal.PlainDate): number {
  return Math.floor(((start.until(day).days + 1) * ask.customers * A_DAY) / 1000)
}

/** The day a newcomer's car is delivered. */
function deliveryDay({ ask, start }: Begin, index: number): Temporal.PlainDate {
  const nth = index - ask.customers + 1
  return start.add({ days: Math.ceil((nth * 1000) / (ask.customers * A_DAY)) - 1 })
}

/** Customer `index`, one of the first or a newcomer with one new car. */
export function personAt(world: Begin & { readonly luck: Luck }, index: number): SimPerson {
  if (index < world.ask.customers) return simPerson(world.luck, index, world.start)
  const day = deliveryDay(world, index)
  const person = simPerson(world.luck, index, day)
  const cars = person.cars.slice(0, 1).map((car) => ({ ...car, deliveredOn: day.toString() }))
  return { ...person, doNotDisturb: false, cars }
}
