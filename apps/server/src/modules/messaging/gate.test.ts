import { describe, expect, test } from 'vitest'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { askGate, askGateMany } from './service.ts'
import { messageStore, morning, provider } from './testing.ts'

const database = await testDatabase()
const shop = await messageStore(database, 'GATE')
const { person, wish, queue, message, deliver, at, rows, scoped, newId } = shop
const sms = provider('sms')
const send = (stillOwed?: Parameters<typeof deliver>[1]) => deliver([sms.adapter, provider('email').adapter], stillOwed)

async function call(customerId: string, moment: string, purpose = 'reminder'): Promise<string> {
  const [taskId, id] = [newId(), newId()]
  await rows(
    `INSERT INTO task (store_id, id, programme, customer_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
     VALUES ($1, $2, 'regular-service', $3, $2::uuid::text, 'open', '2026-11-28', '2026-11-14', '2026-11-21', '2027-02-26', 1, '{}', '2026-11-14')`,
    taskId,
    customerId,
  )
  await rows(
    `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, result, purpose)
     SELECT $1, $2, id, customer_id, $4, 'call', 'no-answer', $5 FROM task WHERE store_id = $1 AND id = $3`,
    id,
    taskId,
    moment,
    purpose,
  )
  return taskId
}

test('a call counts for the customer its record was merged into, over two merges', async () => {
  const [first, second, third] = [await person(), await person(), await person()]
  await call(first, '2026-11-21T00:30:00Z')
  const ask = () =>
    scoped((scope) => askGate(scope, { customerId: third, taskId: newId(), purpose: 'reminder', channel: 'call' }))
  expect((await ask()).decision).toBe('allow')
  const into = (one: string, other: string) =>
    rows('UPDATE customer SET merged_into = $3 WHERE store_id = $1 AND id = $2', one, other)
  await into(first, second)
  await into(second, third)
  expect(await ask()).toMatchObject({ decision: 'wait', reason: 'cool-down' })
})

describe('asked at queueing', () => {
  test('a refusal is written down as dropped with its reason', async () => {
    const [disturbed, optedOut, marketing] = [
      wish(await person({ doNotDisturb: true })),
      wish(await person({ consents: { sms: false } })),
      wish(await person(), { purpose: 'marketing' }),
    ]
    expect(await queue(disturbed, optedOut, marketing)).toBe(3)
    expect(await message(disturbed.id)).toMatchObject({ state: 'dropped', reason: 'do-not-disturb' })
    expect(await message(optedOut.id)).toMatchObject({ state: 'dropped', reason: 'opted-out' })
    expect(await message(marketing.id)).toMatchObject({ state: 'dropped', reason: 'no-marketing-consent' })
  })

  test('a channel that was refused is passed over', async () => {
    const one = wish(await person({ consents: { sms: false }, email: 'b@example.com' }), { channels: ['sms', 'email'] })
    await queue(one)
    await send()
    expect(await message(one.id)).toMatchObject({ state: 'sent', channel: 'email', recipient: 'b@example.com' })
    expect(sms.times(one.id)).toBe(0)
  })

  test('in the night it waits for the morning, unless the customer waits for it', async () => {
    at('2026-11-21T15:00:00Z')
    const [reminder, progress, pointless] = [
      wish(await person()),
      wish(await person(), { purpose: 'progress', waitedFor: true }),
      wish(await person(), { expiresAt: Temporal.Instant.from('2026-11-21T23:00:00Z') }),
    ]
    await queue(reminder, progress, pointless)
    expect(await message(pointless.id)).toMatchObject({ state: 'dropped', reason: 'would-expire' })
    await send()
    expect(await message(progress.id)).toMatchObject({ state: 'sent' })
    expect(await message(reminder.id)).toMatchObject({ state: 'queued', held: 'quiet-hours' })
    at('2026-11-21T23:59:59Z')
    await send()
    expect(sms.times(reminder.id)).toBe(0)
    at('2026-11-22T00:00:00Z')
    await send()
    expect(sms.times(reminder.id)).toBe(1)
    at(morning)
  })

  test('not before its time', async () => {
    const one = wish(await person(), { notBefore: Temporal.Instant.from('2026-11-21T05:00:00Z') })
    await queue(one)
    await send()
    expect(await message(one.id)).toMatchObject({ state: 'queued', held: 'not-before' })
    at('2026-11-21T05:00:00Z')
    await send()
    expect(await message(one.id)).toMatchObject({ state: 'sent' })
    at(morning)
  })
})

