import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { textValues } from '../../messaging/templates/values.ts'
import { factsChanged, planStore } from '../service.ts'
import { careStore } from '../testing.ts'
import { taskCard } from './card.ts'
import { claimNext, claimTask, releaseTask } from './claim.ts'
import { callList } from './list.ts'
import { callDesk } from './testing.ts'
import { numbersToFind } from './wanting.ts'

const database = await testDatabase()
const care = await careStore(database, 'CLAIM')
afterAll(() => care.pool.end())
const { as, agent, addCar, rows, scoped } = care
const [li, wang] = [agent('李'), agent('王')]
const plan = () => scoped((scope) => planStore(scope, scope.today))

describe('taking calls', () => {
  test('many agents at once never get the same call', async () => {
    for (let i = 0; i < 60; i++) await addCar()
    await plan()
    const taken = await Promise.all(
      Array.from({ length: 30 }, (_, i) => as(agent(`坐席${i}`), (scope) => claimNext(scope, undefined))),
    )
    expect(taken.every((id) => id !== undefined)).toBe(true)
    expect(new Set(taken).size).toBe(30)
    const held = await rows('SELECT claimed_by FROM task WHERE store_id = $1 AND claimed_by IS NOT NULL')
    expect(held.length).toBe(30)
  })

  test('an agent keeps his call until he is done, and gets another one after putting it back', async () => {
    const first = await as(li, (scope) => claimNext(scope, undefined))
    expect(await as(li, (scope) => claimNext(scope, undefined))).toBe(first)
    await as(li, (scope) => releaseTask(scope, first ?? ''))
    const second = await as(li, (scope) => claimNext(scope, undefined))
    expect(second).not.toBe(first)
    await expect(as(wang, (scope) => claimTask(scope, second ?? ''))).rejects.toMatchObject({
      data: { problem: 'task.taken' },
    })
    care.clock.set('2026-11-21T02:16:00Z')
    await as(wang, (scope) => claimTask(scope, second ?? ''))
  })

  test('pages of the list follow one another without loss or repetition', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await scoped((scope) => callList(scope, { when: 'now', limit: 7, cursor }))
      seen.push(...page.rows.map((row) => row.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const all = await rows<{ id: string }>(
      `SELECT id FROM task WHERE store_id = $1 AND state = 'open' ORDER BY priority, call_by, id`,
    )
    expect(seen).toEqual(all.map((row) => row.id))
  })

  test('a further try nobody came to make waits for a part of the day not tried yet', async () => {
    const desk = await callDesk(database, 'MISSED')
    const { taskId } = await desk.planned()
    desk.clock.set('2026-11-21T00:40:00Z')
    expect(await desk.call(taskId, { result: 'no-answer' })).toMatchObject({ nextAt: '2026-11-22T03:30:00Z' })
    const next = () => desk.as(desk.agent('李'), (scope) => claimNext(scope, undefined))
    // the noon of the 22nd was too busy, and now it is the morning of the third day
    desk.clock.set('2026-11-23T00:40:00Z')
    expect(await next()).toBeUndefined()
    const [put] = await desk.rows<{ next_at: string }>(
      'SELECT next_at FROM task WHERE store_id = $1 AND id = $2',
      taskId,
    )
    expect(put?.next_at).toBe('2026-11-23T03:30:00Z')
    desk.clock.set('2026-11-23T03:30:00Z')
    expect(await next()).toBe(taskId)
    await desk.pool.end()
  })

  test('nobody gets a call of a customer somebody is calling', async () => {
    const two = await careStore(database, 'TWO-CARS')
    const [first, second] = [await two.addCar(), await two.addCar()]
    await two.rows(
      'UPDATE vehicle SET owner_id = $2 WHERE store_id = $1 AND id = $3',
      first.customerId,
      second.vehicleId,
    )
    await two.scoped((scope) => planStore(scope, scope.today))
    const at = await Promise.all([li, wang].map((who) => two.as(who, (scope) => claimNext(scope, undefined))))
    expect(at.filter((id) => id !== undefined)).toHaveLength(1)
    await two.pool.end()
  })

  test('a call whose reason is gone is not handed out', async () => {
    const { customerId, vehicleId } = await addCar()
    await plan()
    const [task] = await rows<{ id: string }>('SELECT id FROM task WHERE store_id = $1 AND vehicle_id = $2', vehicleId)
    await rows('UPDATE customer SET do_not_disturb = true WHERE store_id = $1 AND id = $2', customerId)
    await expect(as(li, (scope) => claimTask(scope, task?.id ?? ''))).rejects.toMatchObject({
      data: { problem: 'task.closed' },
    })
    const card = await as(li, (scope) => taskCard(scope, task?.id ?? ''))
    expect(card).toMatchObject({ state: 'cancelled', outcome: 'do-not-disturb' })
  })

  test('the card carries masked numbers, the filled script and what the caller should know', async () => {
    const { vehicleId } = await addCar({
      phones: ['13912345678', '13900000002'],
      vehicle: { model: '轩逸', last_visit_on: '2026-11-22' },
    })
    await plan()
    await scoped((scope) => factsChanged(scope, { vehicleIds: [vehicleId] }))
    const [task] = await rows<{ id: string }>('SELECT id FROM task WHERE store_id = $1 AND vehicle_id = $2', vehicleId)
    const card = await as(li, (scope) => taskCard(scope, task?.id ?? ''))
    expect(card.phones.map(({ masked, suggested }) => [masked, suggested])).toEqual([
      ['139****5678', true],
      ['139****0002', false],
    ])
    expect(card.script).toContain('李')
    expect(card.script).toContain('轩逸')
    expect(card.script).not.toContain('{{')
    expect(card.flags).toContain('at-reception')
  })

  test('a car that was never serviced is not told a last service', async () => {
    const { customerId, vehicleId } = await addCar({
      vehicle: { anchor_kind: 'delivery', anchor_km: 0, last_visit_on: null, model: '轩逸' },
    })
    await plan()
    const [task] = await rows<{ id: string }>('SELECT id FROM task WHERE store_id = $1 AND vehicle_id = $2', vehicleId)
    const card = await as(li, (scope) => taskCard(scope, task?.id ?? ''))
    expect(card.why).toMatchObject({ anchorOn: '2026-05-28', anchorKind: 'delivery' })
    expect(card.script).not.toMatch(/上次保养|——/)
    const values = () => as(li, (scope) => textValues(scope, [{ customerId, vehicleId }]))
    expect((await values())[0]).toMatchObject({ lastServiceOn: null, lastServiceKm: null })
    await rows(`UPDATE vehicle SET anchor_kind = 'elsewhere' WHERE store_id = $1 AND id = $2`, vehicleId)
    expect((await values())[0]).toMatchObject({ lastServiceOn: '5月28日', lastServiceKm: '0 公里' })
  })

  test('due customers without a number stand in the list of numbers to be found, not in the call list', async () => {
    const { vehicleId } = await addCar({ phones: [] })
    await plan()
    const wanted = await scoped((scope) => numbersToFind(scope, { limit: 50 }))
    expect(wanted.rows.map((row) => row.vehicleId)).toContain(vehicleId)
    expect(wanted.total).toBe(wanted.rows.length)
    const calls = await scoped((scope) => callList(scope, { when: 'all', limit: 200 }))
    expect(calls.rows.map((row) => row.vehicleId)).not.toContain(vehicleId)
  })
})
