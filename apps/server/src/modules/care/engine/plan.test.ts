import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { explainDue, factsChanged, planStore } from '../service.ts'
import { careStore } from '../testing.ts'

const database = await testDatabase()
const care = await careStore(database, 'PLAN')
const { scoped, rows, addCar } = care
afterAll(() => care.pool.end())
const day = (text: string) => Temporal.PlainDate.from(text)
const plan = (on: string) => scoped((scope) => planStore(scope, day(on)))
const taskOf = async (vehicleId: string) =>
  (
    await rows<Record<string, unknown>>(
      `SELECT * FROM task WHERE store_id = $1 AND vehicle_id = $2 AND programme = 'regular-service'`,
      vehicleId,
    )
  )[0]

describe('the daily plan', () => {
  test('makes a task with its window once, and its event with it', async () => {
    const { vehicleId, customerId } = await addCar()
    expect(await plan('2026-11-13')).toMatchObject({ 'regular-service': { due: 0, created: 0 } })
    expect(await plan('2026-11-14')).toMatchObject({ 'regular-service': { due: 1, created: 1 } })
    expect(await plan('2026-11-14')).toMatchObject({ 'regular-service': { due: 1, created: 0 } })
    expect(await taskOf(vehicleId)).toMatchObject({
      customer_id: customerId,
      state: 'open',
      cycle: '2026-05-28',
      due_on: '2026-11-28',
      opens_on: '2026-11-14',
      call_by: '2026-11-21',
      closes_on: '2027-02-26',
      blocked_by: null,
    })
    const events = await rows(
      `SELECT kind FROM timeline_event WHERE store_id = $1 AND vehicle_id = $2 AND data ->> 'programme' = 'regular-service'`,
      vehicleId,
    )
    expect(events).toEqual([{ kind: 'task.planned' }])
    const runs = await rows(
      `SELECT day, due, created FROM plan_run WHERE store_id = $1 AND programme = 'regular-service' ORDER BY day`,
    )
    expect(runs.at(-1)).toEqual({ day: '2026-11-14', due: 1, created: 1 })
  })

  test('two planners at the same time make each task once', async () => {
    for (let i = 0; i < 40; i++) await addCar()
    const results = await Promise.all(Array.from({ length: 6 }, () => plan('2026-11-20')))
    const created = results.map((result) => result['regular-service']?.created ?? 0)
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(40)
    const doubled = await rows(
      'SELECT vehicle_id FROM task WHERE store_id = $1 GROUP BY programme, vehicle_id, cycle HAVING count(*) > 1',
    )
    expect(doubled).toEqual([])
    const told = await rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM timeline_event e WHERE store_id = $1 AND kind = 'task.planned' AND data ->> 'programme' = 'regular-service'`,
    )
    expect(told[0]?.n).toBe(41)
  })

  test('an anchor on the last of a month falls due on the last of a shorter one', async () => {
    const { vehicleId } = await addCar({ vehicle: { anchor_on: '2026-08-31', interval_months: 6 } })
    await plan('2027-02-14')
    expect((await taskOf(vehicleId))?.due_on).toBe('2027-02-28')
  })

  test('a car found overdue is called within three working days, and beyond 90 days not at all', async () => {
    const late = await addCar({ vehicle: { anchor_on: '2026-03-01' } })
    const last = await addCar({ vehicle: { anchor_on: '2026-02-23' } })
    const lost = await addCar({ vehicle: { anchor_on: '2026-02-22' } })
    await plan('2026-11-21')
    expect(await taskOf(late.vehicleId)).toMatchObject({ due_on: '2026-09-01', call_by: '2026-11-24', priority: 2 })
    expect(await taskOf(last.vehicleId)).toMatchObject({ due_on: '2026-08-23' })
    expect(await taskOf(lost.vehicleId)).toBeUndefined()
  })

  test('nobody is planned who must not be called, and a missing number blocks the task', async () => {
    const quiet = await addCar({ doNotDisturb: true })
    const taxi = await addCar({ vehicle: { purpose: 'commercial' } })
    const sold = await addCar({ vehicle: { state: 'sold' } })
    const unknown = await addCar({ phones: [] })
    await plan('2026-11-21')
    for (const { vehicleId } of [quiet, taxi, sold]) expect(await taskOf(vehicleId)).toBeUndefined()
    expect((await taskOf(unknown.vehicleId))?.blocked_by).toBe('no-phone')
    const ids = [quiet.vehicleId, taxi.vehicleId, sold.vehicleId]
    const why = await scoped((scope) => explainDue(scope, ids))
    const regular = (id: string) => why.get(id)?.find((one) => one.programme === 'regular-service')?.reason
    expect(ids.map(regular)).toEqual(['do-not-disturb', 'commercial-use', 'sold'])
  })

  test('a programme the store has switched off plans nobody and says so', async () => {
    const off = await careStore(database, 'OFF')
    await off.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:regular-service', '{"enabled":false}', $2)`,
      '2026-11-21T00:00:00Z',
    )
    const { vehicleId } = await off.addCar()
    expect(await off.scoped((scope) => planStore(scope, scope.today))).toMatchObject({
      'regular-service': { due: 0, created: 0 },
    })
    const why = await off.scoped((scope) => explainDue(scope, [vehicleId]))
    expect(why.get(vehicleId)).toContainEqual(
      expect.objectContaining({ programme: 'regular-service', state: 'excluded', reason: 'disabled' }),
    )
    await off.pool.end()
  })

  test('the first run of a later day closes what expired', async () => {
    const { vehicleId } = await addCar({ vehicle: { anchor_on: '2026-04-10' } })
    await plan('2026-11-21')
    await plan('2027-01-08')
    expect((await taskOf(vehicleId))?.state).toBe('open')
    await plan('2027-01-09')
    expect(await taskOf(vehicleId)).toMatchObject({ state: 'failed', outcome: 'expired' })
  })

  test('an accepted reading moves the due date of the same task, a refused one does not', async () => {
    const facts = { anchor_km: 10_000, odometer_km: 10_000, odometer_on: '2026-05-28', daily_km: 20 }
    const { vehicleId } = await addCar({ vehicle: facts })
    await plan('2026-11-21')
    const before = await taskOf(vehicleId)
    await rows(
      'UPDATE vehicle SET odometer_km = 14500, odometer_on = $3, daily_km = 26 WHERE store_id = $1 AND id = $2',
      vehicleId,
      '2026-11-20',
    )
    expect(await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))).toMatchObject({
      closed: 0,
      moved: 0,
    })
    await rows('UPDATE vehicle SET odometer_km = 14900, daily_km = 50 WHERE store_id = $1 AND id = $2', vehicleId)
    expect(await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))).toMatchObject({
      closed: 0,
      moved: 1,
    })
    const after = await taskOf(vehicleId)
    expect(after).toMatchObject({ id: before?.id, due_on: '2026-11-22', call_by: '2026-11-24' })
    expect(await plan('2026-11-21')).toMatchObject({ 'regular-service': { created: 0 } })
  })
})

