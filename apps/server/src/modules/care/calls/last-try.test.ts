import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { messagesOfCustomer } from '../../messaging/of-customer.ts'
import { deliverDue } from '../../messaging/service.ts'
import { provider } from '../../messaging/testing.ts'
import { planStore, tasksStillOwed } from '../service.ts'
import { testMoment } from '../testing.ts'
import { callDesk } from './testing.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'LASTTRY')
afterAll(() => desk.pool.end())
const { scoped, rows, clock, addCar, tasksOf, call, one } = desk
beforeEach(async () => {
  clock.set(testMoment)
  await rows('DELETE FROM store_setting WHERE store_id = $1')
  await rows('DELETE FROM message_template WHERE store_id = $1')
})

const due = { inspection_due_on: '2026-11-30', compulsory_expiry_on: '2026-12-10', anchor_on: '2026-11-01' }

/** A car whose task of a programme was called until nobody calls any more; what the last call told. */
async function givenUp(programme: string, { wechat = false, email }: { wechat?: boolean; email?: string } = {}) {
  const car = await addCar({ vehicle: due, ...(email ? { email } : {}) })
  if (wechat) {
    await rows(
      `INSERT INTO channel_address (store_id, channel, address, customer_id, reachable, changed_at)
       VALUES ($1, 'wechat', $2, $3, true, $4)`,
      `open-${car.customerId}`,
      car.customerId,
      testMoment,
    )
  }
  await scoped((scope) => planStore(scope, scope.today))
  const [task] = await tasksOf(car.customerId, programme)
  let told = await call(task?.id ?? '', { result: 'no-answer' })
  for (; told.nextAt; told = await call(task?.id ?? '', { result: 'no-answer' })) clock.set(told.nextAt)
  const [sms, openId, mail] = [provider('sms'), provider('wechat'), provider('email')]
  const send = () =>
    deliverDue({ pool: desk.pool, clock }, desk.store, {
      adapters: [sms, openId, mail].map(({ adapter }) => adapter),
      stillOwed: tasksStillOwed,
    })
  return { car, told, sms, wechat: openId, mail, send, message: () => one('message', car) }
}

const set = (programme: string, values: object) =>
  rows(
    `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, $2, $3, now())`,
    `programme:${programme}`,
    JSON.stringify({ values }),
  )

describe.each(['inspection', 'insurance-renewal'])('after the last call of %s (MSG-04)', (programme) => {
  test('the message goes by WeChat', async () => {
    const { told, sms, wechat, send, message } = await givenUp(programme, { wechat: true })
    expect(told).toMatchObject({ decision: 'message-and-fail', sentMessage: true })
    await send()
    expect([sms.handed.size, wechat.handed.size]).toEqual([0, 1])
    expect(await message()).toMatchObject({ state: 'sent', channel: 'wechat', channels: ['wechat', 'sms'] })
  })

  test('and not by SMS where he is not there: it says why', async () => {
    const { car, sms, send, message } = await givenUp(programme)
    await send()
    expect(sms.handed.size).toBe(0)
    expect(await message()).toMatchObject({ state: 'failed', reason: 'text-refused' })
    const shown = await scoped((scope) => messagesOfCustomer(scope, car.customerId))
    expect(shown.messages).toMatchObject([{ state: 'failed', reason: 'text-refused', programme }])
  })

  test('a store that wants SMS first has it go by WeChat all the same', async () => {
    await set(programme, { fallback: 'sms' })
    const { sms, wechat, send, message } = await givenUp(programme, { wechat: true, email: 'a@example.com' })
    expect(await message()).toMatchObject({ channel: 'wechat', channels: ['sms', 'wechat', 'email'] })
    await send()
    expect([sms.handed.size, wechat.handed.size]).toEqual([0, 1])
  })

  test('e-mail takes it where neither does', async () => {
    const { mail, send } = await givenUp(programme, { email: 'a@example.com' })
    await send()
    expect(mail.handed.size).toBe(1)
  })

  test('a text of the store’s own that passes goes by SMS', async () => {
    await rows(
      `INSERT INTO message_template (store_id, id, key, channel, version, purpose, body, state, created_at)
       VALUES ($1, gen_random_uuid(), $2, 'sms', 1, 'reminder', '您的{{车牌}}有一项手续即将到期，请致电{{门店电话}}。', 'approved', now())`,
      programme,
    )
    const { sms, send, message } = await givenUp(programme)
    await send()
    expect(sms.handed.size).toBe(1)
    expect(await message()).toMatchObject({ state: 'sent', channel: 'sms', body: expect.stringContaining('一项手续') })
  })
})

test('whoever allows neither WeChat nor mail: no message is promised, and the outbox says why', async () => {
  const programme = 'inspection'
  const { customerId } = await addCar({ vehicle: due })
  await rows(`UPDATE customer SET consents = '{"wechat":false}' WHERE store_id = $1 AND id = $2`, customerId)
  await scoped((scope) => planStore(scope, scope.today))
  const [task] = await tasksOf(customerId, programme)
  let told = await call(task?.id ?? '', { result: 'no-answer' })
  for (; told.nextAt; told = await call(task?.id ?? '', { result: 'no-answer' })) clock.set(told.nextAt)
  expect(told).toMatchObject({ decision: 'message-and-fail', sentMessage: false })
  await deliverDue({ pool: desk.pool, clock }, desk.store, {
    adapters: [provider('sms').adapter, provider('wechat').adapter],
    stillOwed: tasksStillOwed,
  })
  const [message] = await rows('SELECT state, reason FROM message WHERE store_id = $1 AND customer_id = $2', customerId)
  expect(message).toEqual({ state: 'failed', reason: 'text-refused' })
})
