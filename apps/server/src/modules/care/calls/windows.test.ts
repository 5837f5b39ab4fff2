import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { factsChanged, planStore } from '../service.ts'
import { testMoment } from '../testing.ts'
import { claimTask } from './claim.ts'
import { callDesk } from './testing.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'WINDOWS')
afterAll(() => desk.pool.end())
beforeEach(() => desk.clock.set(testMoment))
const { as, li, scoped, rows, clock, planned, call, giveNumber, setBooking, tasksOf } = desk

const plan = () => scoped((scope) => planStore(scope, scope.today))
const setTask = (id: string, columns: string, ...values: unknown[]) =>
  rows(`UPDATE task SET ${columns} WHERE store_id = $1 AND id = $2`, id, ...values)

describe('the hour a customer named', () => {
  test('is not brought forward when somebody opens the task in closed time', async () => {
    const car = await planned()
    const told = await call(car.taskId, { result: 'reached', outcome: 'later', laterOn: '2026-12-20' })
    expect(told.nextAt).toBe('2026-12-20T00:30:00Z')
    clock.set('2026-11-21T10:00:00Z')
    expect(await as(li, (scope) => claimTask(scope, car.taskId))).toMatchObject({ taken: false, reason: 'closed' })
    expect((await car.task())?.next_at).toBe('2026-12-20T00:30:00Z')
  })

  test('outlives the last day of its reminder, and no longer than that', async () => {
    // due on 23 August, worth a call until today
    const car = await planned({ vehicle: { anchor_on: '2026-02-23', last_visit_on: '2026-02-23' } })
    expect(await rows('SELECT closes_on FROM task WHERE store_id = $1 AND id = $2', car.taskId)).toEqual([
      { closes_on: '2026-11-21' },
    ])
    const wish = { result: 'reached', outcome: 'callback', callbackAt: '2026-11-23T02:00:00Z' } as const
    expect((await call(car.taskId, wish)).nextAt).toBe('2026-11-23T02:00:00Z')
    clock.set('2026-11-22T01:00:00Z')
    await plan()
    clock.set('2026-11-23T02:00:00Z')
    await plan()
    expect(await car.task()).toMatchObject({ state: 'attempting' })
    expect(await as(li, (scope) => claimTask(scope, car.taskId))).toEqual({ taken: true })
    const missed = await call(car.taskId, { result: 'no-answer' })
    expect([missed.decision, missed.nextAt?.slice(0, 10)]).toEqual(['retry', '2026-11-23'])
    clock.set('2026-11-24T01:00:00Z')
    await plan()
    expect(await car.task()).toMatchObject({ state: 'failed', outcome: 'expired' })
  })
})

describe('tries', () => {
  test('of a task on its last day are made that day, then comes the message', async () => {
    const car = await planned()
    await setTask(car.taskId, `closes_on = '2026-11-21'`)
    const days: string[] = []
    let told = await call(car.taskId, { result: 'no-answer' })
    for (; told.nextAt; told = await call(car.taskId, { result: 'no-answer' })) {
      days.push(told.nextAt.slice(0, 10))
      clock.set(told.nextAt)
    }
    expect(days).toEqual(['2026-11-21', '2026-11-21'])
    expect(told).toMatchObject({ decision: 'message-and-fail', sentMessage: true })
  })

  test('from before the due date moved away count no more', async () => {
    const car = await planned()
    await call(car.taskId, { result: 'no-answer' })
    await setTask(car.taskId, `due_on = '2027-02-28', opens_on = '2027-02-14', closes_on = '2027-05-29'`)
    clock.set('2027-02-15T02:00:00Z')
    expect(await call(car.taskId, { result: 'no-answer' })).toMatchObject({ decision: 'retry' })
  })

  test('from just before a window that moved by a day count on', async () => {
    const car = await planned()
    const decisions = []
    for (const [moment, opensOn] of [
      ['2026-11-21T02:00:00Z', '2026-11-22'],
      ['2026-11-22T04:00:00Z', '2026-11-23'],
      ['2026-11-23T07:00:00Z', '2026-11-23'],
    ] as const) {
      clock.set(moment)
      decisions.push((await call(car.taskId, { result: 'no-answer' })).decision)
      await setTask(car.taskId, 'opens_on = $3', opensOn)
    }
    expect(decisions).toEqual(['retry', 'retry', 'message-and-fail'])
  })
})

test('a complaint whose number was dead goes on once there is another', async () => {
  const car = await planned()
  await call(car.taskId, { result: 'reached', outcome: 'complaint', complaint: '等了两个小时' })
  const complaint = async () => (await tasksOf(car.customerId, 'complaint'))[0]
  const id = (await complaint())?.id ?? ''
  expect(await call(id, { result: 'dead' })).toMatchObject({ decision: 'correct-number' })
  expect(await complaint()).toMatchObject({ blocked_by: 'no-phone', state: 'attempting' })
  await giveNumber(car.customerId, '13900000029')
  expect(await complaint()).toMatchObject({ blocked_by: null, state: 'attempting' })
  expect(await as(li, (scope) => claimTask(scope, id))).toEqual({ taken: true })
})

test('moved away, told in a birthday call, is not asked again by the next plan', async () => {
  const car = await planned()
  await rows(`UPDATE customer SET birthday = '1986-11-21' WHERE store_id = $1 AND id = $2`, car.customerId)
  await plan()
  const birthday = async () => (await tasksOf(car.customerId, 'birthday'))[0]
  await call((await birthday())?.id ?? '', { result: 'reached', outcome: 'moved-away' })
  await plan()
  expect(await birthday()).toMatchObject({ state: 'cancelled', outcome: 'moved-away' })
})

test('a cancelled appointment gives back every reminder it had closed, unless another one stands', async () => {
  const car = await planned({ vehicle: { warranty_end_on: '2026-12-10' } })
  const states = async () =>
    Object.fromEntries(
      (
        await rows<{ programme: string; state: string }>(
          `SELECT programme, state FROM task WHERE store_id = $1 AND vehicle_id = $2 AND programme IN ('regular-service', 'warranty-expiry')`,
          car.vehicleId,
        )
      ).map(({ programme, state }) => [programme, state]),
    )
  expect(await states()).toEqual({ 'regular-service': 'open', 'warranty-expiry': 'open' })
  const appointment = { day: '2026-11-25', time: '10:00' }
  await call((await tasksOf(car.customerId, 'warranty-expiry'))[0]?.id ?? '', {
    result: 'reached',
    outcome: 'booked',
    appointment,
  })
  await scoped((scope) => factsChanged(scope, { vehicleIds: [car.vehicleId] }))
  expect(await states()).toEqual({ 'regular-service': 'done', 'warranty-expiry': 'done' })
  const [made] = await rows<{ id: string }>(
    'SELECT id FROM appointment WHERE store_id = $1 AND vehicle_id = $2',
    car.vehicleId,
  )
  const other = randomUUID()
  await rows(
    `INSERT INTO appointment (store_id, id, customer_id, vehicle_id, day, created_at) VALUES ($1, $2, $3, $4, '2026-11-27', $5)`,
    other,
    car.customerId,
    car.vehicleId,
    testMoment,
  )
  const cancel = (id: string) => setBooking(id, { state: 'cancelled' })
  await cancel(made?.id ?? '')
  expect(await states()).toEqual({ 'regular-service': 'done', 'warranty-expiry': 'done' })
  await cancel(other)
  expect((await states())['regular-service']).toBe('open')
})