describe('a reason that is gone', () => {
  test('takes the task up again: who may be called once more, the car that was not sold', async () => {
    const { vehicleId, customerId } = await addCar()
    await plan('2026-11-21')
    const follow = () => scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    const lives = async () => {
      const { state, outcome } = (await taskOf(vehicleId)) ?? {}
      return [state, outcome]
    }
    await rows('UPDATE customer SET do_not_disturb = true WHERE store_id = $1 AND id = $2', customerId)
    await follow()
    expect(await lives()).toEqual(['cancelled', 'do-not-disturb'])
    expect(await plan('2026-11-21')).toMatchObject({ 'regular-service': { created: 0 } })
    await rows('UPDATE customer SET do_not_disturb = false WHERE store_id = $1 AND id = $2', customerId)
    await rows(`UPDATE vehicle SET state = 'sold' WHERE store_id = $1 AND id = $2`, vehicleId)
    expect(await plan('2026-11-21')).toMatchObject({ 'regular-service': { created: 0 } })
    await rows(`UPDATE vehicle SET state = 'active' WHERE store_id = $1 AND id = $2`, vehicleId)
    expect(await plan('2026-11-21')).toMatchObject({ 'regular-service': { created: 1 } })
    expect(await lives()).toEqual(['open', null])
    expect(await plan('2026-11-21')).toMatchObject({ 'regular-service': { created: 0 } })
  })

  test("the task goes with the car to its new owner, and waits for the new owner's number", async () => {
    const { vehicleId } = await addCar()
    const other = await addCar({ phones: [] })
    await plan('2026-11-21')
    await rows('UPDATE vehicle SET owner_id = $3 WHERE store_id = $1 AND id = $2', vehicleId, other.customerId)
    await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    expect(await taskOf(vehicleId)).toMatchObject({
      state: 'open',
      customer_id: other.customerId,
      blocked_by: 'no-phone',
    })
  })
})

