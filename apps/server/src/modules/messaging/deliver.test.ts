import { expect, test } from 'vitest'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { embeddedAdapter } from './channels/embedded.ts'
import { messageStore, morning, provider } from './testing.ts'

const database = await testDatabase()
const shop = await messageStore(database, 'SEND')
const { person, wish, queue, message, deliver, at, rows, store } = shop

test('a message wished twice is one; it is sent, and the provider’s name stands on it', async () => {
  const sms = provider('sms')
  const one = wish(await person())
  expect(await queue(one, one)).toBe(1)
  expect(await queue(one)).toBe(0)
  expect(await deliver([sms.adapter])).toMatchObject({ sent: 1, held: 0, dropped: 0, failed: 0, retried: 0 })
  expect(await deliver([sms.adapter])).toMatchObject({ sent: 0 })
  expect(sms.times(one.id)).toBe(1)
  expect(await message(one.id)).toMatchObject({
    state: 'sent',
    provider: 'test-sms',
    provider_id: `p-${one.id}`,
    attempts: 1,
  })
  const events = await rows<{ kind: string }>(
    'SELECT kind FROM timeline_event WHERE store_id = $1 AND customer_id = $2 ORDER BY id',
    one.customerId,
  )
  expect(events.map(({ kind }) => kind)).toEqual(['message.queued', 'message.sent'])
})

test('the default sends nothing and shows it: delivered at once, one event, segments counted with the signature', async () => {
  const one = wish(await person(), { body: '好'.repeat(65) })
  await queue(one)
  await deliver([embeddedAdapter('sms', '常回汽车')])
  expect(await message(one.id)).toMatchObject({ state: 'delivered', provider: 'embedded', segments: 2 })
})

test('a refusal for good goes to the next channel with the address of that channel, then to the dead letters', async () => {
  const refuse = () => ({ state: 'refused', code: 'isv.MOBILE', reason: '号码非法', permanent: true }) as const
  const [sms, mail] = [provider('sms', refuse), provider('email', refuse)]
  const one = wish(await person({ email: 'a@example.com' }), { channels: ['sms', 'wechat', 'email'] })
  await queue(one)
  expect(await deliver([sms.adapter, mail.adapter])).toMatchObject({ retried: 1, failed: 1, sent: 0 })
  expect(mail.handed.get(one.id)?.[0]).toMatchObject({ recipient: 'a@example.com', attempt: 1 })
  expect(await message(one.id)).toMatchObject({
    state: 'failed',
    reason: 'refused',
    code: 'isv.MOBILE',
    channel: 'email',
  })
  const tries = await rows(
    'SELECT channel, result FROM message_try WHERE store_id = $1 AND message_id = $2 ORDER BY at, channel DESC',
    one.id,
  )
  expect(tries).toEqual([
    { channel: 'sms', result: 'refused' },
    { channel: 'email', result: 'refused' },
  ])
})

test('no answer is tried again under the same key, later each time, five times in all', async () => {
  const sms = provider('sms', () => ({ state: 'unknown', reason: 'time-out' }))
  const one = wish(await person())
  await queue(one)
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const before = sms.times(one.id)
    await deliver([sms.adapter])
    expect(sms.times(one.id)).toBe(before + 1)
    const row = await message(one.id)
    if (row?.state !== 'queued') break
    // nothing is due before its time
    await deliver([sms.adapter])
    expect(sms.times(one.id)).toBe(before + 1)
    times.push(Date.parse(String(row.next_at)) - shop.clock.now().epochMilliseconds)
    at(Temporal.Instant.from(new Date(String(row.next_at)).toISOString()).toString())
  }
  expect(times.length).toBe(4)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(await message(one.id)).toMatchObject({ state: 'failed', reason: 'no-answer', attempts: 5 })
  at(morning)
})

test('an adapter that hangs is given up at its time, one that throws is a missing answer', async () => {
  const hang = provider('sms', () => new Promise(() => undefined))
  const late: typeof hang.adapter = {
    ...hang.adapter,
    send: (outgoing, signal) =>
      Promise.race([
        hang.adapter.send(outgoing, signal),
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      ]),
  }
  const one = wish(await person())
  await queue(one)
  expect(await deliver([late])).toMatchObject({ retried: 1 })
  expect(await message(one.id)).toMatchObject({ state: 'queued', held: 'retry' })
  const [attempt] = await rows('SELECT result, reason FROM message_try WHERE store_id = $1 AND message_id = $2', one.id)
  expect(attempt).toEqual({ result: 'unknown', reason: 'aborted' })
})

