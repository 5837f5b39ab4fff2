import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { fixedClock } from '../../../platform/clock.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { careStore } from '../../care/testing.ts'
import { textClient } from '../templates/testing.ts'
import { goOnWithNotices, noticesSettled } from './work.ts'

const database = await testDatabase()
const shop = await careStore(database, 'AUDIENCE')
afterAll(() => shop.pool.end())
const storeId = shop.store.id

const { audiences, templates } = textClient(shop, 'care-manager')
const about = { storeId, key: 'notice', channel: 'sms' as const }

/** A customer with a tag, so that each test has its own audience. */
async function addTagged(tag: string, change: Parameters<typeof shop.addCar>[0] & { consents?: object } = {}) {
  const { consents = {}, ...car } = change
  const { customerId } = await shop.addCar(car)
  await shop.pool.query('UPDATE customer SET tags = $2, consents = $3 WHERE id = $1', [
    customerId,
    [tag],
    JSON.stringify(consents),
  ])
  return customerId
}

test('counts everybody once: reachable, allowed now, held, dropped with their reasons, and what it costs', async () => {
  const tag = '预览'
  const plain = await addTagged(tag)
  const asked = await addTagged(tag)
  await addTagged(tag, { phones: [] })
  await addTagged(tag, { phones: ['01012345678'] })
  await addTagged(tag, { doNotDisturb: true })
  await addTagged(tag, { consents: { sms: false } })
  await shop.pool.query(
    `INSERT INTO message (store_id, id, customer_id, channel, purpose, recipient, body, state, channels, sent_at, created_at)
     VALUES ($1, $2, $3, 'sms', 'reminder', '13900000001', 'x', 'sent', '{sms}', $4, $4)`,
    [storeId, randomUUID(), asked, '2026-11-21T01:00:00Z'],
  )
  const preview = await audiences.preview({ ...about, tag })
  expect(preview).toMatchObject({
    customers: 6,
    tooMany: false,
    purpose: 'reminder',
    version: 0,
    reachable: 4,
    unreachable: [{ reason: 'no-recipient', customers: 2 }],
    now: 1,
    held: [{ reason: 'cool-down', customers: 1 }],
    dropped: [
      { reason: 'do-not-disturb', customers: 1 },
      { reason: 'opted-out', customers: 1 },
    ],
    incomplete: [],
    recipients: 2,
    segments: 2,
    costFen: 0,
  })
  expect(preview.samples.map((one) => one.customerId).sort()).toEqual([plain, asked].sort())
  expect(preview.samples[0]?.text).toContain('车主您好，AUDIENCE营业时间')
  // with an account, each segment has its price
  await shop.pool.query(
    `INSERT INTO channel_account (store_id, id, provider, channel, name, settings, secrets, fen_per_segment, created_at)
     VALUES ($1, $2, 'aliyun', 'sms', '主', '{"signature":"常回示范店"}', '', 5, $3)`,
    [storeId, randomUUID(), '2026-11-01T00:00:00Z'],
  )
  const priced = await audiences.preview({ ...about, tag })
  expect(priced).toMatchObject({
    costFen: 10,
    tariff: { provider: 'aliyun', signature: '常回示范店', fenPerSegment: 5 },
  })
  // the store has an account for SMS only
  expect((await audiences.preview({ ...about, channel: 'email', tag })).unreachable).toEqual([
    { reason: 'no-channel', customers: 6 },
  ])
  await shop.pool.query('DELETE FROM channel_account WHERE store_id = $1', [storeId])
})

test('marketing asks for consent, and a text whose fact is not known is not sent', async () => {
  const tag = '营销'
  await addTagged(tag, { consents: { marketing: true } })
  await addTagged(tag)
  const { key } = await templates.create({
    storeId,
    id: randomUUID(),
    name: '新品',
    purpose: 'marketing',
    channel: 'sms',
    body: '新品到店',
  })
  await expect(audiences.preview({ ...about, key, tag })).rejects.toMatchObject({
    data: { problem: 'template.no-text' },
  })
  await templates.decide({ storeId, key, channel: 'sms', version: 1, state: 'draft', decision: 'approve' })
  const preview = await audiences.preview({ ...about, key, tag })
  expect(preview).toMatchObject({ now: 1, dropped: [{ reason: 'no-marketing-consent', customers: 1 }] })
  expect(preview.samples[0]?.text).toBe('新品到店，回T退订')
  expect(await audiences.preview({ ...about, key: 'festival', tag })).toMatchObject({
    recipients: 0,
    incomplete: [{ reason: 'festival', customers: 2 }],
  })
})

