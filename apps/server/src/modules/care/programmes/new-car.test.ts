import {
  FIRST_SERVICE_DEFAULTS,
  firstServiceWindow,
  thirdServiceLock as flagged,
  isNewCar,
  NEXT_SERVICE_DEFAULTS,
  nextServiceWindow,
  serviceStage,
} from '@changhui/rules/newCar'
import { expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import type { ProgrammeValues } from '../engine/programme.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore } from '../testing.ts'
import { firstService } from './first-service.ts'
import { sample, servicedCars } from './generate.ts'
import { secondService } from './second-service.ts'
import { type Car, dayOr, expectAgreement, type Window } from './testing.ts'
import { thirdServiceLock } from './third-service-lock.ts'
import { settingsOf } from './values.ts'

const database = await testDatabase()
const cars = sample(servicedCars)
const ours = (car: Car) => car.state === 'active' && car.purpose === 'private'
const alive = (one: { lastOn: Temporal.PlainDate }, asOf: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(one.lastOn, asOf) >= 0

/** The round since the last service of a new car, its model's own interval before the store's. */
function nextRound(car: Car, values: ProgrammeValues): Window | undefined {
  const [anchorOn, deliveredOn, readOn] = [car.anchor_on, car.delivered_on, car.odometer_on].map(dayOr)
  const settings = settingsOf(NEXT_SERVICE_DEFAULTS, values)
  if (!anchorOn || !deliveredOn || !isNewCar(deliveredOn, anchorOn, settings)) return undefined
  const km = car.odometer_km
  const window = nextServiceWindow(
    {
      servicedOn: anchorOn,
      servicedKm: car.anchor_km as number | null,
      dailyKm: car.daily_km as number | null,
      latest: readOn && typeof km === 'number' ? { on: readOn, km } : null,
    },
    {
      ...settings,
      intervalMonths: Number(car.interval_months ?? settings.intervalMonths),
      intervalKm: Number(car.interval_km ?? settings.intervalKm),
    },
  )
  return { ...window, cycle: anchorOn.toString() }
}

test('first service: the due query is the rule (CARE-01)', async () => {
  const { rounds, tasks } = await expectAgreement(database, firstService, cars, (car, asOf, values) => {
    const deliveredOn = dayOr(car.delivered_on)
    if (!ours(car) || !deliveredOn || serviceStage(Number(car.service_count)) !== 'first') return []
    const window = firstServiceWindow(deliveredOn, settingsOf(FIRST_SERVICE_DEFAULTS, values))
    return alive(window, asOf) ? [{ ...window, cycle: deliveredOn.toString() }] : []
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

test('second service: the due query is the rule (CARE-01)', async () => {
  const { rounds, tasks } = await expectAgreement(database, secondService, cars, (car, asOf, values) => {
    if (!ours(car) || serviceStage(Number(car.service_count)) !== 'second') return []
    const window = nextRound(car, values)
    return window && alive(window, asOf) ? [window] : []
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

test('third service: the flag stands from the second service on (CARE-02)', async () => {
  const { rounds, tasks } = await expectAgreement(database, thirdServiceLock, cars, (car, _, values) => {
    const window = ours(car) && flagged(Number(car.service_count)) ? nextRound(car, values) : undefined
    if (!window) return []
    const opensOn = Temporal.PlainDate.from(window.cycle)
    // a call that is never owed before the flag stands
    const callBy = window.dueOn.subtract({ days: Number(values.callDaysBefore) })
    return [{ ...window, opensOn, callBy: Temporal.PlainDate.compare(callBy, opensOn) < 0 ? opensOn : callBy }]
  })
  expect([rounds > 50, tasks > 3]).toEqual([true, true])
})

test('services are counted by day since the delivery, here and elsewhere, and the advisor is called upon for the first ones', async () => {
  const care = await careStore(database, 'COUNTED')
  const { addCar, rows, scoped, newId } = care
  const advisor = newId()
  const { vehicleId, customerId } = await addCar({ vehicle: { delivered_on: '2026-05-01', anchor_on: '2026-05-28' } })
  await rows('UPDATE customer SET advisor_id = $3 WHERE store_id = $1 AND id = $2', customerId, advisor)
  const count = async () => {
    await scoped((scope) => refreshVehicles(scope, [vehicleId]))
    const [row] = await rows<{ service_count: number }>(
      'SELECT service_count FROM vehicle WHERE store_id = $1 AND id = $2',
      vehicleId,
    )
    return row?.service_count
  }
  const visit = (on: string, kind: string) =>
    rows(
      `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
      newId(),
      vehicleId,
      customerId,
      on,
      kind,
      '2026-11-21T00:00:00Z',
    )
  // checked before it was handed over, washed, and a second order on the day of its service
  await visit('2026-04-28', 'maintenance')
  await visit('2026-06-03', 'wash')
  await visit('2026-05-28', 'maintenance')
  expect(await count()).toBe(1)
  await scoped((scope) => planStore(scope, scope.today))
  const task = () =>
    rows<{ assignee_id: string | null; outcome: string | null }>(
      `SELECT assignee_id, outcome FROM task WHERE store_id = $1 AND programme = 'second-service'`,
    )
  expect(await task()).toEqual([{ assignee_id: advisor, outcome: null }])
  const next = newId()
  await rows('UPDATE customer SET advisor_id = $3 WHERE store_id = $1 AND id = $2', customerId, next)
  await scoped((scope) => factsChanged(scope, { customerIds: [customerId] }))
  expect(await task()).toEqual([{ assignee_id: next, outcome: null }])
  const colleague = newId()
  await rows(`UPDATE task SET assignee_id = $2 WHERE store_id = $1 AND programme = 'second-service'`, colleague)
  await rows('UPDATE vehicle SET interval_months = 5 WHERE store_id = $1 AND id = $2', vehicleId)
  await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
  await rows('UPDATE customer SET advisor_id = $3 WHERE store_id = $1 AND id = $2', customerId, advisor)
  await scoped((scope) => factsChanged(scope, { customerIds: [customerId] }))
  expect(await task()).toEqual([{ assignee_id: colleague, outcome: null }])
  await rows(
    `INSERT INTO served_elsewhere (store_id, id, customer_id, vehicle_id, served_on, told_at) VALUES ($1, $2, $3, $4, '2026-11-20', $5)`,
    newId(),
    customerId,
    vehicleId,
    '2026-11-21T00:00:00Z',
  )
  expect(await count()).toBe(2)
  await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
  expect(await task()).toEqual([{ assignee_id: colleague, outcome: 'elsewhere' }])
  await care.pool.end()
})