/** Mulberry32: the same cars every time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

describe('the explanation', () => {
  test('calls exactly the cars due that the plan makes tasks for, of 800 generated ones', async () => {
    const other = await careStore(database, 'AGREE')
    const random = chance(20261121)
    const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
    const maybe = <T>(share: number, value: T) => (random() < share ? value : null)
    const cars = Array.from({ length: 800 }, (_, i) => {
      const anchor = day('2024-11-01').add({ days: whole(0, 800) })
      const anchorKm = maybe(0.8, whole(0, 90_000))
      return {
        id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
        anchor_on: maybe(0.97, anchor.toString()),
        anchor_km: anchorKm,
        anchor_kind: 'service',
        interval_months: maybe(0.3, whole(1, 24)),
        interval_km: maybe(0.3, whole(500, 20_000)),
        odometer_km: maybe(0.8, (anchorKm ?? 0) + whole(-200, 9_000)),
        odometer_on: maybe(0.9, anchor.add({ days: whole(-5, 400) }).toString()),
        daily_km: maybe(0.85, whole(5, 60_000) / 100),
        state: random() < 0.9 ? 'active' : 'sold',
        purpose: random() < 0.95 ? 'private' : 'commercial',
        do_not_disturb: random() < 0.05,
        consents: random() < 0.05 ? { call: false } : {},
      }
    })
    // its rounds are regular service's own
    await other.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:proactive-booking', '{"enabled":false}', $2)`,
      '2026-11-21T00:00:00Z',
    )
    const source = `json_to_recordset($2) AS r(id uuid, anchor_on date, anchor_km int, anchor_kind text, interval_months smallint,
      interval_km int, odometer_km int, odometer_on date, daily_km float8, state text, purpose text, do_not_disturb boolean, consents jsonb)`
    const json = JSON.stringify(cars)
    await other.rows(
      `INSERT INTO customer (store_id, id, name, do_not_disturb, consents, created_at, updated_at)
       SELECT $1, id, '车主', do_not_disturb, consents, $3, $3 FROM ${source}`,
      json,
      '2026-11-21T00:00:00Z',
    )
    await other.rows(
      `INSERT INTO vehicle (store_id, id, owner_id, anchor_on, anchor_km, anchor_kind, interval_months, interval_km, odometer_km,
         odometer_on, daily_km, state, purpose, created_at, updated_at)
       SELECT $1, id, id, anchor_on, anchor_km, anchor_kind, interval_months, interval_km, odometer_km, odometer_on, daily_km, state,
         purpose, $3, $3 FROM ${source}`,
      json,
      '2026-11-21T00:00:00Z',
    )
    await other.pool.query('ANALYZE customer, vehicle')
    const ids = cars.map((car) => car.id)
    const explained = () => other.scoped((scope) => explainDue(scope, ids))
    const before = await explained()
    await other.scoped((scope) => planStore(scope, day('2026-11-21')))
    const tasks = await other.rows<{ vehicle_id: string; due_on: string }>(
      `SELECT vehicle_id, due_on FROM task WHERE store_id = $1 AND programme = 'regular-service'`,
    )
    const planned = new Map(tasks.map((task) => [task.vehicle_id, task.due_on]))
    const after = await explained()
    const regular = (why: Awaited<typeof before>, id: string) =>
      why.get(id)?.find((one) => one.programme === 'regular-service')
    const states: Record<string, number> = {}
    for (const { id } of cars) {
      const [was, is] = [regular(before, id), regular(after, id)]
      states[was?.state ?? ''] = (states[was?.state ?? ''] ?? 0) + 1
      expect([id, was?.state === 'due' ? was.dueOn : undefined]).toEqual([id, planned.get(id)])
      expect([id, is?.state]).toEqual([id, planned.has(id) ? 'task-open' : was?.state])
      expect([id, was?.reason === null]).toEqual([id, was?.state !== 'excluded'])
    }
    // the sample must hold cars of every kind, or it proves nothing
    for (const state of ['due', 'not-yet', 'too-late', 'excluded']) expect(states[state]).toBeGreaterThan(15)
    await other.pool.end()
  })
})
