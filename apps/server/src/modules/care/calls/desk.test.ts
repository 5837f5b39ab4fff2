import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Role } from '@changhui/rules/permissions'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { openXlsx } from '../../../platform/xlsx-read.ts'
import { planStore } from '../service.ts'
import { testMoment } from '../testing.ts'
import { assignTasks, workload } from './assign.ts'
import { dayBoard } from './board.ts'
import { claimNext, claimTask, requireTaken } from './claim.ts'
import { type Caller, closedUntil } from './desk.ts'
import { callList } from './list.ts'
import { callDesk, problem } from './testing.ts'
import { exportFailures, failedReminders } from './wanting.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'DESK')
afterAll(() => desk.pool.end())
const { as, scoped, rows, li, agent, clock } = desk
const wang = agent('王')
const zhao = agent('赵')

/** Everything written in a workbook, as one text. */
async function readSheet(file: File): Promise<string> {
  const path = resolve(tmpdir(), `changhui-sheet-${process.pid}.xlsx`)
  await writeFile(path, Buffer.from(await file.arrayBuffer()))
  const book = await openXlsx(path)
  const cells: unknown[] = []
  for await (const row of book.rows()) cells.push(JSON.stringify(row))
  await rm(path)
  return cells.join('\n')
}

interface TaskRow {
  id: string
  state: string
  outcome: string | null
  outcome_detail: unknown
  held_by: string | null
  next_at: string | null
  assignee_id: string | null
}
const taskOf = async (id: string) => (await rows<TaskRow>('SELECT * FROM task WHERE store_id = $1 AND id = $2', id))[0]
const staff = (...people: [actor: { id: string | null; name: string }, role: Role, disabled?: boolean][]) =>
  people.map(([actor, role, disabled = false]) => ({
    userId: actor.id ?? '',
    name: actor.name,
    roles: [role],
    disabled,
  }))
const callerAs = (role: Role, everybody: Caller['staff'] = []): Caller => ({ roles: [role], staff: everybody })
const next = (actor = li, caller?: Caller) => as(actor, (scope) => claimNext(scope, undefined, caller))
/** A message of another matter went out some hours ago. */
const touched = (customerId: string, hoursAgo: number) =>
  rows(
    `INSERT INTO message (store_id, id, customer_id, channel, channels, purpose, recipient, body, state, created_at, sent_at)
     VALUES ($1, $2, $3, 'sms', '{sms}', 'reminder', '13900000000', 'x', 'sent', $4, $4)`,
    desk.newId(),
    customerId,
    clock.now().subtract({ hours: hoursAgo }).toString(),
  )

beforeEach(async () => {
  clock.set(testMoment)
  // what the test before left open is nobody's business here
  await rows(
    `UPDATE task SET state = 'done', outcome = 'returned', closed_at = '2026-01-01T00:00:00Z', claimed_by = NULL, claimed_until = NULL
     WHERE store_id = $1 AND state IN ('open', 'attempting')`,
  )
})

