import {
  FIRST_SERVICE_DEFAULTS,
  firstServiceWindow,
  isNewCar,
  NEXT_SERVICE_DEFAULTS,
  nextServiceWindow,
} from '@changhui/rules/newCar'
import { nextDue } from '@changhui/rules/prediction'
import { PROACTIVE_DEFAULTS, proactiveVerdict } from '@changhui/rules/proactiveBooking'
import { REGULAR_SERVICE_DEFAULTS, serviceWindow } from '@changhui/rules/regularService'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore } from '../testing.ts'
import { sample, servicedCars } from './generate.ts'
import { proactiveBooking } from './proactive-booking.ts'
import { regularService } from './regular-service.ts'
import { type Car, day, dayOr, expectAgreement } from './testing.ts'

const database = await testDatabase()
const cars = sample(servicedCars)

function interval(car: Car) {
  const [anchorOn, readOn] = [dayOr(car.anchor_on), dayOr(car.odometer_on)]
  const km = car.odometer_km
  return (
    anchorOn && {
      anchorOn,
      anchorKm: car.anchor_km as number | null,
      intervalMonths: Number(car.interval_months ?? REGULAR_SERVICE_DEFAULTS.intervalMonths),
      intervalKm: Number(car.interval_km ?? REGULAR_SERVICE_DEFAULTS.intervalKm),
      dailyKm: car.daily_km as number | null,
      latest: readOn && typeof km === 'number' ? { on: readOn, km } : null,
    }
  )
}

/** Whether another programme reminds of the coming service, told by the rules of the first services alone. */
function ofAnother(car: Car, asOf: Temporal.PlainDate): boolean {
  const [deliveredOn, input] = [dayOr(car.delivered_on), interval(car)]
  const alive = ({ lastOn }: { lastOn: Temporal.PlainDate }) => Temporal.PlainDate.compare(lastOn, asOf) >= 0
  if (!deliveredOn || !input) return false
  if (car.service_count === 0) return alive(firstServiceWindow(deliveredOn, FIRST_SERVICE_DEFAULTS))
  if (car.service_count !== 1 || !isNewCar(deliveredOn, input.anchorOn)) return false
  const { anchorOn, anchorKm, dailyKm, latest, intervalMonths, intervalKm } = input
  const settings = { ...NEXT_SERVICE_DEFAULTS, intervalMonths, intervalKm }
  return alive(nextServiceWindow({ servicedOn: anchorOn, servicedKm: anchorKm, dailyKm, latest }, settings))
}

const round = (car: Car, asOf: Temporal.PlainDate) => {
  const input = car.state === 'active' && car.purpose === 'private' && !ofAnother(car, asOf) ? interval(car) : null
  return input && { due: nextDue(input), cycle: input.anchorOn.toString() }
}

