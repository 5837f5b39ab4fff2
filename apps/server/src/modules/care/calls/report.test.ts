import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore, type TestCar, testMoment } from '../testing.ts'
import { claimTask } from './claim.ts'
import { callList } from './list.ts'
import { type CallReport, reportCall } from './report.ts'

const database = await testDatabase()
const care = await careStore(database, 'CALLS')
afterAll(() => care.pool.end())
const { as, agent, addCar, rows, scoped, clock } = care
const [li, wang] = [agent('李'), agent('王')]
beforeEach(() => clock.set(testMoment))

interface Task {
  id: string
  state: string
  outcome: string | null
  next_at: string | null
  due_on: string
  blocked_by: string | null
  attempts: number
  next_phone_id: string | null
}
const tasksOf = (customerId: string, programme = 'regular-service') =>
  rows<Task>('SELECT * FROM task WHERE store_id = $1 AND customer_id = $2 AND programme = $3', customerId, programme)
const kindsOf = async (customerId: string) =>
  (
    await rows<{ kind: string }>(
      'SELECT kind FROM timeline_event WHERE store_id = $1 AND customer_id = $2 ORDER BY id',
      customerId,
    )
  ).map((event) => event.kind)
const one = async <Row extends object>(table: string, car: TestCar) =>
  (await rows<Row>(`SELECT * FROM ${table} WHERE store_id = $1 AND customer_id = $2`, car.customerId))[0]

async function planned(facts?: Parameters<typeof addCar>[0]) {
  const car = await addCar(facts)
  await scoped((scope) => planStore(scope, scope.today))
  const [task] = await tasksOf(car.customerId)
  if (!task) throw new Error('the car was not planned')
  return { ...car, taskId: task.id, task: async () => (await tasksOf(car.customerId))[0] }
}
type Given = Partial<CallReport> & Pick<CallReport, 'result'>
const call = (taskId: string, given: Given, actor = li) =>
  as(actor, (scope) => reportCall(scope, taskId, { attemptId: randomUUID(), phoneId: null, ...given }))
const problem = (name: string) => ({ data: { problem: name } })

describe('nobody answers (CARE-14)', () => {
  test('three calls in three days and three parts, then a message and a failed reminder', async () => {
    const car = await planned()
    const first = await call(car.taskId, { result: 'no-answer' })
    expect(first).toMatchObject({ decision: 'retry', task: { state: 'attempting', attempts: 1 } })
    const parts = new Set<string>()
    const days = new Set<string>()
    let next = first
    for (let tries = 0; next.nextAt; tries++) {
      expect(tries).toBeLessThan(3)
      clock.set(next.nextAt)
      days.add(next.nextAt.slice(0, 10))
      next = await call(car.taskId, { result: tries === 0 ? 'busy' : 'off' })
    }
    expect(next).toMatchObject({ decision: 'message-and-fail', sentMessage: true })
    expect(next.task).toMatchObject({ state: 'failed', outcome: 'unreachable', attempts: 3 })
    for (const { part } of await rows<{ part: string }>(
      'SELECT part FROM attempt WHERE store_id = $1 AND task_id = $2',
      car.taskId,
    ))
      parts.add(part)
    expect(parts).toEqual(new Set(['morning', 'midday', 'afternoon']))
    expect(days.size).toBe(2)
    expect(await one('message', car)).toMatchObject({ channel: 'sms', recipient: '13900000001', state: 'queued' })
    const kinds = ['task.planned', 'call.no-answer', 'call.busy', 'call.off', 'message.queued', 'task.closed']
    expect((await kindsOf(car.customerId)).sort()).toEqual(kinds.sort())
  })

  test('mail where the number takes no message', async () => {
    const car = await planned({ phones: ['02161234567'], email: 'a@example.com' })
    for (let next = await call(car.taskId, { result: 'no-answer' }); next.nextAt; ) {
      clock.set(next.nextAt)
      next = await call(car.taskId, { result: 'no-answer' })
    }
    expect(await one('message', car)).toMatchObject({ channel: 'mail', recipient: 'a@example.com' })
  })

  test('the second number is tried before the customer counts as unreachable', async () => {
    const car = await planned({ phones: ['13900000001', '13900000002'] })
    const numbers = new Set<string>()
    let next = await call(car.taskId, { result: 'no-answer', phoneId: car.phoneIds[0] ?? null })
    for (let tries = 0; next.nextAt && tries < 6; tries++) {
      clock.set(next.nextAt)
      numbers.add((await car.task())?.next_phone_id ?? '')
      next = await call(car.taskId, { result: 'no-answer' })
    }
    expect(numbers).toContain(car.phoneIds[1])
    expect(next.task.outcome).toBe('unreachable')
  })
})

