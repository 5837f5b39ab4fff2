import { openWindow } from '@changhui/rules/calendar'
import { uuidv7 } from '../../platform/ids.ts'
import type { Actor, Scope } from '../../platform/scope.ts'
import { addPhone } from '../base/customers/edit.ts'
import { refreshVehicles } from '../base/vehicles/service.ts'
import { type CallReport, reportCall } from '../care/calls/report.ts'
import { handOver, owedRegisters } from '../care/register/register.ts'
import { calendarOf, factsChanged, planStore, programmeDefinitions } from '../care/service.ts'
import type { Chance } from './chance.ts'
import { type DemoVisit, demoVisit } from './history.ts'
import { endMorning, liveNotices } from './notices.ts'
import { papersMove } from './papers.ts'
import { callable, insertVisits, keepAppointments, numbersAskedFor, type PlacedCar } from './store.ts'

/** What the demo remembers from day to day. */
export interface DemoWorld {
  readonly dice: Chance
  readonly cars: ReadonlyMap<string, PlacedCar>
  /** Visits by day: those owners make of their own accord, and those they booked by phone. */
  readonly comings: Map<string, { car: PlacedCar; visit: DemoVisit }[]>
  readonly callers: readonly Actor[]
  readonly lastDay: Temporal.PlainDate
  /** How many numbers were found anew; each is another one. */
  readonly found: { count: number }
}

/** How often a customer picks up, by part of the day: mornings are worst. */
const reachedIn = [0.42, 0.5, 0.58]

/**
 * One day of the demo store, through the services a real day goes through: the plan at opening, calls, cars arriving. `share` of the
 * opening hours is lived, and the callers make `diligence` (0–1) of the calls they could.
 */
export async function liveDay(
  scope: Scope,
  world: DemoWorld,
  day: Temporal.PlainDate,
  share: number,
  diligence: number,
): Promise<number> {
  const calendar = await calendarOf(scope)
  const window = openWindow(day, calendar)
  if (!window) return 0
  const at = (minutes: number): Scope => {
    const now = window.opens.add({ seconds: Math.round(minutes * 60) })
    return { ...scope, now, today: day, newId: () => uuidv7(now) }
  }
  await planStore(at(0), day)
  await liveNotices(at, world.lastDay)
  await findNumbers(at(0), world, day)
  await papersMove(at(0), world.dice)
  const minutesOpen = window.opens.until(window.closes).total('minutes')
  const calls: number = await callAll(at, world, minutesOpen * share, diligence)
  if (share >= 1) {
    await handRegistersOver({ ...at(minutesOpen - 15), actor: world.callers[0] ?? scope.actor })
    await carsArrive(at(minutesOpen - 1), world, day)
  }
  return calls
}

/** The booking registers go to the front desk before closing. */
async function handRegistersOver(scope: Scope): Promise<void> {
  for (const { day, state, list } of await owedRegisters(scope))
    if (state !== 'empty' && state !== 'handed-over') await handOver(scope, day, { list, receivedBy: '演示前台' })
}

/** Calls in rounds of the three parts of the day, so that a retry set for the afternoon is met in the afternoon. */
async function callAll(
  at: (minutes: number) => Scope,
  world: DemoWorld,
  minutes: number,
  diligence: number,
): Promise<number> {
  let calls = 0
  const rounds = Math.max(1, Math.round((minutes / 540) * 3))
  for (let round = 0; round < rounds; round++) {
    const from = (minutes / rounds) * round
    if (round === 1) await endMorning(at)
    const due = await callable(at(from), at(from + 20).now, called)
    // Mid-round, so that each try falls into its part of the day.
    const step = Math.min(6, minutes / rounds / Math.max(1, due.length))
    for (const [place, task] of due.entries()) {
      if (!world.dice.yes(diligence)) continue
      const caller = world.callers[place % world.callers.length]
      if (!caller) continue
      const scope = { ...at(from + 1 + place * step), actor: caller }
      const seen = await scope.tx
        .selectFrom('task')
        .select('state')
        .where('storeId', '=', scope.storeId)
        .where('id', '=', task.id)
        .executeTakeFirst()
      // The same customer's other call may have ended this one.
      if (seen?.state !== 'open' && seen?.state !== 'attempting') continue
      const car = task.vehicleId ? world.cars.get(task.vehicleId) : undefined
      const report =
        task.programme === 'complaint'
          ? settled(scope, task.nextPhoneId)
          : invitations.has(task.programme)
            ? talk(scope, world, round, car, task.nextPhoneId)
            : greet(scope, world, round, task.nextPhoneId)
      await reportCall(scope, task.id, report)
      calls++
    }
  }
  return calls
}

const calls = programmeDefinitions().filter((one) => one.work === 'call')
/** What the demo's callers work on; papers are renewed without them. */
const called = calls.map((one) => one.key).filter((key) => key !== 'inspection' && key !== 'insurance-renewal')
/** Those that ask the customer to come; the others wish him well or tell him something. */
const invitations = new Set(calls.filter((one) => one.endsWhenBooked).map((one) => one.key))