describe('asked again at sending', () => {
  test('an opt-out in between drops it', async () => {
    const one = wish(await person())
    await queue(one)
    await rows(`UPDATE customer SET consents = '{"sms":false}' WHERE store_id = $1 AND id = $2`, one.customerId)
    expect(await send()).toMatchObject({ dropped: 1 })
    expect(await message(one.id)).toMatchObject({ state: 'dropped', reason: 'opted-out' })
  })

  test('a message held over night and now pointless is dropped', async () => {
    const one = wish(await person(), { expiresAt: Temporal.Instant.from('2026-11-22T02:00:00Z') })
    at('2026-11-21T15:00:00Z')
    await queue(one)
    // nothing ran in the morning
    at('2026-11-22T03:00:00Z')
    await send()
    expect(await message(one.id)).toMatchObject({ state: 'dropped', reason: 'expired' })
    at(morning)
  })

  test('what is owed no more, or answered by a visit or an appointment, is dropped', async () => {
    const vehicle = async (customerId: string, state = 'active') => {
      const id = newId()
      await rows(
        'INSERT INTO vehicle (store_id, id, owner_id, state, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)',
        id,
        customerId,
        state,
        morning,
      )
      return id
    }
    const [a, b, c, d] = [await person(), await person(), await person(), await person()]
    const cars = { a: await vehicle(a), b: await vehicle(b), c: await vehicle(c, 'sold'), d: await vehicle(d) }
    const ends = { endsWithVisit: true }
    const wishes = {
      visited: wish(a, { ...ends, vehicleId: cars.a }),
      booked: wish(b, { ...ends, vehicleId: cars.b }),
      gone: wish(c, { ...ends, vehicleId: cars.c }),
      still: wish(d, { ...ends, vehicleId: cars.d }),
      closed: wish(await person(), { taskId: newId() }),
    }
    await queue(...Object.values(wishes))
    await rows(
      `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at)
       VALUES ($1, $2, $3, $4, '2026-11-19', 'maintenance', $6, $6), ($1, $5, $7, $8, '2026-09-19', 'maintenance', $6, $6)`,
      newId(),
      cars.a,
      a,
      newId(),
      morning,
      cars.d,
      d,
    )
    await rows(
      `INSERT INTO appointment (store_id, id, customer_id, vehicle_id, day, created_at) VALUES ($1, $2, $3, $4, '2026-11-24', $5)`,
      newId(),
      b,
      cars.b,
      morning,
    )
    expect(await send(() => Promise.resolve(new Set()))).toMatchObject({ dropped: 4, sent: 1 })
    const reasons = await Promise.all(Object.values(wishes).map(async ({ id }) => (await message(id))?.reason))
    expect(reasons).toEqual(['visited', 'booked', 'vehicle-gone', null, 'not-owed'])
  })

  test('calls and messages cool down together; the tries of its own task do not count', async () => {
    const [cold, own] = [await person(), await person()]
    await call(cold, '2026-11-20T03:00:00Z')
    const taskId = await call(own, '2026-11-21T01:30:00Z')
    const [first, second] = [wish(cold, { taskId: newId() }), wish(own, { taskId })]
    await queue(first, second)
    await send()
    expect(await message(second.id)).toMatchObject({ state: 'sent' })
    expect(await message(first.id)).toMatchObject({ state: 'queued', held: 'cool-down' })
    at('2026-11-21T03:00:00Z')
    await send()
    expect(await message(first.id)).toMatchObject({ state: 'sent' })
    at(morning)
  })

  test('of two messages due in one instant the same one goes first, however the table lies', async () => {
    const customerId = await person()
    const [first, second] = [wish(customerId), wish(customerId)].sort((a, b) => (a.id < b.id ? -1 : 1))
    if (!first || !second) throw new Error('two were wished for')
    await queue(second)
    await queue(first)
    await send()
    expect([(await message(first.id))?.state, (await message(second.id))?.held]).toEqual(['sent', 'cool-down'])
  })

  test('three messages of one customer queued at once: two a week are sent, a day apart, the third waits for the cap', async () => {
    const customerId = await person()
    const wishes = [wish(customerId), wish(customerId), wish(customerId)]
    await queue(...wishes)
    await send()
    const states = async () => {
      const all = await Promise.all(wishes.map(async ({ id }) => await message(id)))
      return all.map((row) => (row?.state === 'sent' ? 'sent' : String(row?.held))).sort()
    }
    expect(await states()).toEqual(['cool-down', 'cool-down', 'sent'])
    at('2026-11-22T02:00:00Z')
    await send()
    expect(await states()).toEqual(['cap', 'sent', 'sent'])
    at('2026-11-28T02:00:00Z')
    await send()
    expect(await states()).toEqual(['sent', 'sent', 'sent'])
    at(morning)
  })
})

describe('asked for a call', () => {
  test('one by one and for a list', async () => {
    const [free, cold, quiet] = [await person(), await person(), await person({ doNotDisturb: true })]
    await call(cold, '2026-11-21T01:00:00Z')
    const ask = (customerId: string) => ({ customerId, taskId: newId(), purpose: 'reminder', channel: 'call' }) as const
    const answers = await scoped((scope) => askGateMany(scope, [ask(free), ask(cold), ask(quiet)]))
    expect(answers[0]).toEqual({ decision: 'allow', reason: 'clear' })
    expect(answers[1]).toMatchObject({ decision: 'wait', reason: 'cool-down' })
    expect(String(answers[1]?.decision === 'wait' && answers[1].until)).toBe('2026-11-22T01:00:00Z')
    expect(answers[2]).toEqual({ decision: 'drop', reason: 'do-not-disturb' })
    expect(await scoped((scope) => askGate(scope, ask(cold)))).toEqual(answers[1])
  })

  test('by the settings of the store', async () => {
    const customerId = await person()
    await call(customerId, '2026-11-21T01:00:00Z')
    const setting = JSON.stringify({ coolDownHours: { reminder: 0 }, caps: [{ days: 1, most: 1 }] })
    await rows(
      "INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'gate', $2, $3)",
      setting,
      morning,
    )
    const question = { customerId, taskId: newId(), purpose: 'reminder', channel: 'call' } as const
    expect(await scoped((scope) => askGate(scope, question))).toMatchObject({ decision: 'wait', reason: 'cap' })
    await rows("DELETE FROM store_setting WHERE store_id = $1 AND area = 'gate'")
  })
})