describe('numbers', () => {
  test('a dead number goes to correction, the task waits and resumes with a new number', async () => {
    const car = await planned()
    const told = await call(car.taskId, { result: 'dead' })
    expect(told).toMatchObject({ decision: 'correct-number', task: { blockedBy: 'no-phone', state: 'attempting' } })
    const [correction] = await tasksOf(car.customerId, 'number-correction')
    expect(correction).toMatchObject({ id: told.correctionTaskId, state: 'open' })
    expect(await one('customer_phone', car)).toMatchObject({ state: 'dead' })
    clock.set('2026-11-21T03:00:00Z')
    const newPhone = randomUUID()
    await rows(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, position, updated_at) VALUES ($1, $2, $3, '13900000009', 1, $4)`,
      newPhone,
      car.customerId,
      clock.now().toString(),
    )
    await scoped((scope) => factsChanged(scope, { customerIds: [car.customerId] }))
    expect(await car.task()).toMatchObject({ blocked_by: null, state: 'attempting' })
    expect((await tasksOf(car.customerId, 'number-correction'))[0]).toMatchObject({
      state: 'done',
      outcome: 'corrected',
    })
    // the corrected number gets its three calls
    expect(await call(car.taskId, { result: 'no-answer', phoneId: newPhone })).toMatchObject({ decision: 'retry' })
  })

  test('a wrong number with another one left: call that at once, the call stays with the agent', async () => {
    const car = await planned({ phones: ['13900000001', '13900000002'] })
    await as(li, (scope) => claimTask(scope, car.taskId))
    const told = await call(car.taskId, { result: 'wrong-person', phoneId: car.phoneIds[0] ?? null })
    expect(told).toMatchObject({ decision: 'other-phone', task: { blockedBy: null, claimedByName: null } })
    expect(await car.task()).toMatchObject({ next_phone_id: car.phoneIds[1], claimed_by: li.id })
    expect(told.correctionTaskId).not.toBeNull()
    expect((await tasksOf(car.customerId, 'number-correction')).length).toBe(1)
  })
})

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
    await scoped((scope) => planStore(scope, scope.today))
    expect((await tasksOf(car.customerId)).map((task) => task.state)).toEqual(['open', 'open'])
    await call(car.taskId, reached('do-not-disturb'))
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

describe('races', () => {
  test('the same attempt sent twice, also at once, counts once', async () => {
    const car = await planned()
    const report = { attemptId: randomUUID(), result: 'no-answer' as const, phoneId: null }
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => as(li, (scope) => reportCall(scope, car.taskId, report))),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await car.task()).toMatchObject({ attempts: 1 })
    expect((await rows('SELECT id FROM attempt WHERE store_id = $1 AND task_id = $2', car.taskId)).length).toBe(1)
    const other = await planned()
    await expect(as(li, (scope) => reportCall(scope, other.taskId, report))).rejects.toMatchObject(
      problem('idempotency.reused'),
    )
  })

  test('a result after the visit arrived is a conflict, and the other way round nothing is lost', async () => {
    for (let round = 0; round < 8; round++) {
      const car = await planned()
      const arrive = scoped(async (scope) => {
        await scope.tx
          .insertInto('visit')
          .values({
            storeId: scope.storeId,
            id: scope.newId(),
            vehicleId: car.vehicleId,
            customerId: car.customerId,
            arrivedOn: '2026-11-21',
            kind: 'maintenance',
            createdAt: testMoment,
            updatedAt: testMoment,
          })
          .execute()
        await refreshVehicles(scope, [car.vehicleId])
        return factsChanged(scope, { vehicleIds: [car.vehicleId] })
      })
      const [visit, report] = await Promise.allSettled([arrive, call(car.taskId, { result: 'no-answer' })])
      expect(visit.status).toBe('fulfilled')
      if (report.status === 'rejected') expect(report.reason).toMatchObject(problem('task.closed'))
      expect(await car.task()).toMatchObject({ state: 'done', outcome: 'returned' })
    }
  })

  test('who does not hold the call cannot report it', async () => {
    const car = await planned()
    await as(li, (scope) => claimTask(scope, car.taskId))
    await expect(call(car.taskId, { result: 'no-answer' }, wang)).rejects.toMatchObject(problem('task.taken'))
    await call(car.taskId, { result: 'no-answer' }, li)
  })

  test('two different results at once: one counts, the other hears that the task ended', async () => {
    const car = await planned()
    const results = await Promise.allSettled([
      call(car.taskId, { result: 'refused' }),
      call(car.taskId, { result: 'reached', outcome: 'sold' }),
    ])
    expect(results.filter((one) => one.status === 'fulfilled').length).toBe(1)
    expect((await rows('SELECT id FROM attempt WHERE store_id = $1 AND task_id = $2', car.taskId)).length).toBe(1)
  })
})
