import { randomUUID } from 'node:crypto'
import { may, permissions } from '@changhui/rules/permissions'
import { createRouterClient } from '@orpc/server'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../platform/config.ts'
import { openDb } from '../../platform/db.ts'
import type { StoreRequest } from '../../platform/http/context.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { messagesRoutes } from './routes.ts'
import { receiveReply, recordReceipt } from './service.ts'
import { messageStore, morning, provider } from './testing.ts'

const database = await testDatabase()
const shop = await messageStore(database, 'OUTBOX')
const { person, wish, queue, deliver, store, scoped, rows } = shop
afterAll(() => shop.pool.end())
const storeId = store.id
const now = Temporal.Instant.from(morning)
const context: StoreRequest = {
  platform: { config: loadConfig({}), pool: shop.pool, db: openDb(shop.pool), clock: shop.clock },
  headers: new Headers(),
  principal: {
    actor: { id: shop.newId(), name: '经理' },
    username: 'manager',
    stores: [
      {
        ...store,
        code: 'OUTBOX',
        name: 'OUTBOX',
        demo: false,
        roles: ['care-manager'],
        permissions: permissions.filter((permission) => may(['care-manager'], permission)),
      },
    ],
  },
  store: undefined as never,
  trace: { requestId: 'test' },
}
const { messages: api } = createRouterClient({ messages: messagesRoutes }, { context })
const fails = provider('sms', () => ({ state: 'refused', code: 'isv.AMOUNT', reason: '余额不足', permanent: true }))
const works = provider('sms')

test('the outbox: masked, filtered, counted, exported; a message with its tries and receipts', async () => {
  const customerId = await person({ phone: '13912345678' })
  const [one, other] = [wish(customerId), wish(await person(), { purpose: 'greeting', channels: ['email', 'sms'] })]
  await queue(one, other)
  await deliver([works.adapter])
  await scoped((scope) =>
    recordReceipt(scope, {
      provider: 'test-sms',
      providerId: `p-${one.id}`,
      state: 'failed',
      code: 'MBBLACK',
      at: now,
    }),
  )
  const list = await api.list({ storeId, limit: 1 })
  expect(list.rows).toHaveLength(1)
  const rest = await api.list({ storeId, cursor: list.nextCursor ?? '' })
  expect([...list.rows, ...rest.rows].map((row) => row.recipientMasked).sort()).toContain('139****5678')
  expect((await api.list({ storeId, purpose: 'greeting' })).rows.map(({ id }) => id)).toEqual([other.id])
  expect((await api.list({ storeId, state: 'failed', from: '2026-11-21', to: '2026-11-21' })).rows).toMatchObject([
    { id: one.id, reason: 'not-delivered', code: 'MBBLACK' },
  ])
  expect((await api.list({ storeId, to: '2026-11-20' })).rows).toEqual([])
  const counts = await api.counts({ storeId, from: '2026-11-01', to: '2026-11-30' })
  expect(counts.states).toMatchObject({ failed: 1, sent: 1, queued: 0 })
  const detail = await api.detail({ storeId, messageId: one.id })
  expect(detail.tries).toMatchObject([{ channel: 'sms', result: 'accepted', attempt: 1 }])
  expect(detail.receipts).toMatchObject([{ state: 'failed', code: 'MBBLACK' }])
  expect((await api.export({ storeId })).size).toBeGreaterThan(1_000)
  const audit = await rows(`SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'messages.export'`)
  expect(audit).toEqual([{ detail: { rows: 2, filters: {} } }])
  await expect(api.detail({ storeId, messageId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const cursor = Buffer.from('["x",1]').toString('base64url')
  await expect(api.list({ storeId, cursor })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('dead letters: tried again from the first channel, or given up; what was sent stays', async () => {
  const [again, never, sent] = [wish(await person()), wish(await person()), wish(await person())]
  await queue(again, never)
  await deliver([fails.adapter])
  await queue(sent)
  await deliver([works.adapter])
  const ids = [again.id, never.id, sent.id]
  expect(await api.giveUp({ storeId, ids: [never.id, sent.id] })).toEqual({ changed: 1 })
  expect(await api.retry({ storeId, ids })).toEqual({ changed: 1 })
  await deliver([works.adapter])
  const states = await Promise.all(ids.map(async (id) => (await shop.message(id))?.state))
  expect(states).toEqual(['sent', 'dropped', 'sent'])
  expect(await shop.message(never.id)).toMatchObject({ reason: 'given-up' })
})

test('why was this not sent: the customer’s messages, replies and the gate’s word with its moment', async () => {
  const customerId = await person({ phone: '13733334444', consents: { wechat: false } })
  await queue(wish(customerId))
  await deliver([works.adapter])
  await queue(wish(customerId), wish(customerId, { purpose: 'marketing' }))
  await deliver([works.adapter])
  await scoped((scope) => receiveReply(scope, { provider: 'test-sms', from: '13733334444', text: '好的', at: now }))
  const answer = await api.ofCustomer({ storeId, customerId })
  expect(answer.messages.map(({ state, held, reason }) => [state, held, reason]).sort()).toEqual([
    ['dropped', null, 'no-marketing-consent'],
    ['queued', 'cool-down', null],
    ['sent', null, null],
  ])
  expect(answer.replies).toMatchObject([{ body: '好的', optOut: false, channel: 'sms' }])
  const said = (purpose: string, channel: string) =>
    answer.gate.find((one) => one.purpose === purpose && one.channel === channel)
  expect(said('reminder', 'call')).toMatchObject({
    decision: 'wait',
    reason: 'cool-down',
    until: '2026-11-22T02:00:00Z',
  })
  expect(said('greeting', 'sms')).toMatchObject({ decision: 'allow' })
  expect(said('greeting', 'wechat')).toMatchObject({ decision: 'drop', reason: 'opted-out' })
  expect(said('marketing', 'sms')).toMatchObject({ decision: 'drop', reason: 'no-marketing-consent' })
  expect(answer.reachable).toEqual({ sms: true, wechat: false, email: false })
  await expect(api.ofCustomer({ storeId, customerId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('the gate’s settings: defaults, changed, used at once, checked, not overwritten', async () => {
  const settings = await api.gate({ storeId })
  expect(settings).toMatchObject({ version: 0, quiet: { from: '22:00', to: '08:00' } })
  const customerId = await person()
  await queue(wish(customerId))
  await deliver([works.adapter])
  const changed = await api.setGate({
    storeId,
    ...settings,
    coolDownHours: { ...settings.coolDownHours, reminder: 72 },
  })
  expect(changed.version).toBe(1)
  const { gate } = await api.ofCustomer({ storeId, customerId })
  expect(gate.find(({ purpose }) => purpose === 'reminder')).toMatchObject({ until: '2026-11-24T02:00:00Z' })
  await expect(api.setGate({ storeId, ...settings })).rejects.toMatchObject({ code: 'CONFLICT' })
  const wholeDay = { ...changed, quiet: { from: '08:00', to: '08:00' } }
  await expect(api.setGate({ storeId, ...wholeDay })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { problem: 'gate.hours', field: 'quiet' },
  })
  const audit = await rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'setting.gate'`)
  expect(audit).toHaveLength(1)
})
