import { afterAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { embeddedAdapter } from '../../messaging/channels/embedded.ts'
import { deliverDue } from '../../messaging/service.ts'
import { changeProgramme, programmesOf } from '../../settings/programmes.ts'
import { claimNext, claimTask } from '../calls/claim.ts'
import { callList } from '../calls/list.ts'
import { callDesk } from '../calls/testing.ts'
import { workNotices } from '../notices/work.ts'
import { planStore, tasksStillOwed } from '../service.ts'

const desk = await callDesk(await testDatabase(), 'SWITCHED-OFF')
afterAll(() => desk.pool.end())
beforeEach(() => desk.clock.set('2026-11-21T00:40:00Z'))

const platform = { pool: desk.pool, clock: desk.clock }
const adapters = [embeddedAdapter('sms', '店')]
const deliver = () => deliverDue(platform, desk.store, { adapters, stillOwed: tasksStillOwed })
const plan = () => desk.scoped((scope) => planStore(scope, scope.today))
const next = () => desk.as(desk.li, (scope) => claimNext(scope, undefined))
const listed = async () => (await desk.scoped((scope) => callList(scope, { when: 'all', limit: 50 }))).rows
const messages = (customerId: string) =>
  desk.rows<{ state: string; reason: string | null }>(
    'SELECT state, reason FROM message WHERE store_id = $1 AND customer_id = $2 ORDER BY created_at, id',
    customerId,
  )
const turn = (programme: string, enabled: boolean) =>
  desk.scoped(async (scope) => {
    const { version = 0 } = (await programmesOf(scope)).find((one) => one.programme === programme) ?? {}
    await changeProgramme(scope, { programme, enabled, values: {}, version })
  })

test('a programme switched off is not called any more but by who is on the phone; switched on, what is owed comes back', async () => {
  const [open, held, served] = [await desk.planned(), await desk.planned(), await desk.planned()]
  await desk.as(desk.agent('王'), (scope) => claimTask(scope, held.taskId))
  await turn('regular-service', false)
  expect(await next()).toBeUndefined()
  expect((await listed()).map(({ id }) => id)).toEqual([held.taskId])
  expect(await plan()).toMatchObject({ 'regular-service': { due: 0, created: 0 } })
  await desk.call(held.taskId, { result: 'reached', outcome: 'later' }, desk.agent('王'))

  await desk.rows(`UPDATE vehicle SET anchor_on = '2026-11-21' WHERE store_id = $1 AND id = $2`, served.vehicleId)
  await turn('regular-service', true)
  expect((await listed()).map(({ id }) => id)).toEqual([open.taskId])
  expect(await next()).toBe(open.taskId)
})

test('its last word to whom nobody reached does not go', async () => {
  const { taskId, customerId } = await desk.planned()
  await desk.scoped(async (scope) => {
    const { version } = (await programmesOf(scope)).find((one) => one.programme === 'regular-service') ?? { version: 0 }
    await changeProgramme(scope, { programme: 'regular-service', enabled: true, values: { tries: 1 }, version })
  })
  expect(await desk.call(taskId, { result: 'no-answer' })).toMatchObject({ sentMessage: true })
  await turn('regular-service', false)
  await deliver()
  expect(await messages(customerId)).toEqual([{ state: 'dropped', reason: 'not-owed' }])
})

async function bornOnClosedDay(day: string) {
  const { customerId } = await desk.addCar()
  await desk.rows(
    'UPDATE customer SET birthday = $3 WHERE store_id = $1 AND id = $2',
    customerId,
    `1990-${day.slice(5)}`,
  )
  await desk.rows(`INSERT INTO store_closure (store_id, day, reason) VALUES ($1, $2, '盘点')`, day)
  desk.clock.set(`${day}T00:00:00+08:00`)
  await plan()
  await workNotices(platform, desk.store)
  expect(await messages(customerId)).toMatchObject([{ state: 'queued' }])
  await turn('birthday-message', false)
  desk.clock.set(`${day}T09:00:00+08:00`)
  return customerId
}

test('its queued messages do not go, and those still owed are written anew when it is switched on', async () => {
  const customerId = await bornOnClosedDay('2026-11-22')
  await deliver()
  expect(await messages(customerId)).toEqual([{ state: 'dropped', reason: 'not-owed' }])
  await workNotices(platform, desk.store)
  expect(await desk.tasksOf(customerId, 'birthday-message')).toMatchObject([{ state: 'cancelled' }])

  await turn('birthday-message', true)
  await workNotices(platform, desk.store)
  await deliver()
  expect((await messages(customerId)).map(({ state }) => state)).toEqual(['dropped', 'delivered'])
})

test('switched on again before its message was due, it sends the one and no second', async () => {
  const customerId = await bornOnClosedDay('2026-11-23')
  await turn('birthday-message', true)
  await workNotices(platform, desk.store)
  await deliver()
  await workNotices(platform, desk.store)
  expect((await messages(customerId)).map(({ state }) => state)).toEqual(['delivered'])
  expect(await desk.tasksOf(customerId, 'birthday-message')).toMatchObject([{ state: 'done', outcome: 'sent' }])
})
