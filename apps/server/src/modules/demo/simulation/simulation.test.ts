import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedClock } from '../../../platform/clock.ts'
import { loadConfig } from '../../../platform/config.ts'
import { openDb, openPool } from '../../../platform/db.ts'
import { deriveId } from '../../../platform/ids.ts'
import { systemActor, withStore } from '../../../platform/scope.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { calendarOf } from '../../care/service.ts'
import { leftOver } from './calls.ts'
import { invariants } from './invariants/all.ts'
import type { InvariantFacts } from './invariants/invariant.ts'
import { luckOf } from './luck.ts'
import { customerId } from './population.ts'
import { newcomersUntil } from './roster.ts'
import { type Simulation, simulate } from './run.ts'

const database = await testDatabase()
const pool = openPool(database.connection, 8)
pool.on('error', () => undefined)
afterAll(() => pool.end())
const ask = { from: '2025-01-01', months: 1, customers: 110, seed: 7 }
const start = Temporal.PlainDate.from(ask.from)
const end = start.add({ months: ask.months })
const clock = fixedClock('2025-01-31T15:30:00Z')
const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }

let lived: Simulation
let store: { id: string; timeZone: string }
beforeAll(async () => {
  const result = await simulate(platform, { code: 'SIM', ask, resume: false })
  if (typeof result === 'string') throw new Error(result)
  lived = result
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM store WHERE code = 'SIM'`)
  store = { id: rows[0]?.id ?? '', timeZone: 'Asia/Shanghai' }
}, 240_000)

test('a month of a store keeps every promise', () => {
  expect(lived.invariants.examples).toEqual([])
  expect(lived.invariants.broken).toBe(0)
  for (const { name, checked } of lived.invariants.each)
    expect({ name, some: checked > 0 }).toEqual({ name, some: true })
})

test('every kind of care that comes up in a winter month was planned, called and answered', () => {
  const done = new Map(lived.funnel.map((one) => [one.programme, one]))
  for (const programme of [
    'regular-service',
    'birthday',
    'insurance-renewal',
    'inspection',
    'first-service',
    'festival',
  ])
    expect(done.get(programme)?.due, programme).toBeGreaterThan(0)
  const regular = done.get('regular-service')
  expect(regular?.reached).toBeGreaterThan((regular?.due ?? 0) / 2)
  expect(regular?.returned).toBeGreaterThan(0)
  expect(Object.keys(done.get('festival')?.done ?? {})).toEqual(['sent'])
})

test('a simulation is begun once, goes on only with the same values, and takes no store that is none', async () => {
  expect(await simulate(platform, { code: 'SIM', ask, resume: false })).toBe('exists')
  expect(await simulate(platform, { code: 'SIM', ask: { ...ask, seed: 8 }, resume: true })).toBe('differs')
  await pool.query(`INSERT INTO store (id, code, name, created_at) VALUES (gen_random_uuid(), 'REAL', '真店', now())`)
  expect(await simulate(platform, { code: 'REAL', ask, resume: true })).toBe('other')
  const again = await simulate(platform, { code: 'SIM', ask, resume: true })
  expect(again).toMatchObject({ funnel: lived.funnel, counts: lived.counts, speed: { days: 0 } })
})

test('after a crash a call whose other number is to be tried is the next one, not reported a second time', async () => {
  const from = Temporal.Instant.from('2025-02-03T00:40:00Z')
  const place = { id: deriveId('left'), timeZone: 'Asia/Shanghai' }
  const [caller, reported, claimed] = [deriveId('caller'), deriveId('reported'), deriveId('claimed')]
  await pool.query(`INSERT INTO store (id, code, name, created_at) VALUES ($1, 'LEFT', '虚构店', now())`, [place.id])
  for (const id of [reported, claimed]) {
    await pool.query(
      `INSERT INTO customer (store_id, id, name, consents, created_at, updated_at) VALUES ($1, $2, '虚构', '{}', now(), now())`,
      [place.id, id],
    )
    await pool.query(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at) VALUES ($1, $2, $2, '13900000001', now())`,
      [place.id, id],
    )
    await pool.query(
      `INSERT INTO task (store_id, id, programme, customer_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on,
         claimed_by, claimed_until)
       VALUES ($1, $2, 'regular-service', $2, 'c', 'attempting', '2025-02-10', '2025-01-27', '2025-02-03', '2025-05-10', 3, '{}', '2025-01-27', $3, $4)`,
      [place.id, id, caller, from.add({ minutes: 15 }).toString()],
    )
  }
  await pool.query(
    `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, result) VALUES ($1, gen_random_uuid(), $2, $2, $3, 'call', 'wrong-person')`,
    [place.id, reported, from.add({ seconds: 1 }).toString()],
  )
  const staff = [{ id: caller, name: '客服', role: 'care-agent' as const }]
  const moving = fixedClock(from.toString())
  const { left, next } = await leftOver({ clock: moving, platform, store: place }, from, staff, 5000)
  expect(left.map(({ call }) => call.id)).toEqual([claimed])
  expect(next).toBe(1)
})

