import { describe, expect, test } from 'vitest'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { receiveReply, recordReceipt } from './service.ts'
import { messageStore, morning, provider } from './testing.ts'

const database = await testDatabase()
const shop = await messageStore(database, 'RECEIPT')
const { person, wish, queue, message, deliver, at, rows, scoped } = shop
const now = Temporal.Instant.from(morning)
const sms = provider('sms')
const mail = provider('email', ({ id }) => ({ state: 'accepted', providerId: `m-${id}` }))

const receipt = (id: string, state: 'delivered' | 'failed', given: object = {}) =>
  scoped((scope) => recordReceipt(scope, { provider: 'test-sms', providerId: `p-${id}`, state, at: now, ...given }))

async function sent(channels: readonly ('sms' | 'email')[] = ['sms']): Promise<string> {
  const one = wish(await person({ email: 'c@example.com' }), { channels })
  await queue(one)
  await deliver([sms.adapter, mail.adapter])
  return one.id
}
const kinds = async (id: string) =>
  (
    await rows<{ kind: string }>(
      `SELECT kind FROM timeline_event WHERE store_id = $1 AND data ->> 'messageId' = $2 ORDER BY id`,
      id,
    )
  ).map(({ kind }) => kind)

describe('a receipt', () => {
  test('says that it arrived, however often it comes', async () => {
    const id = await sent()
    expect(await receipt(id, 'delivered')).toBe(true)
    expect(await receipt(id, 'delivered')).toBe(true)
    expect(await message(id)).toMatchObject({ state: 'delivered' })
    expect(await kinds(id)).toEqual(['message.queued', 'message.sent', 'message.delivered'])
  })

  test('of a failure sends it on to the next channel, and a bad address is noted', async () => {
    const id = await sent(['sms', 'email'])
    await receipt(id, 'failed', { code: 'MBBLACK', badAddress: true })
    await deliver([sms.adapter, mail.adapter])
    expect(await message(id)).toMatchObject({ state: 'sent', channel: 'email', provider_id: `m-${id}` })
    expect(await kinds(id)).toContain('message.bad-address')
  })

  test('of a failure on the last channel is a dead letter with its code', async () => {
    const id = await sent()
    await receipt(id, 'failed', { code: 'UNDELIV' })
    expect(await message(id)).toMatchObject({ state: 'failed', reason: 'not-delivered', code: 'UNDELIV' })
  })

  test('in the wrong order: arrived stays arrived, also on the channel that was left', async () => {
    const [first, second] = [await sent(), await sent(['sms', 'email'])]
    await receipt(first, 'delivered')
    await receipt(first, 'failed', { code: 'LATE' })
    expect(await message(first)).toMatchObject({ state: 'delivered' })
    await receipt(second, 'failed')
    await receipt(second, 'delivered')
    expect(await message(second)).toMatchObject({ state: 'delivered', channel: 'sms' })
    const before = mail.times(second)
    await deliver([sms.adapter, mail.adapter])
    expect(mail.times(second)).toBe(before)
  })

  test('before the answer it belongs to was written waits for it; one of nobody is kept and forgotten in a week', async () => {
    const one = wish(await person())
    await queue(one)
    expect(await receipt(one.id, 'delivered')).toBe(false)
    expect(await receipt('nobody', 'delivered')).toBe(false)
    await deliver([sms.adapter])
    expect(await message(one.id)).toMatchObject({ state: 'sent' })
    await deliver([sms.adapter])
    expect(await message(one.id)).toMatchObject({ state: 'delivered' })
    const waiting = () => rows('SELECT receipt_id FROM message_receipt_waiting WHERE store_id = $1')
    expect(await waiting()).toHaveLength(1)
    at(now.add({ hours: 24 * 8 }).toString())
    await deliver([sms.adapter])
    expect(await waiting()).toHaveLength(0)
    expect(
      await rows('SELECT id FROM message_receipt WHERE store_id = $1 AND provider_id = $2', 'p-nobody'),
    ).toHaveLength(1)
    at(morning)
  })

  test('twenty at once and a message is told once', async () => {
    const id = await sent()
    await Promise.all(Array.from({ length: 20 }, () => receipt(id, 'delivered')))
    expect(await kinds(id)).toEqual(['message.queued', 'message.sent', 'message.delivered'])
  })
})

describe('a reply', () => {
  const reply = (from: string, text: string, given: object = {}) =>
    scoped((scope) => receiveReply(scope, { provider: 'test-sms', from, text, at: now, ...given }))
  const customer = async (id: string) =>
    (await rows('SELECT consents, version, id, name AS state FROM customer WHERE store_id = $1 AND id = $2', id))[0]

  test('退订 ends the consent of everybody with that number and drops what waits, but nothing the customer has running', async () => {
    const phone = '13812345678'
    const [husband, wife, other] = [await person({ phone }), await person({ phone }), await person()]
    const later = { notBefore: now.add({ hours: 1 }) }
    const wishes = {
      reminder: wish(husband, later),
      offer: wish(wife, later),
      progress: wish(wife, { ...later, purpose: 'progress' }),
      other: wish(other, later),
    }
    await queue(...Object.values(wishes))
    expect(await reply('+86 138-1234-5678', '回复td 谢谢')).toEqual({
      optedOut: true,
      customerIds: [husband, wife].sort(),
    })
    expect((await customer(husband))?.consents).toEqual({ sms: false })
    expect((await customer(wife))?.consents).toEqual({ sms: false })
    expect((await customer(other))?.consents).toEqual({})
    const states = await Promise.all(Object.values(wishes).map(async ({ id }) => (await message(id))?.state))
    expect(states).toEqual(['dropped', 'dropped', 'queued', 'queued'])
    const events = await rows<{ kind: string }>(
      `SELECT kind FROM timeline_event WHERE store_id = $1 AND customer_id = $2 ORDER BY id`,
      husband,
    )
    expect(events.map(({ kind }) => kind)).toEqual([
      'message.queued',
      'message.reply',
      'customer.consent-withdrawn',
      'message.dropped',
    ])
    const audit = await rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'customer.consent'`)
    expect(audit).toHaveLength(2)
  })

  test('told twice is one; any other text only stands on the timeline', async () => {
    const phone = '13822223333'
    const id = await person({ phone })
    await reply(phone, '明天上午可以吗', { providerId: 'up-1' })
    await reply(phone, '明天上午可以吗', { providerId: 'up-1' })
    const kept = await rows('SELECT body, opt_out FROM inbound_message WHERE store_id = $1 AND sender = $2', phone)
    expect(kept).toEqual([{ body: '明天上午可以吗', opt_out: false }])
    expect((await customer(id))?.consents).toEqual({})
  })

  test('from a number nobody has is kept', async () => {
    expect(await reply('13899990000', 'T')).toEqual({ optedOut: true, customerIds: [] })
    const kept = await rows(
      'SELECT customer_ids FROM inbound_message WHERE store_id = $1 AND sender = $2',
      '13899990000',
    )
    expect(kept).toEqual([{ customer_ids: [] }])
  })
})
