import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { embeddedAdapter } from '../../messaging/channels/embedded.ts'
import { deliverDue } from '../../messaging/service.ts'
import { reportCall } from '../calls/report.ts'
import { noticesOfMonth, planSome, planStore, tasksStillOwed } from '../service.ts'
import { careStore } from '../testing.ts'
import { workNotices } from './work.ts'

const database = await testDatabase()
const care = await careStore(database, 'NOTICES')
afterAll(() => care.pool.end())

const platform = { pool: care.pool, clock: care.clock }
const adapters = (['sms', 'wechat', 'in-app'] as const).map((channel) => embeddedAdapter(channel, '店'))
const deliver = () => deliverDue(platform, care.store, { adapters, stillOwed: tasksStillOwed })
const work = () => workNotices(platform, care.store)
const plan = (text: string) => care.scoped((scope) => planStore(scope, Temporal.PlainDate.from(text)))

interface TaskRow {
  readonly id: string
  readonly programme: string
  readonly state: string
  readonly outcome: string | null
  readonly outcome_detail: Record<string, unknown> | null
  readonly reminded_at: string | null
}
const tasks = (programme: string) =>
  care.rows<TaskRow>('SELECT * FROM task WHERE store_id = $1 AND programme = $2 ORDER BY id', programme)
const messages = () =>
  care.rows<{
    id: string
    task_id: string
    state: string
    channel: string
    body: string
    reason: string | null
    purpose: string
  }>('SELECT * FROM message WHERE store_id = $1 ORDER BY created_at, id')
const closings = (taskId: string) =>
  care.rows<{ data: Record<string, unknown> }>(
    `SELECT data FROM timeline_event WHERE store_id = $1 AND task_id = $2 AND kind = 'task.closed'`,
    taskId,
  )

async function setWeather(id: string, ends: string): Promise<void> {
  await care.rows(
    `INSERT INTO weather_alert (store_id, id, source, area, kind, level, status, title, issued_at, ends_at, noted_at)
     VALUES ($1, $2, 'hand', '云江省虚川市', '暴雨', 'orange', 'issued', '暴雨', $3, $4, $3)`,
    id,
    care.clock.now().toString(),
    ends,
  )
  await care.rows(
    `INSERT INTO weather_touch (store_id, alert_id, region, out_of_town) VALUES ($1, $2, '虚河区', false)`,
    id,
  )
}

beforeEach(async () => {
  for (const table of [
    'attempt',
    'message',
    'timeline_event',
    'task',
    'weather_touch',
    'weather_alert',
    'plan_run',
    'customer_phone',
    'visit',
    'vehicle',
    'customer',
    'store_setting',
  ])
    await care.rows(`DELETE FROM ${table} WHERE store_id = $1`)
  care.clock.set('2026-11-21T02:00:00Z')
})