/** How one row is spoilt so that an invariant must see it, in a transaction that is rolled back. */
const damage: Readonly<Record<string, string>> = {
  'one-task-a-key': `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why,
      planned_on, outcome, closed_at)
    SELECT store_id, gen_random_uuid(), programme, customer_id, vehicle_id, cycle, 'done', due_on, opens_on, call_by, closes_on, priority, why,
      planned_on, 'returned', now() FROM task WHERE store_id = $1 LIMIT 1`,
  'every-task-ends': `UPDATE task SET closes_on = '2025-01-20' WHERE store_id = $1 AND id = (SELECT id FROM task WHERE state = 'open' LIMIT 1)`,
  'every-message-ends': `UPDATE message SET state = 'queued', next_at = '2025-01-20T00:00:00Z'
    WHERE store_id = $1 AND id = (SELECT id FROM message WHERE state = 'delivered' LIMIT 1)`,
  'sent-once': `INSERT INTO message_try (store_id, id, message_id, at, channel, provider, attempt, result)
    SELECT store_id, gen_random_uuid(), message_id, at, channel, provider, attempt, result FROM message_try
    WHERE store_id = $1 AND result = 'accepted' LIMIT 1`,
  'every-due-service-is-promised': `UPDATE task SET planned_on = '2020-01-01' WHERE store_id = $1`,
  'one-service-reminder-at-a-time': `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on,
      priority, why, planned_on)
    SELECT store_id, gen_random_uuid(), 'proactive-booking', customer_id, vehicle_id, 'x', 'open', due_on, opens_on, call_by, closes_on, priority, why,
      planned_on FROM task WHERE store_id = $1 AND programme = 'regular-service' AND state IN ('open', 'attempting') LIMIT 1`,
  'every-birthday-is-kept': `UPDATE task SET due_on = due_on + 1 WHERE store_id = $1 AND programme = 'birthday'`,
  'nothing-in-quiet-hours': `UPDATE message SET sent_at = '2025-01-20T15:00:00Z' WHERE store_id = $1
    AND id = (SELECT id FROM message WHERE state = 'delivered' LIMIT 1)`,
  'never-over-the-cap': `UPDATE message SET sent_at = '2025-01-20T04:00:00Z' WHERE store_id = $1 AND state = 'delivered'`,
  'rest-between-matters': `UPDATE message SET purpose = 'reminder', sent_at = a.at - interval '1 minute' FROM attempt a JOIN task t ON t.id = a.task_id
    WHERE message.store_id = $1 AND message.customer_id = t.customer_id AND message.task_id <> t.id AND message.state = 'delivered'
      AND a.purpose = 'reminder'`,
  'nothing-against-an-opt-out': `INSERT INTO audit_entry (store_id, id, at, actor_name, action, subject_kind, subject_id, detail)
    SELECT store_id, gen_random_uuid(), sent_at - interval '1 minute', 'x', 'customer.consent', 'customer', customer_id::text, '{"doNotDisturb":true}'
    FROM message WHERE store_id = $1 AND state = 'delivered' LIMIT 1`,
  'nothing-after-the-visit': `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at)
    SELECT t.store_id, gen_random_uuid(), t.vehicle_id, t.customer_id, t.planned_on, 'maintenance', a.at - interval '1 minute', a.at
    FROM task t JOIN attempt a ON a.task_id = t.id WHERE t.store_id = $1 AND t.programme = 'regular-service' LIMIT 1`,
  'three-tries-three-parts-three-days': `UPDATE attempt a SET at = b.at + interval '20 minutes' FROM attempt b
    WHERE a.store_id = $1 AND a.task_id = b.task_id AND a.at > b.at AND a.result = 'no-answer' AND b.result = 'no-answer'`,
  'birthday-within-two-hours': `UPDATE attempt SET at = at + interval '3 hours' WHERE store_id = $1
    AND task_id IN (SELECT id FROM task WHERE programme = 'birthday')`,
  'reminded-in-good-time': `UPDATE attempt SET at = at + interval '30 days' WHERE store_id = $1`,
  'events-tell-the-task': `UPDATE task SET outcome = 'elsewhere' WHERE store_id = $1 AND id = (SELECT id FROM task WHERE outcome <> 'elsewhere' LIMIT 1)`,
  'events-without-personal-data': `UPDATE timeline_event SET data = data || '{"note":"王伟 13900000000"}' WHERE store_id = $1
    AND id = (SELECT id FROM timeline_event LIMIT 1)`,
}

describe('every invariant can fail', () => {
  test.each(invariants.map((one) => [one.name, one] as const))('%s', async (name, { check }) => {
    const spoil = damage[name]
    if (!spoil) throw new Error(`nothing spoils ${name}`)
    const luck = luckOf(ask.seed)
    const count = ask.customers + newcomersUntil({ ask, start }, end)
    const indexOf = new Map(Array.from({ length: count }, (_, index) => [customerId(store.id, index), index]))
    const back = new Error('rolled back')
    const verdict: { broken: number } = { broken: 0 }
    const work = withStore(pool, clock, store, systemActor, async (scope) => {
      // the plain role may not spoil what is append-only
      await sql`RESET ROLE`.execute(scope.tx)
      const spoilt = await sql.raw(spoil.replaceAll('$1', `'${store.id}'`)).execute(scope.tx)
      expect(Number(spoilt.numAffectedRows)).toBeGreaterThan(0)
      const facts: InvariantFacts = { ask, luck, indexOf, calendar: await calendarOf(scope), start, end }
      verdict.broken = (await check(scope, facts)).broken.length
      throw back
    })
    await expect(work).rejects.toBe(back)
    expect(verdict.broken).toBeGreaterThan(0)
  })
})