test('a provider that never answers is left alone, so that the rest of a thousand does not wait for it', async () => {
  const sms = provider('sms', () => ({ state: 'unknown', reason: 'time-out' }))
  const wishes = (await shop.crowd(300)).map((id) => wish(id))
  await queue(...wishes)
  await deliver([sms.adapter])
  // as many as were under way when it was found silent
  expect(sms.handed.size).toBeLessThan(60)
  const waiting = await rows('SELECT id, state FROM message WHERE store_id = $1 AND state = $2', 'queued')
  expect(waiting.length).toBeGreaterThanOrEqual(300)
  at('2026-11-21T03:30:00Z')
  expect(await deliver([provider('sms').adapter])).toMatchObject({ sent: waiting.length })
  at(morning)
})

test('taken over from a dead worker and put back untried, a message is still known to have been tried', async () => {
  await queue(...(await shop.crowd(200)).map((id) => wish(id)))
  await rows(
    `UPDATE message SET state = 'sending', claim = gen_random_uuid(), attempts = 1, next_at = $2
     WHERE store_id = $1 AND state = 'queued'`,
    morning,
  )
  const silent = provider('sms', () => ({ state: 'unknown', reason: 'time-out' }))
  await deliver([silent.adapter])
  expect(silent.handed.size).toBeLessThan(60)
  at('2026-11-21T03:30:00Z')
  const good = provider('sms')
  await deliver([good.adapter])
  const tries = [...good.handed.values()].flat().map(({ attempt }) => attempt)
  expect(tries.length).toBeGreaterThanOrEqual(200)
  expect(Math.min(...tries), 'adapters ask the provider first from the second try on').toBeGreaterThan(1)
  at(morning)
})

test('nowhere to send it is a dead letter that says so, no such channel in the store likewise', async () => {
  const [nowhere, noWay] = [wish(await person({ phone: null })), wish(await person(), { channels: ['wecom'] })]
  await queue(nowhere, noWay)
  expect(await deliver([provider('sms').adapter])).toMatchObject({ failed: 2 })
  expect(await message(nowhere.id)).toMatchObject({ state: 'failed', reason: 'no-recipient' })
  expect(await message(noWay.id)).toMatchObject({ state: 'failed', reason: 'no-channel' })
})

test('the recipient is chosen at sending: a number corrected meanwhile is the one that is used', async () => {
  const sms = provider('sms')
  const one = wish(await person({ phone: '13812340000' }))
  await queue(one)
  await rows("UPDATE customer_phone SET state = 'dead' WHERE store_id = $1 AND customer_id = $2", one.customerId)
  await rows(
    "INSERT INTO customer_phone (store_id, id, customer_id, number, position, updated_at) VALUES ($1, $2, $3, '13812349999', 1, $4)",
    shop.newId(),
    one.customerId,
    morning,
  )
  await deliver([sms.adapter])
  expect(sms.handed.get(one.id)?.[0]?.recipient).toBe('13812349999')
  expect(store.id).toBe(sms.handed.get(one.id)?.[0]?.storeId)
})

test('what is known is written down while the rest is still on its way: a worker that dies then sends little twice', async () => {
  const crowd = (await shop.crowd(200)).map((id) => wish(id))
  await queue(...crowd)
  const last = crowd.at(-1)?.id
  let answer = () => {}
  const late = new Promise<void>((done) => {
    answer = done
  })
  const sms = provider('sms', async ({ id }) => {
    if (id === last) await late
    return { state: 'accepted', providerId: `p-${id}` }
  })
  const whole = deliver([sms.adapter], undefined, 20_000)
  const sentSoFar = async () => {
    const ids = crowd.map(({ id }) => id)
    const sent = await rows(
      "SELECT id FROM message WHERE store_id = $1 AND state = 'sent' AND id = ANY ($2::uuid[])",
      ids,
    )
    return sent.length
  }
  await expect.poll(sentSoFar, { timeout: 10_000 }).toBe(199)
  answer()
  expect(await whole).toMatchObject({ sent: 200 })
})