describe('a warning becomes messages (CARE-08, MSG-02)', () => {
  const alertId = '00000000-0000-7000-8000-00000000a1e7'

  async function customerIn(region: string) {
    const car = await care.addCar()
    await care.rows('UPDATE customer SET region = $3 WHERE store_id = $1 AND id = $2', car.customerId, region)
    return car
  }

  test('planned at once, sent, settled; a second round makes nothing twice', async () => {
    await customerIn('虚河区')
    await customerIn('远方市')
    await setWeather(alertId, '2026-11-21T12:00:00Z')
    expect(await care.scoped((scope) => planSome(scope, ['weather']))).toBe(1)
    expect(await work()).toEqual({ started: 1, missed: 0, settled: 0 })
    expect((await tasks('weather')).map((one) => one.state)).toEqual(['attempting'])
    expect(await work()).toEqual({ started: 0, missed: 0, settled: 0 })
    await deliver()
    expect(await work()).toEqual({ started: 0, missed: 0, settled: 1 })
    const [task] = await tasks('weather')
    expect(task).toMatchObject({ state: 'done', outcome: 'sent', outcome_detail: { channel: 'sms' } })
    expect(task?.reminded_at).toMatch(/^2026-11-21T02:00:00/)
    const [message, ...others] = await messages()
    expect(others).toEqual([])
    expect(message).toMatchObject({ task_id: task?.id, state: 'delivered', purpose: 'greeting' })
    expect(message?.body).toContain('云江省虚川市发布暴雨橙色预警')
    expect((await closings(task?.id ?? '')).map((one) => one.data)).toEqual([{ programme: 'weather', outcome: 'sent' }])
    expect(await care.scoped((scope) => planSome(scope, ['weather']))).toBe(0)
  })

  test('lifted before the message went: the task ends and the message is withdrawn', async () => {
    care.clock.set('2026-11-21T15:00:00Z')
    await customerIn('虚河区')
    await setWeather(alertId, '2026-11-22T12:00:00Z')
    await care.scoped((scope) => planSome(scope, ['weather']))
    await work()
    // 23:00 in the store: the gate holds the message until morning
    expect((await messages()).map((one) => one.state)).toEqual(['queued'])
    await care.rows(`UPDATE weather_alert SET status = 'lifted' WHERE store_id = $1`)
    await care.scoped((scope) => planSome(scope, ['weather']))
    care.clock.set('2026-11-22T01:00:00Z')
    await deliver()
    expect((await messages()).map((one) => one.state)).toEqual(['dropped'])
    await work()
    expect((await tasks('weather')).map((one) => [one.state, one.outcome])).toEqual([['cancelled', 'superseded']])
  })

  test('over before anything may be sent: not sent, with the reason', async () => {
    care.clock.set('2026-11-21T15:00:00Z')
    await customerIn('虚河区')
    await setWeather(alertId, '2026-11-21T22:00:00Z')
    await care.scoped((scope) => planSome(scope, ['weather']))
    await work()
    await work()
    const [task] = await tasks('weather')
    expect(task).toMatchObject({ state: 'failed', outcome: 'not-sent', outcome_detail: { reason: 'would-expire' } })
    expect((await closings(task?.id ?? ''))[0]?.data).toMatchObject({ outcome: 'not-sent', reason: 'would-expire' })
  })

  test('who allows no messages at all: not sent, with the reason', async () => {
    const { customerId } = await customerIn('虚河区')
    await care.rows(
      `UPDATE customer SET consents = '{"sms":false,"wechat":false}' WHERE store_id = $1 AND id = $2`,
      customerId,
    )
    await setWeather(alertId, '2026-11-21T12:00:00Z')
    await care.scoped((scope) => planSome(scope, ['weather']))
    await work()
    await work()
    expect((await tasks('weather'))[0]).toMatchObject({
      state: 'failed',
      outcome: 'not-sent',
      outcome_detail: { reason: 'opted-out' },
    })
  })

  test('a store that has switched every way off hears why nothing goes', async () => {
    await customerIn('虚河区')
    await care.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:weather', '{"values":{"viaSms":false,"viaWechat":false}}', now())`,
    )
    await setWeather(alertId, '2026-11-21T12:00:00Z')
    await care.scoped((scope) => planSome(scope, ['weather']))
    await work()
    expect((await tasks('weather'))[0]).toMatchObject({
      state: 'failed',
      outcome: 'not-sent',
      outcome_detail: { reason: 'no-channel' },
    })
  })

  test('two workers at once make one message a task', async () => {
    for (let i = 0; i < 30; i++) await customerIn('虚河区')
    await setWeather(alertId, '2026-11-21T12:00:00Z')
    await Promise.all([1, 2, 3].map(() => care.scoped((scope) => planSome(scope, ['weather']))))
    const counts = await Promise.all([work(), work(), work()])
    expect(counts.reduce((sum, one) => sum + one.started, 0)).toBe(30)
    expect((await messages()).length).toBe(30)
    await Promise.all([deliver(), deliver()])
    await Promise.all([work(), work()])
    const ended = await tasks('weather')
    expect(ended.map((one) => one.outcome)).toEqual(Array(30).fill('sent'))
    expect((await closings(ended[0]?.id ?? '')).length).toBe(1)
  })
})

