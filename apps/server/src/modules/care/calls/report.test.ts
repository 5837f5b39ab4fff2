import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { refreshVehicles } from '../../base/vehicles/service.ts'
import { factsChanged, planStore } from '../service.ts'
import { testMoment } from '../testing.ts'
import { claimTask } from './claim.ts'
import { reportCall } from './report.ts'
import { callDesk, problem } from './testing.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'CALLS')
afterAll(() => desk.pool.end())
beforeEach(() => desk.clock.set(testMoment))
const { as, agent, li, scoped, rows, clock, planned, call, one, giveNumber, tasksOf, kindsOf } = desk

const wang = agent('王')

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
    expect(await one('message', car)).toMatchObject({
      channel: 'sms',
      channels: ['sms'],
      purpose: 'reminder',
      state: 'queued',
    })
    const kinds = ['task.planned', 'call.no-answer', 'call.busy', 'call.off', 'message.queued', 'task.closed']
    expect((await kindsOf(car.customerId)).sort()).toEqual(kinds.sort())
  })

  test('mail where the number takes no message', async () => {
    const car = await planned({ phones: ['02161234567'], email: 'a@example.com' })
    for (let next = await call(car.taskId, { result: 'no-answer' }); next.nextAt; ) {
      clock.set(next.nextAt)
      next = await call(car.taskId, { result: 'no-answer' })
    }
    expect(await one('message', car)).toMatchObject({ channel: 'email', channels: ['email'], state: 'queued' })
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
    const newPhone = await giveNumber(car.customerId, '13900000009')
    expect(await car.task()).toMatchObject({ blocked_by: null, state: 'attempting' })
    expect((await tasksOf(car.customerId, 'number-correction'))[0]).toMatchObject({
      state: 'done',
      outcome: 'corrected',
    })
    // the corrected number gets its three calls
    expect(await call(car.taskId, { result: 'no-answer', phoneId: newPhone })).toMatchObject({ decision: 'retry' })
  })

  test('a birthday call that met a dead number is made again to the new one, and kept by that (CARE-07)', async () => {
    const car = await planned()
    await rows(
      `UPDATE customer SET birthday = $3::date - interval '40 years' WHERE store_id = $1 AND id = $2`,
      car.customerId,
      testMoment.slice(0, 10),
    )
    await scoped((scope) => factsChanged(scope, { customerIds: [car.customerId] }))
    await scoped((scope) => planStore(scope, scope.today))
    const birthdayTask = async () => (await tasksOf(car.customerId, 'birthday'))[0]
    const taskId = (await birthdayTask())?.id ?? ''
    expect(await call(taskId, { result: 'dead' })).toMatchObject({ decision: 'correct-number' })
    expect(await birthdayTask()).toMatchObject({ blocked_by: 'no-phone' })
    expect((await tasksOf(car.customerId, 'number-correction'))[0]).toMatchObject({ state: 'open' })
    clock.set(clock.now().add({ minutes: 20 }).toString())
    const newPhone = await giveNumber(car.customerId, '13900000019')
    expect(await birthdayTask()).toMatchObject({ blocked_by: null, state: 'attempting' })
    await call(taskId, { result: 'reached', outcome: 'later', phoneId: newPhone })
    expect(await birthdayTask()).toMatchObject({ state: 'done' })
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