/** A birthday, a welcome: a few friendly words. */
function greet(scope: Scope, { dice }: DemoWorld, round: number, phoneId: string | null): CallReport {
  const report = { attemptId: scope.newId(), phoneId }
  if (!dice.yes(reachedIn[round] ?? 0.5)) return { ...report, result: 'no-answer' }
  return { ...report, result: 'reached', outcome: 'later' }
}

/** The complaint was talked over and is settled. */
function settled(scope: Scope, phoneId: string | null): CallReport {
  return {
    attemptId: scope.newId(),
    phoneId,
    result: 'reached',
    outcome: 'later',
    note: '（演示）已致歉并说明处理办法',
  }
}

/** Somebody asked at reception: two of three missing numbers turn up within days. */
async function findNumbers(scope: Scope, world: DemoWorld, day: Temporal.PlainDate): Promise<void> {
  for (const customerId of await numbersAskedFor(scope, day)) {
    if (!world.dice.yes(0.3)) continue
    const number = `1540000${7000 + world.found.count++}`
    await addPhone(scope, customerId, number, null)
  }
}

function talk(
  scope: Scope,
  world: DemoWorld,
  round: number,
  car: PlacedCar | undefined,
  phoneId: string | null,
): CallReport {
  const { dice } = world
  const report = { attemptId: scope.newId(), phoneId }
  if (!dice.yes(reachedIn[round] ?? 0.5)) {
    const miss = dice.next()
    if (miss < 0.02) return { ...report, result: 'dead' }
    if (miss < 0.03) return { ...report, result: 'wrong-person' }
    return { ...report, result: miss < 0.2 ? 'busy' : miss < 0.3 ? 'off' : 'no-answer' }
  }
  const said = dice.next()
  const days = (count: number) => scope.today.add({ days: count }).toString()
  if (said < 0.5) {
    const day = days(dice.int(1, 6))
    if (car && dice.yes(0.86)) comesOn(world, day, car)
    return {
      ...report,
      result: 'reached',
      outcome: 'booked',
      appointment: { day, time: `${String(dice.int(9, 16)).padStart(2, '0')}:${dice.pick(['00', '30'])}` },
    }
  }
  if (said < 0.7) {
    if (car && dice.yes(0.4)) comesOn(world, days(dice.int(6, 12)), car)
    return { ...report, result: 'reached', outcome: 'later', laterOn: days(dice.int(3, 9)) }
  }
  if (said < 0.78)
    return {
      ...report,
      result: 'reached',
      outcome: 'callback',
      callbackAt: scope.now.add({ hours: dice.int(1, 4) }).toString(),
    }
  if (said < 0.86)
    return {
      ...report,
      result: 'reached',
      outcome: 'elsewhere',
      elsewhere: {
        servedOn: days(-dice.int(2, 30)),
        shop: dice.pick(['路边快修', '连锁养车店', '朋友修理厂']),
        place: dice.pick(['虚河区', '望川区']),
        priceFen: dice.int(20, 60) * 1000,
        reason: dice.pick(['价格便宜', '离家近', '等待时间短']),
      },
    }
  if (said < 0.91) return { ...report, result: 'reached', outcome: 'refused' }
  if (said < 0.95) return { ...report, result: 'reached', outcome: 'mileage-not-reached' }
  if (said < 0.965) return { ...report, result: 'reached', outcome: 'sold' }
  if (said < 0.975) return { ...report, result: 'reached', outcome: 'moved-away' }
  if (said < 0.985)
    return { ...report, result: 'reached', outcome: 'complaint', complaint: '（演示）上次保养等待时间太长' }
  if (said < 0.995) return { ...report, result: 'reached', outcome: 'commercial-use' }
  return { ...report, result: 'reached', outcome: 'do-not-disturb' }
}

function comesOn(world: DemoWorld, day: string, car: PlacedCar): void {
  const date = Temporal.PlainDate.from(day)
  const km = 20 + Math.round(Temporal.PlainDate.from(car.car.deliveredOn).until(date).days * car.car.dailyKm)
  const coming = world.comings.get(day) ?? []
  coming.push({ car, visit: demoVisit(world.dice, 'maintenance', date, km) })
  world.comings.set(day, coming)
}

async function carsArrive(scope: Scope, world: DemoWorld, day: Temporal.PlainDate): Promise<void> {
  const today = world.comings.get(day.toString()) ?? []
  if (today.length === 0) return
  await insertVisits(scope, today)
  const vehicleIds = today.map(({ car }) => car.id)
  await refreshVehicles(scope, vehicleIds)
  await keepAppointments(scope, vehicleIds, day.toString())
  await factsChanged(scope, { vehicleIds })
}
