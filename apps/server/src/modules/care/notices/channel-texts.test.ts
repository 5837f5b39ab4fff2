import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { retryMessages } from '../../messaging/by-hand.ts'
import type { ChannelAdapter, OutgoingMessage, SendResult } from '../../messaging/channels/channel.ts'
import { listMessages } from '../../messaging/outbox.ts'
import { deliverDue } from '../../messaging/service.ts'
import { provider } from '../../messaging/testing.ts'
import { planSome, tasksStillOwed } from '../service.ts'
import { careStore, testMoment } from '../testing.ts'
import { workNotices } from './work.ts'

const database = await testDatabase()
const care = await careStore(database, 'WAYTEXTS')
afterAll(() => care.pool.end())

const platform = { pool: care.pool, clock: care.clock }
const work = () => workNotices(platform, care.store)
const deliver = (...adapters: ChannelAdapter[]) =>
  deliverDue(platform, care.store, { adapters, stillOwed: tasksStillOwed })

/** The store's own approved text of the warning on one channel. */
const approve = (channel: string, version: number, body: string) =>
  care.rows(
    `INSERT INTO message_template (store_id, id, key, channel, version, purpose, body, state, created_at)
     VALUES ($1, gen_random_uuid(), 'weather', $2, $3, 'greeting', $4, 'approved', now())`,
    channel,
    version,
    body,
  )

/** A customer in the warned district, with an address at WeChat or none; what is to be sent him is planned and queued. */
async function warned({ wechat }: { wechat: boolean }) {
  const { customerId } = await care.addCar()
  await care.rows(`UPDATE customer SET region = '虚河区' WHERE store_id = $1 AND id = $2`, customerId)
  if (wechat) {
    await care.rows(
      `INSERT INTO channel_address (store_id, channel, address, customer_id, reachable, changed_at)
       VALUES ($1, 'wechat', $2, $3, true, now())`,
      `open-${customerId}`,
      customerId,
    )
  }
  const alertId = care.newId()
  await care.rows(
    `INSERT INTO weather_alert (store_id, id, source, area, kind, level, status, title, issued_at, ends_at, noted_at)
     VALUES ($1, $2, 'hand', '云江省虚川市', '暴雨', 'orange', 'issued', '暴雨', $3, '2026-11-21T12:00:00Z', $3)`,
    alertId,
    testMoment,
  )
  await care.rows(
    `INSERT INTO weather_touch (store_id, alert_id, region, out_of_town) VALUES ($1, $2, '虚河区', false)`,
    alertId,
  )
  await care.scoped((scope) => planSome(scope, ['weather']))
  await work()
}

interface Row {
  readonly id: string
  readonly state: string
  readonly channel: string
  readonly subject: string | null
  readonly body: string
  readonly template_version: number | null
  readonly template_variables: Record<string, string> | null
  readonly texts: object | null
  readonly reason: string | null
}
const message = async () => (await care.rows<Row>('SELECT * FROM message WHERE store_id = $1'))[0]
const task = async () =>
  (
    await care.rows<{ state: string; outcome: string; outcome_detail: object }>(
      'SELECT state, outcome, outcome_detail FROM task WHERE store_id = $1',
    )
  )[0]
const shownBody = async () => (await care.scoped((scope) => listMessages(scope, { limit: 10 }))).rows[0]?.body
const last = (handed: ReadonlyMap<string, readonly OutgoingMessage[]>) => [...handed.values()].flat().at(-1)

const refuse = (): SendResult => ({ state: 'refused', code: '43004', reason: 'not a follower', permanent: true })
const smsText = '暴雨将至，请慢行。回电{{门店电话}}'
const wechatText = '{{称呼}}您好：{{天气}}。出行请减速，祝平安'

beforeEach(async () => {
  for (const table of [
    'message_template',
    'message_try',
    'message',
    'timeline_event',
    'task',
    'weather_touch',
    'weather_alert',
    'plan_run',
    'channel_address',
    'customer_phone',
    'visit',
    'vehicle',
    'customer',
  ])
    await care.rows(`DELETE FROM ${table} WHERE store_id = $1`)
  care.clock.set(testMoment)
})