describe('the contact gate at calls (CARE-18)', () => {
  test('whom a message reached lately waits: the hour and the reason stand in the list, the next one is handed out', async () => {
    const held = await desk.planned({ vehicle: { anchor_on: '2026-05-21' } })
    const free = await desk.planned({ phones: ['13900000002'] })
    await touched(held.customerId, 2)
    expect(await next()).toBe(free.taskId)
    const row = await taskOf(held.taskId)
    expect(row).toMatchObject({ state: 'open', held_by: 'cool-down', next_at: '2026-11-22T00:30:00Z' })
    const list = await scoped((scope) => callList(scope, { when: 'all', limit: 50 }))
    expect(list.rows.find((one) => one.id === held.taskId)).toMatchObject({ heldBy: 'cool-down' })
    const board = await scoped((scope) => dayBoard(scope, scope.today))
    expect(board.programmes.find((one) => one.programme === 'regular-service')).toMatchObject({ held: 1, work: 'call' })
    // a message the gate keeps back counts for its task likewise
    await rows(
      `INSERT INTO message (store_id, id, customer_id, task_id, channel, channels, purpose, recipient, body, state, held, created_at, next_at)
       VALUES ($1, $2, $3, $4, 'sms', '{sms}', 'reminder', '13900000000', 'x', 'queued', 'cap', $5, $5)`,
      desk.newId(),
      free.customerId,
      free.taskId,
      testMoment,
    )
    const both = await scoped((scope) => dayBoard(scope, scope.today))
    expect(both.programmes.find((one) => one.programme === 'regular-service')).toMatchObject({ held: 2 })
    await rows(`DELETE FROM message WHERE store_id = $1 AND held = 'cap'`)
    expect(await next(wang)).toBeUndefined()
    await desk.call(free.taskId, { result: 'refused' })
    clock.set('2026-11-22T00:31:00Z')
    expect(await next(wang)).toBe(held.taskId)
    expect(await taskOf(held.taskId)).toMatchObject({ held_by: null })
  })

  test('taking such a customer from the list is refused with the hour, and what the gate said is kept', async () => {
    const { taskId, customerId } = await desk.planned()
    await touched(customerId, 2)
    const claim = await as(li, (scope) => claimTask(scope, taskId))
    expect(claim).toMatchObject({ taken: false, reason: 'cool-down' })
    expect(() => requireTaken(claim, 'Asia/Shanghai')).toThrow(/until 2026-11-22 08:30/)
    expect(await taskOf(taskId)).toMatchObject({ held_by: 'cool-down' })
  })

  test('a wished hour goes through whatever was sent', async () => {
    const { taskId, customerId } = await desk.planned()
    const wish = { result: 'reached', outcome: 'callback', callbackAt: '2026-11-21T03:00:00Z' } as const
    await desk.call(taskId, wish)
    await touched(customerId, 1)
    clock.set('2026-11-21T03:01:00Z')
    expect(await next()).toBe(taskId)
    expect(await taskOf(taskId)).toMatchObject({ held_by: null })
  })

  test('who would have to wait beyond the end of the task: it ends with the reason', async () => {
    const { taskId, customerId } = await desk.planned()
    await rows(`UPDATE task SET closes_on = '2026-11-21' WHERE store_id = $1 AND id = $2`, taskId)
    await touched(customerId, 2)
    expect(await next()).toBeUndefined()
    expect(await taskOf(taskId)).toMatchObject({
      state: 'failed',
      outcome: 'expired',
      outcome_detail: { gate: 'would-expire', held: 'cool-down' },
    })
    expect(await desk.kindsOf(customerId)).toContain('task.closed')
    const month = { limit: 50, month: '2026-11', programme: 'regular-service' }
    const failures = await scoped((scope) => failedReminders(scope, month))
    expect(failures.rows.find((one) => one.id === taskId)).toMatchObject({ reason: 'would-expire' })
    expect(failures.total).toBe(failures.rows.length)
    const none = await scoped((scope) => failedReminders(scope, { ...month, month: '2026-10' }))
    expect(none).toMatchObject({ rows: [], total: 0 })
    const file = await scoped((scope) => exportFailures(scope, { month: '2026-11' }))
    const sheet = await readSheet(file)
    expect(sheet).toContain('等到可联系时已过期 too late once allowed')
    expect(sheet).toContain('139****0001')
  })

  test('after a message to many, ten agents at once find the few who may be called, each another one', async () => {
    const free: string[] = []
    for (let i = 0; i < 130; i++) {
      const { customerId } = await desk.addCar({ phones: [`1390001${String(i).padStart(4, '0')}`] })
      if (i < 120) await touched(customerId, 2)
      else free.push(customerId)
    }
    await scoped((scope) => planStore(scope, scope.today))
    const taken = await Promise.all(Array.from({ length: 12 }, (_, i) => next(agent(`同时${i}`))))
    const got = taken.filter((id) => id !== undefined)
    expect(new Set(got).size).toBe(10)
    const owners = await rows<{ customer_id: string }>(
      'SELECT customer_id FROM task WHERE store_id = $1 AND id = ANY ($2::uuid[])',
      got,
    )
    expect(new Set(owners.map((one) => one.customer_id))).toEqual(new Set(free))
    const [held] = await rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM task WHERE store_id = $1 AND held_by = 'cool-down' AND state = 'open'`,
    )
    expect(held?.n).toBe(120)
  })

  test('the counts of the day are a person’s own, and the store’s where the store’s calls are asked for', async () => {
    const done = async (whose: 'mine' | 'all', actor = li) =>
      (await as(actor, (scope) => callList(scope, { when: 'all', whose, limit: 1 }))).doneToday
    clock.set('2026-11-24T02:00:00Z')
    const [mine, sold, hers, came] = [
      await desk.planned(),
      await desk.planned(),
      await desk.planned(),
      await desk.planned(),
    ]
    await desk.call(mine.taskId, { result: 'reached', outcome: 'later' })
    await desk.call(sold.taskId, { result: 'reached', outcome: 'sold' })
    await desk.call(hers.taskId, { result: 'no-answer' })
    clock.set('2026-11-24T04:00:00Z')
    await desk.call(hers.taskId, { result: 'refused' }, wang)
    await rows(
      `UPDATE task SET state = 'done', outcome = 'returned', closed_at = '2026-11-24T03:00:00Z' WHERE store_id = $1 AND id = $2`,
      came.taskId,
    )
    expect([await done('mine'), await done('mine', wang), await done('mine', zhao), await done('all')]).toEqual([
      2, 1, 0, 3,
    ])
    const { dueToday } = await as(wang, (scope) => callList(scope, { when: 'all', limit: 1 }))
    expect(dueToday).toBe(1)
  })

  test('nobody is called while the store is closed, and nothing is moved for that', async () => {
    const { taskId } = await desk.planned()
    clock.set('2026-11-21T12:00:00Z')
    expect(await next()).toBeUndefined()
    expect(await taskOf(taskId)).toMatchObject({ held_by: null, next_at: null })
    expect(await scoped(closedUntil)).toBe('2026-11-22T00:30:00Z')
  })
})

describe('whose calls (CARE-06, CARE-21)', () => {
  const assign = (id: string, to: string | null) =>
    rows('UPDATE task SET assignee_id = $3 WHERE store_id = $1 AND id = $2', id, to)

  test('what is assigned to one stands in his list alone, before the rest, and falls to all when he has left', async () => {
    const open = await desk.planned({ vehicle: { anchor_on: '2026-05-21' } })
    const mine = await desk.planned()
    await assign(mine.taskId, wang.id)
    const here = staff([li, 'care-agent'], [wang, 'advisor'])
    const listed = async (actor: typeof li, role: Role, people = here) =>
      (await as(actor, (scope) => callList(scope, { when: 'all', limit: 50 }, callerAs(role, people)))).rows.map(
        ({ id }) => id,
      )
    expect(await listed(li, 'care-agent')).toEqual([open.taskId])
    expect(await listed(wang, 'advisor')).toEqual([mine.taskId, open.taskId])
    expect(await next(wang, callerAs('advisor', here))).toBe(mine.taskId)
    await rows('UPDATE task SET claimed_by = NULL, claimed_until = NULL WHERE store_id = $1')
    const left = staff([li, 'care-agent'], [wang, 'advisor', true])
    expect(await listed(li, 'care-agent', left)).toHaveLength(2)
    const all = await as(li, (scope) =>
      callList(
        scope,
        { when: 'all', limit: 50, whose: 'all', assignee: wang.id ?? '' },
        callerAs('care-manager', here),
      ),
    )
    expect(all.rows).toMatchObject([{ id: mine.taskId, assigneeId: wang.id }])
  })

  test('insurance calls: first with the specialist, not with care agents while there is one', async () => {
    const service = await desk.planned({ vehicle: { anchor_on: '2026-05-01' } })
    const renewal = await desk.planned()
    await rows(`UPDATE task SET programme = 'insurance-renewal' WHERE store_id = $1 AND id = $2`, renewal.taskId)
    const here = staff([li, 'care-agent'], [zhao, 'insurance-specialist'])
    const list = (actor: typeof li, caller: Caller) =>
      as(actor, (scope) => callList(scope, { when: 'all', limit: 50 }, caller))
    expect((await list(zhao, callerAs('insurance-specialist', here))).rows.map(({ id }) => id)).toEqual([
      renewal.taskId,
      service.taskId,
    ])
    expect((await list(li, callerAs('care-agent', here))).rows.map(({ id }) => id)).toEqual([service.taskId])
    expect((await list(li, callerAs('care-agent', staff([li, 'care-agent'])))).rows).toHaveLength(2)
  })

  test('a supervisor gives calls away and back; two at once leave every call with one person', async () => {
    const ids: string[] = []
    for (let i = 0; i < 20; i++) ids.push((await desk.planned({ phones: [`1390002${1000 + i}`] })).taskId)
    const people = staff([li, 'care-agent'], [wang, 'advisor'], [zhao, 'technician'])
    const give = (to: string | null, more: object) =>
      scoped((scope) => assignTasks(scope, { to, most: 500, ...more }, people))
    const both = await Promise.all([give(li.id, { taskIds: ids }), give(wang.id, { taskIds: ids })])
    expect(both.map(({ assigned }) => assigned)).toEqual([20, 20])
    const owners = await rows<{ assignee_id: string; n: number }>(
      `SELECT assignee_id, count(*)::int AS n FROM task WHERE store_id = $1 AND id = ANY ($2::uuid[]) GROUP BY 1`,
      ids,
    )
    expect(owners.map(({ n }) => n)).toEqual([20])
    const [owner] = owners
    const other = owner?.assignee_id === li.id ? wang : li
    expect(await give(other.id, { from: owner?.assignee_id, programme: 'regular-service', most: 8 })).toEqual({
      assigned: 8,
    })
    const load = await scoped((scope) => workload(scope, people))
    expect(load.rows.map(({ open }) => open).sort()).toEqual([12, 8])
    expect(load.people.map(({ name }) => name)).toEqual(['李', '王'])
    expect(await give(null, { from: other.id })).toEqual({ assigned: 8 })
    await expect(give(zhao.id, { from: null })).rejects.toMatchObject(problem('not-found'))
    await expect(give(li.id, {})).rejects.toMatchObject(problem('input.invalid'))
  })
})