test('proactive booking: near by time and by mileage both, as the rule says on every day (CARE-10)', async () => {
  const near = (car: Car, on: Temporal.PlainDate, asOf = on) => {
    const one = round(car, asOf)
    return one ? proactiveVerdict(one.due, on) === 'near-both' : false
  }
  const { rounds, tasks } = await expectAgreement(database, proactiveBooking, cars, (car, asOf) => {
    const one = round(car, asOf)
    const { dueOn, byTime, byKm } = one?.due ?? {}
    if (!one || !dueOn || !byTime || !byKm) return []
    const { timeDays, kmDays, lateDays } = PROACTIVE_DEFAULTS
    const [time, km] = [byTime.subtract({ days: timeDays }), byKm.subtract({ days: kmDays })]
    const opensOn = Temporal.PlainDate.compare(time, km) > 0 ? time : km
    const lastOn = dueOn.add({ days: lateDays })
    // the window holds the days on which the rule says near, and no other
    const holds = Temporal.PlainDate.compare(opensOn, lastOn) <= 0
    for (const on of [opensOn, lastOn]) expect([car, near(car, on, asOf)]).toEqual([car, holds])
    expect(near(car, opensOn.subtract({ days: 1 }), asOf) || near(car, lastOn.add({ days: 1 }), asOf)).toBe(false)
    return holds ? [{ cycle: one.cycle, dueOn, opensOn, callBy: opensOn, lastOn }] : []
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

describe('regular service', () => {
  test('takes every car that first and second service leave, on the days of the rule (CARE-03)', async () => {
    const { rounds, tasks } = await expectAgreement(
      database,
      regularService,
      cars,
      (car, asOf) => {
        const one = round(car, asOf)
        if (!one?.due.dueOn) return []
        return [{ ...serviceWindow(one.due.dueOn), dueOn: one.due.dueOn, cycle: one.cycle }]
      },
      // it may take a round first
      { off: ['proactive-booking'] },
    )
    expect([rounds > 50, tasks > 3]).toEqual([true, true])
  })
})

describe('rounds two programmes share', () => {
  const care = careStore(database, 'SHARED')
  afterAll(async () => (await care).pool.end())
  const tasksOf = async (vehicleId: string) =>
    (await care).rows<{ programme: string; state: string; outcome: string | null }>(
      `SELECT programme, state, outcome FROM task WHERE store_id = $1 AND vehicle_id = $2
         AND (programme LIKE '%-service%' OR programme = 'proactive-booking') ORDER BY planned_on, programme`,
      vehicleId,
    )
  const plan = async (on: string) => (await care).scoped((scope) => planStore(scope, day(on)))

  test('whoever is first keeps the round; the other one takes it up when that has lost its object', async () => {
    const { addCar, rows, scoped } = await care
    // 5,000 km at 27 km a day = 186 days: near both from 29 October on, regular service from 14 November
    const { vehicleId } = await addCar({ vehicle: { anchor_km: 10_000, daily_km: 27, daily_confidence: 'high' } })
    await plan('2026-11-05')
    expect(await tasksOf(vehicleId)).toEqual([{ programme: 'proactive-booking', state: 'open', outcome: null }])
    await plan('2026-11-20')
    expect(await tasksOf(vehicleId)).toHaveLength(1)
    await rows('UPDATE vehicle SET daily_km = 5 WHERE store_id = $1 AND id = $2', vehicleId)
    await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    expect(await tasksOf(vehicleId)).toEqual([
      { programme: 'proactive-booking', state: 'cancelled', outcome: 'superseded' },
    ])
    await plan('2026-11-21')
    expect(await tasksOf(vehicleId)).toEqual([{ programme: 'regular-service', state: 'open', outcome: null }])
  })

  test('a new car is reminded by one programme a round, from delivery to the third service', async () => {
    const { addCar, rows, scoped } = await care
    const delivered = { delivered_on: '2026-09-01', anchor_on: '2026-09-01', anchor_kind: 'delivery' }
    const { vehicleId } = await addCar({ vehicle: { ...delivered, last_visit_on: null } })
    const serviced = async (on: string, count: number) => {
      await rows(
        `UPDATE vehicle SET service_count = $4, anchor_on = $3, last_visit_on = $3, anchor_kind = 'service' WHERE store_id = $1 AND id = $2`,
        vehicleId,
        on,
        count,
      )
      await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    }
    await plan('2026-10-31')
    expect(await tasksOf(vehicleId)).toEqual([])
    await plan('2026-11-01')
    await serviced('2026-11-20', 1)
    await plan('2027-05-10')
    await serviced('2027-05-18', 2)
    await plan('2027-05-19')
    await plan('2027-11-10')
    await serviced('2027-11-15', 3)
    expect(await tasksOf(vehicleId)).toEqual([
      { programme: 'first-service', state: 'done', outcome: 'returned' },
      { programme: 'second-service', state: 'done', outcome: 'returned' },
      { programme: 'third-service-lock', state: 'done', outcome: 'returned' },
      { programme: 'regular-service', state: 'done', outcome: 'returned' },
    ])
  })

  test('a first service nobody came for goes over to regular service, and so does one the store has switched off', async () => {
    const { addCar, rows } = await care
    const delivered = {
      delivered_on: '2026-05-20',
      anchor_on: '2026-05-20',
      anchor_kind: 'delivery',
      last_visit_on: null,
    }
    const late = await addCar({ vehicle: delivered })
    await plan('2026-11-18')
    // due on 20 August, given up after 18 November
    expect(await tasksOf(late.vehicleId)).toMatchObject([{ programme: 'first-service', state: 'open' }])
    await plan('2026-11-19')
    expect(await tasksOf(late.vehicleId)).toEqual([
      { programme: 'first-service', state: 'failed', outcome: 'expired' },
      { programme: 'regular-service', state: 'open', outcome: null },
    ])
    const off = await addCar({ vehicle: { ...delivered, delivered_on: '2026-07-01', anchor_on: '2026-07-01' } })
    await plan('2026-12-24')
    expect(await tasksOf(off.vehicleId)).toMatchObject([{ programme: 'first-service', state: 'open' }])
    await rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:first-service', '{"enabled":false}', $2)`,
      '2026-11-21T00:00:00Z',
    )
    await plan('2026-12-25')
    expect(await tasksOf(off.vehicleId)).toEqual([
      { programme: 'first-service', state: 'cancelled', outcome: 'superseded' },
      { programme: 'regular-service', state: 'open', outcome: null },
    ])
  })
})