describe('a message says what was approved for the channel it goes by (MSG-01)', () => {
  test('who is not on WeChat gets the SMS text, with the values of that text', async () => {
    await approve('wechat', 1, wechatText)
    await approve('sms', 1, '先前的短信文字')
    await approve('sms', 2, smsText)
    await warned({ wechat: false })
    const [wechat, sms] = [provider('wechat'), provider('sms')]
    await deliver(wechat.adapter, sms.adapter)
    expect(wechat.handed.size).toBe(0)
    expect(last(sms.handed)).toMatchObject({
      body: '暴雨将至，请慢行。回电门店',
      template: { key: 'weather', version: 2, variables: { storePhone: '门店', 门店电话: '门店' } },
    })
    expect(Object.keys(last(sms.handed)?.template?.variables ?? {}).sort()).toEqual(['storePhone', '门店电话'])
    expect(await message()).toMatchObject({
      state: 'sent',
      channel: 'sms',
      body: '暴雨将至，请慢行。回电门店',
      template_version: 2,
      template_variables: { storePhone: '门店', 门店电话: '门店' },
    })
    expect(await shownBody()).toBe('暴雨将至，请慢行。回电门店')
  })

  test('refused by WeChat it goes on as the SMS text; sent again from the first channel it is the WeChat text', async () => {
    await approve('wechat', 1, wechatText)
    await approve('sms', 1, smsText)
    await warned({ wechat: true })
    const said = '车主您好：云江省虚川市发布暴雨橙色预警。出行请减速，祝平安'
    expect(await message()).toMatchObject({ channel: 'wechat', body: said, template_version: 1 })
    const [wechat, sms] = [provider('wechat', refuse), provider('sms', refuse)]
    await deliver(wechat.adapter, sms.adapter)
    expect(last(wechat.handed)).toMatchObject({ body: said, template: { variables: { 称呼: '车主' } } })
    expect(last(sms.handed)).toMatchObject({ body: '暴雨将至，请慢行。回电门店' })
    expect(last(sms.handed)?.template?.variables).not.toHaveProperty('称呼')
    const failed = await message()
    expect(failed).toMatchObject({ state: 'failed', channel: 'sms', body: '暴雨将至，请慢行。回电门店' })
    await care.scoped((scope) => retryMessages(scope, [failed?.id ?? '']))
    expect(await message()).toMatchObject({ state: 'queued', channel: 'wechat', body: said })
    const again = provider('wechat')
    await deliver(again.adapter, sms.adapter)
    expect(last(again.handed)).toMatchObject({ body: said, template: { variables: { 称呼: '车主' } } })
    expect(await message()).toMatchObject({ state: 'sent', channel: 'wechat', body: said })
  })

  test('one text for all channels is kept once', async () => {
    await warned({ wechat: true })
    expect(await message()).toMatchObject({ channel: 'wechat', texts: null })
  })
})

describe('a channel whose text lacks a fact is passed over', () => {
  test('the next one takes it', async () => {
    await approve('wechat', 1, '{{保险公司}}提醒：{{活动地点}}有雨')
    await approve('sms', 1, smsText)
    await warned({ wechat: true })
    const [wechat, sms] = [provider('wechat'), provider('sms')]
    await deliver(wechat.adapter, sms.adapter)
    expect(wechat.handed.size).toBe(0)
    expect(last(sms.handed)).toMatchObject({ body: '暴雨将至，请慢行。回电门店' })
  })

  test('with no way left the message says so, and its task', async () => {
    await approve('sms', 1, '{{活动地点}}有雨')
    await warned({ wechat: false })
    await deliver(provider('wechat').adapter, provider('sms').adapter)
    expect(await message()).toMatchObject({ state: 'failed', reason: 'text-incomplete' })
    await work()
    expect(await task()).toMatchObject({
      state: 'failed',
      outcome: 'not-sent',
      outcome_detail: { reason: 'text-incomplete' },
    })
  })

  test('no text on any: not even queued', async () => {
    await approve('wechat', 1, '{{活动地点}}有雨')
    await approve('sms', 1, '{{活动地点}}有雨')
    await warned({ wechat: true })
    expect(await message()).toBeUndefined()
    expect(await task()).toMatchObject({ outcome_detail: { reason: 'text-incomplete', missing: ['eventPlace'] } })
  })
})

describe('what SMS providers refuse goes by no SMS (MSG-04)', () => {
  test.each([
    ['the text', '{{天气}}，满意度问卷稍后送达', null],
    ['a value in it', '{{天气}}，详询{{门店电话}}', 'www.example.com'],
  ])('%s', async (_, body, phone) => {
    await care.rows('UPDATE store SET phone = $2 WHERE id = $1', phone)
    await approve('sms', 1, body)
    await warned({ wechat: false })
    const sms = provider('sms')
    await deliver(provider('wechat').adapter, sms.adapter)
    expect(sms.handed.size).toBe(0)
    expect(await message()).toMatchObject({ state: 'failed', reason: 'text-refused' })
    await work()
    expect(await task()).toMatchObject({ outcome: 'not-sent', outcome_detail: { reason: 'text-refused' } })
    await care.rows('UPDATE store SET phone = NULL WHERE id = $1')
  })
})
