import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import { createWebhook } from '../../integrations/webhooks.ts'
import { planStore } from '../service.ts'
import { testMoment } from '../testing.ts'
import { callList } from './list.ts'
import type { CallReport } from './report.ts'
import { callDesk, type Given, problem } from './testing.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'OUTCOMES')
afterAll(() => desk.pool.end())
beforeEach(() => desk.clock.set(testMoment))
const { scoped, rows, clock, planned, call, one, tasksOf, kindsOf } = desk

describe('what a reached customer says (CARE-15)', () => {
  const reached = (outcome: CallReport['outcome'], more: Partial<CallReport> = {}): Given => ({
    result: 'reached',
    outcome,
    ...more,
  })

  test('booked: an appointment, the task done; a closed day and a missing day are refused', async () => {
    const car = await planned()
    await expect(call(car.taskId, reached('booked'))).rejects.toMatchObject(problem('outcome.detail-missing'))
    await expect(
      call(car.taskId, reached('booked', { appointment: { day: '2026-11-01', time: null } })),
    ).rejects.toMatchObject(problem('date.past'))
    const told = await call(car.taskId, reached('booked', { appointment: { day: '2026-11-24', time: '09:30' } }))
    expect(told.task).toMatchObject({ state: 'done', outcome: 'booked' })
    expect(await one('appointment', car)).toMatchObject({ day: '2026-11-24', at_time: '09:30:00', state: 'booked' })
    expect(await kindsOf(car.customerId)).toEqual(
      expect.arrayContaining(['appointment.booked', 'task.closed', 'call.reached']),
    )
  })

  test('a wish for a time is that time', async () => {
    const car = await planned()
    const told = await call(car.taskId, reached('callback', { callbackAt: '2026-11-22T07:00:00Z' }))
    expect(told).toMatchObject({ decision: 'wish', nextAt: '2026-11-22T07:00:00Z', task: { state: 'attempting' } })
    const listed = async () =>
      (await scoped((scope) => callList(scope, { when: 'now', limit: 200 }))).rows.map((row) => row.id)
    clock.set('2026-11-22T06:59:00Z')
    expect(await listed()).not.toContain(car.taskId)
    clock.set('2026-11-22T07:00:00Z')
    expect(await listed()).toContain(car.taskId)
  })

  test('later with a day: asked again then; without one: reminded', async () => {
    const car = await planned()
    expect(await call(car.taskId, reached('later', { laterOn: '2026-12-01' }))).toMatchObject({
      decision: 'wish',
      nextAt: '2026-12-01T00:30:00Z',
    })
    clock.set('2026-12-01T00:30:00Z')
    expect((await call(car.taskId, reached('later'))).task).toMatchObject({ state: 'done', outcome: 'later' })
  })

  test('served elsewhere: counted apart and a new anchor', async () => {
    const car = await planned()
    const elsewhere = { servedOn: '2026-11-15', shop: '路边店', priceFen: 29_900, reason: '便宜' }
    const told = await call(car.taskId, reached('elsewhere', { elsewhere }))
    expect(told.task).toMatchObject({ state: 'done', outcome: 'elsewhere' })
    expect(await one('served_elsewhere', car)).toMatchObject({
      served_on: '2026-11-15',
      shop: '路边店',
      price_fen: 29_900,
    })
    const [vehicle] = await rows(
      'SELECT anchor_on, anchor_kind FROM vehicle WHERE store_id = $1 AND id = $2',
      car.vehicleId,
    )
    expect(vehicle).toEqual({ anchor_on: '2026-11-15', anchor_kind: 'elsewhere' })
  })

  test.each([
    ['sold', 'state', 'sold'],
    ['moved-away', 'state', 'moved-away'],
    ['handed-over', 'state', 'handed-over'],
    ['commercial-use', 'purpose', 'commercial'],
  ] as const)('%s: the vehicle says so and is not planned again', async (outcome, column, value) => {
    const car = await planned()
    const told = await call(car.taskId, reached(outcome))
    expect(told.task).toMatchObject({ state: 'cancelled', outcome })
    const [vehicle] = await rows<Record<string, unknown>>(
      'SELECT * FROM vehicle WHERE store_id = $1 AND id = $2',
      car.vehicleId,
    )
    expect(vehicle?.[column]).toBe(value)
    expect(vehicle?.staff_corrected).toHaveProperty(column)
    await scoped((scope) => planStore(scope, scope.today.add({ days: 1 })))
    expect((await tasksOf(car.customerId)).length).toBe(1)
  })

  test('do not disturb closes every open task of the customer', async () => {
    const car = await planned()
    const second = randomUUID()
    await rows(
      `INSERT INTO vehicle (store_id, id, owner_id, anchor_on, anchor_kind, created_at, updated_at) VALUES ($1, $2, $3, '2026-05-20', 'service', $4, $4)`,
      second,
      car.customerId,
      testMoment,
    )
    const url = 'https://listener.example/hook'
    await scoped((scope) => createWebhook(scope, { url, events: ['task.created', 'task.closed'] }))
    const told = async (topic: string) =>
      (
        await rows<{ id: string }>(
          `SELECT payload ->> 'taskId' AS id FROM outbox_event WHERE store_id = $1 AND topic = '${topic}' ORDER BY 1`,
        )
      ).map(({ id }) => id)
    await scoped((scope) => planStore(scope, scope.today))
    expect((await tasksOf(car.customerId)).map((task) => task.state)).toEqual(['open', 'open'])
    const ids = (await tasksOf(car.customerId)).map((task) => task.id as string).sort()
    // whoever asked for the plan, and also of those that close beside the one in hand
    expect(await told('task.created')).toEqual(expect.arrayContaining(ids))
    await call(car.taskId, reached('do-not-disturb'))
    expect(await told('task.closed')).toEqual(ids)
    expect((await tasksOf(car.customerId)).map((task) => [task.state, task.outcome])).toEqual([
      ['cancelled', 'do-not-disturb'],
      ['cancelled', 'do-not-disturb'],
    ])
    expect(await rows('SELECT do_not_disturb FROM customer WHERE store_id = $1 AND id = $2', car.customerId)).toEqual([
      { do_not_disturb: true },
    ])
  })

  test('a complaint becomes a task of its own, its words stay off the timeline', async () => {
    const car = await planned()
    await call(car.taskId, reached('complaint', { complaint: '上次保养后漏油' }))
    expect((await tasksOf(car.customerId, 'complaint'))[0]).toMatchObject({
      state: 'open',
      why: { said: '上次保养后漏油' },
    })
    const events = await rows(
      'SELECT data::text FROM timeline_event WHERE store_id = $1 AND customer_id = $2',
      car.customerId,
    )
    expect(JSON.stringify(events)).not.toContain('漏油')
    expect(await car.task()).toMatchObject({ state: 'done', outcome: 'complaint' })
  })

  test('mileage not reached: a plausible reading moves the date of the same task, a rollback is refused and moves nothing', async () => {
    const vehicle = {
      anchor_km: 20_000,
      odometer_km: 20_000,
      odometer_on: '2026-05-28',
      interval_months: 12,
      interval_km: 5_000,
      daily_km: 29,
    }
    const car = await planned({ vehicle })
    for (const [on, km] of [
      ['2025-05-28', 10_000],
      ['2025-11-28', 15_000],
      ['2026-05-28', 20_000],
    ] as const) {
      await rows(
        `INSERT INTO odometer_reading (store_id, id, vehicle_id, read_on, km, source, created_at) VALUES ($1, $2, $3, $4, $5, 'visit', $6)`,
        randomUUID(),
        car.vehicleId,
        on,
        km,
        testMoment,
      )
    }
    await scoped((scope) => refreshVehicles(scope, [car.vehicleId]))
    const before = await car.task()
    for (const odometerKm of [19_000, 2_000_000]) {
      await expect(call(car.taskId, reached('mileage-not-reached', { odometerKm }))).rejects.toMatchObject(
        problem('odometer.refused'),
      )
    }
    expect(await car.task()).toEqual(before)
    const told = await call(car.taskId, reached('mileage-not-reached', { odometerKm: 21_500 }))
    expect(told).toMatchObject({ decision: 'redate', task: { id: before?.id, state: 'attempting' } })
    expect(told.task.dueOn > (before?.due_on ?? '')).toBe(true)
    expect(await kindsOf(car.customerId)).toContain('task.due-moved')
  })

  test('mileage not reached though the time is up: asked again when the mileage comes near', async () => {
    const vehicle = { anchor_km: 20_000, odometer_km: 20_000, odometer_on: '2026-05-28', interval_km: 10_000 }
    const car = await planned({ vehicle })
    await rows(
      `INSERT INTO odometer_reading (store_id, id, vehicle_id, read_on, km, source, created_at) VALUES ($1, $2, $3, '2026-05-28', 20000, 'visit', $4)`,
      randomUUID(),
      car.vehicleId,
      testMoment,
    )
    const told = await call(car.taskId, reached('mileage-not-reached', { odometerKm: 23_000 }))
    expect(told.task.dueOn).toBe('2026-11-28')
    expect(told.nextAt && told.nextAt > '2026-11-22').toBe(true)
  })

  test('a refusal ends the cycle', async () => {
    const car = await planned()
    expect((await call(car.taskId, { result: 'refused' })).task).toMatchObject({ state: 'done', outcome: 'refused' })
  })
})