test('queues one message each, once, however often it is sent and whoever works on it; progress and outcome are shown', async () => {
  const tag = '通知'
  for (let i = 0; i < 30; i++) await addTagged(tag, i % 10 === 0 ? { phones: [] } : {})
  await addTagged(tag, { doNotDisturb: true })
  const wish = {
    ...about,
    id: randomUUID(),
    name: '停业通知',
    filters: { tag },
    customers: 31,
    templateVersion: 0,
  }
  await expect(audiences.send({ ...wish, customers: 30 })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { problem: 'audience.changed', values: { customers: 31 } },
  })
  expect(await audiences.send(wish)).toMatchObject({ customers: 31, state: 'running' })
  const again = textClient(shop, 'care-manager').audiences
  await Promise.all([again.send(wish), goOnWithNotices(shop, shop.store), goOnWithNotices(shop, shop.store)])
  await noticesSettled()
  await goOnWithNotices(shop, shop.store)
  expect(await audiences.get({ storeId, audienceId: wish.id })).toMatchObject({
    state: 'done',
    waiting: 0,
    queued: 28,
    leftOut: [{ reason: 'no-recipient', customers: 3 }],
    messages: [
      { state: 'queued', customers: 27 },
      { state: 'dropped', customers: 1 },
    ],
  })
  const messages = await shop.rows<{ customerId: string }>(
    `SELECT m.customer_id AS "customerId" FROM message m JOIN audience_member a ON a.message_id = m.id AND a.store_id = m.store_id
     WHERE m.store_id = $1 AND a.send_id = $2`,
    wish.id,
  )
  expect(new Set(messages.map((one) => one.customerId)).size).toBe(28)
  expect(await shop.rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'audience.sent'`)).toHaveLength(1)
  expect((await audiences.list({ storeId })).rows[0]).toMatchObject({ id: wish.id, name: '停业通知', queued: 28 })
})

test('a notice that was stopped, or whose process died, ends as it should', async () => {
  const tag = '中断'
  for (let i = 0; i < 3; i++) await addTagged(tag)
  const [one, two] = [randomUUID(), randomUUID()]
  // written down, and then nobody works on it
  for (const id of [one, two]) {
    await shop.pool.query(
      `INSERT INTO audience_send (store_id, id, name, template_key, template_version, channel, purpose, body, filters, expires_at, state, created_at)
       VALUES ($1, $2, '通知', 'notice', 0, 'sms', 'reminder', '{{称呼}}好', '{}', '2026-11-24T02:00:00Z', 'running', '2026-11-21T02:00:00Z')`,
      [storeId, id],
    )
    await shop.pool.query(
      `INSERT INTO audience_member (store_id, send_id, customer_id) SELECT store_id, $2, id FROM customer WHERE store_id = $1 AND tags = '{中断}'`,
      [storeId, id],
    )
  }
  expect(await audiences.stop({ storeId, audienceId: two })).toMatchObject({ state: 'stopped', waiting: 3 })
  await goOnWithNotices(shop, shop.store)
  const state = async (audienceId: string) => {
    const { state, waiting, queued } = await audiences.get({ storeId, audienceId })
    return { state, waiting, queued }
  }
  expect(await state(one)).toEqual({ state: 'done', waiting: 0, queued: 3 })
  expect(await state(two)).toEqual({ state: 'stopped', waiting: 3, queued: 0 })
  // at night the gate holds them
  const night = textClient(shop, 'care-manager', fixedClock('2026-11-21T15:00:00Z')).audiences
  expect(await night.preview({ ...about, tag })).toMatchObject({ now: 0, held: [{ customers: 3 }] })
})

test('what the gate does not count is not for many', async () => {
  for (const key of ['appointment', 'waiting-new-car']) {
    await expect(audiences.preview({ ...about, key })).rejects.toMatchObject({
      data: { problem: 'template.not-for-many' },
    })
  }
})

test('is for those who may send to many', async () => {
  const agent = textClient(shop, 'care-agent').audiences
  await expect(agent.preview(about)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(agent.stop({ storeId, audienceId: randomUUID() })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(audiences.get({ storeId, audienceId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
