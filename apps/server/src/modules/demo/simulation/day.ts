import { momentAt, openWindow } from '@changhui/rules/calendar'
import { systemActor } from '../../../platform/scope.ts'
import { shareLastMonth } from '../../base/sharing/service.ts'
import { planStore } from '../../care/service.ts'
import { arrivals } from './arrivals.ts'
import { callTurn } from './calls.ts'
import { changes } from './changes.ts'
import { writeCursor } from './cursor.ts'
import { deliver, receipts } from './messages.ts'
import { deliverCars } from './newcomers.ts'
import { papersMove } from './papers.ts'
import type { SimStaff } from './population.ts'
import { weatherToday } from './weather.ts'
import { at, type SimWorld } from './world.ts'

/** One thing that is done on a day. Done again after a crash it comes to the same end. */
interface Step {
  /** True when something was changed, so that the cursor is worth moving. */
  run(next: number): Promise<boolean>
}

/** When the telephones are taken up and put down again: twice in each part of the day. */
const TURNS = [
  ['08:40', '09:50'],
  ['10:10', '10:32'],
  ['11:40', '12:50'],
  ['13:10', '14:40'],
  ['14:40', '15:50'],
  ['16:10', '17:15'],
] as const

/** Everything that happens on a day, in order. */
function stepsOf(world: SimWorld, day: Temporal.PlainDate): Step[] {
  const moment = (time: string) => momentAt(day, time, world.calendar)
  const open = openWindow(day, world.calendar) !== null
  const plan = whole(world, day, '08:30', async (scope) => {
    if (day.day === 1) await shareLastMonth(scope, world.team)
    await planStore(scope, day)
  })
  const turns = TURNS.map(
    ([from, until], place): Step => ({
      run: async () => (await callTurn(world, moment(from), moment(until), staffOf(world, day, place))) > 0,
    }),
  )
  const post = (time: string): Step => ({ run: () => deliver(world, moment(time)) })
  const heard = (time: string) => whole(world, day, time, (scope) => receipts(world, scope))
  const weather = whole(world, day, '08:32', (scope) => weatherToday(world, scope))
  const early = [post('08:10'), plan, weather]
  const late = [post('19:00'), heard('20:40')]
  if (!open) return [...early, post('09:10'), ...late]
  const morning = whole(world, day, '11:20', async (scope) => void (await arrivals(world, scope, 'morning')))
  const evening = [
    whole(world, day, '17:15', async (scope) => void (await arrivals(world, scope, 'afternoon'))),
    whole(world, day, '17:20', (scope) => changes(world, scope)),
    whole(world, day, '17:22', (scope) => papersMove(world, scope)),
    whole(world, day, '17:25', async (scope) => void (await deliverCars(world, scope))),
  ]
  const [first, second, third, fourth, fifth, sixth] = turns
  const day1 = [first, post('09:50'), heard('10:00'), second, post('10:32'), morning, third, post('12:50')]
  const day2 = [heard('13:00'), fourth, fifth, post('15:50'), sixth]
  return [...early, ...day1, ...day2, ...evening, ...late].filter((step) => step !== undefined)
}

/** Who takes calls first differs from turn to turn. */
function staffOf({ staff, start }: SimWorld, day: Temporal.PlainDate, turn: number): SimStaff[] {
  const first = (start.until(day).days + turn) % 2
  // the manager looks after the list and takes no calls
  return staff
    .filter((one) => one.role !== 'care-manager')
    .map((_, place) => staff[place < 2 ? (place + first) % 2 : place])
    .filter((one) => one !== undefined)
}

/** A step in one transaction with its cursor. */
function whole(
  world: SimWorld,
  day: Temporal.PlainDate,
  time: string,
  work: (scope: Parameters<Parameters<typeof at>[4]>[0]) => Promise<void>,
): Step {
  return {
    run: (next) =>
      at(world, momentAt(day, time, world.calendar), systemActor, time, async (scope) => {
        await work(scope)
        await writeCursor(scope, { ...world.ask, day: day.toString(), step: next })
        return false
      }),
  }
}

/** Lives a day from a step on. */
export async function liveDay(world: SimWorld, day: Temporal.PlainDate, from: number): Promise<void> {
  const steps = stepsOf(world, day)
  const night = momentAt(day, '23:00', world.calendar)
  const mark = (cursor: { day: string; step: number }) =>
    at(world, night, systemActor, 'cursor', (scope) => writeCursor(scope, { ...world.ask, ...cursor }))
  for (const [place, step] of steps.entries()) {
    if (place < from) continue
    if (await step.run(place + 1)) await mark({ day: day.toString(), step: place + 1 })
  }
  await mark({ day: day.add({ days: 1 }).toString(), step: 0 })
}