describe('birthday (CARE-07)', () => {
  async function born(birthday: string) {
    const car = await care.addCar()
    await care.rows('UPDATE customer SET birthday = $3 WHERE store_id = $1 AND id = $2', car.customerId, birthday)
    return car
  }

  test('not called within two hours of opening: the message goes instead, and the call counts as missed', async () => {
    await born('1990-11-21')
    care.clock.set('2026-11-21T00:30:00Z')
    await plan('2026-11-21')
    care.clock.set('2026-11-21T02:29:00Z')
    expect((await work()).missed).toBe(0)
    care.clock.set('2026-11-21T02:30:00Z')
    expect((await work()).missed).toBe(1)
    const [task] = await tasks('birthday')
    expect(task).toMatchObject({ state: 'failed', outcome: 'unreachable', outcome_detail: { missed: true } })
    await deliver()
    const [message] = await messages()
    expect(message).toMatchObject({ task_id: task?.id, state: 'delivered', purpose: 'greeting' })
    expect(message?.body).toContain('生日快乐')
    expect((await work()).missed).toBe(0)
  })

  test('nobody answers the call: the birthday words go by message, for that day only', async () => {
    const { phoneIds } = await born('1990-11-21')
    care.clock.set('2026-11-21T00:40:00Z')
    await plan('2026-11-21')
    const [task] = await tasks('birthday')
    await care.as(care.agent('甲'), (scope) =>
      reportCall(scope, task?.id ?? '', { attemptId: care.newId(), phoneId: phoneIds[0] ?? null, result: 'no-answer' }),
    )
    expect((await tasks('birthday'))[0]).toMatchObject({ state: 'failed', outcome: 'unreachable' })
    const [message] = await care.rows<{ body: string; purpose: string; expires_at: string }>(
      'SELECT body, purpose, expires_at FROM message WHERE store_id = $1',
    )
    expect(message).toMatchObject({ purpose: 'greeting', body: expect.stringContaining('生日快乐') })
    expect(Temporal.Instant.from(new Date(message?.expires_at ?? '').toISOString()).toString()).toBe(
      '2026-11-21T16:00:00Z',
    )
    await deliver()
    expect((await messages()).map((one) => one.state)).toEqual(['delivered'])
  })

  test('who is on the phone, or asked for a later hour, is left alone', async () => {
    await born('1990-11-21')
    await born('1991-11-21')
    await plan('2026-11-21')
    const [one, other] = await tasks('birthday')
    await care.rows(
      `UPDATE task SET claimed_until = '2026-11-21T02:45:00Z', claimed_by = $2 WHERE store_id = $1 AND id = $3`,
      care.agent('甲').id,
      one?.id,
    )
    await care.rows(
      `UPDATE task SET waited_for = true, next_at = '2026-11-21T07:00:00Z' WHERE store_id = $1 AND id = $2`,
      other?.id,
    )
    care.clock.set('2026-11-21T02:40:00Z')
    expect((await work()).missed).toBe(0)
  })

  test('on a closed day the message goes that morning', async () => {
    await care.rows(`INSERT INTO store_closure (store_id, day, reason) VALUES ($1, '2026-11-25', '盘点')`)
    await born('1990-11-25')
    care.clock.set('2026-11-24T16:30:00Z')
    await plan('2026-11-25')
    expect(await tasks('birthday')).toEqual([])
    await work()
    care.clock.set('2026-11-25T00:59:00Z')
    await deliver()
    expect((await messages()).map((one) => one.state)).toEqual(['queued'])
    care.clock.set('2026-11-25T01:00:00Z')
    await deliver()
    expect((await messages()).map((one) => one.state)).toEqual(['delivered'])
    await work()
    expect((await tasks('birthday-message')).map((one) => one.outcome)).toEqual(['sent'])
    await care.rows('DELETE FROM store_closure WHERE store_id = $1')
  })
})

test('the customer who took do-not-disturb after the message was queued gets none', async () => {
  const { customerId } = await care.addCar()
  care.clock.set('2026-12-31T14:00:00Z')
  await plan('2026-12-31')
  await work()
  expect((await messages()).map((one) => one.state)).toEqual(['queued'])
  await care.rows('UPDATE customer SET do_not_disturb = true WHERE store_id = $1 AND id = $2', customerId)
  care.clock.set('2027-01-01T02:00:00Z')
  await deliver()
  expect((await messages()).map((one) => one.state)).toEqual(['dropped'])
  expect((await tasks('festival')).map((one) => one.outcome)).toEqual(['do-not-disturb'])
})

test('the notices of a month are counted: an occasion once, what nobody heard not at all (CARE-08)', async () => {
  const count = (month?: string) => care.scoped((scope) => noticesOfMonth(scope, month))
  await care.addCar()
  await care.addCar()
  expect(await count('2026-12')).toMatchObject({ least: 3, done: 0, planned: 1, missing: 2, weather: [] })
  expect(await count()).toMatchObject({ month: '2026-11', planned: 0, missing: 3 })
  care.clock.set('2026-12-21T02:00:00Z')
  await plan('2026-12-21')
  await work()
  await deliver()
  await work()
  expect(await count()).toMatchObject({
    done: 1,
    planned: 1,
    missing: 2,
    festivals: [{ day: '2026-12-22', sent: 2, state: 'sent' }],
  })
  await care.rows(
    `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:festival', '{"values":{"on-women":false}}', now())`,
  )
  expect((await count('2026-03')).festivals.map((one) => [one.en, one.state])).toEqual([['Lantern Festival', 'missed']])
})
