import type { Part } from '@changhui/rules/parts'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { deriveId } from '../../../platform/ids.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { testMoment } from '../testing.ts'
import { ownCalls } from './best-time.ts'
import { claimNext } from './claim.ts'
import { callList } from './list.ts'
import { callDesk } from './testing.ts'

const database = await testDatabase()
const desk = await callDesk(database, 'HOURS')
afterAll(() => desk.pool.end())
const { as, scoped, rows, agent, clock } = desk
const next = (actor: ReturnType<typeof agent>) => as(actor, (scope) => claimNext(scope, undefined))

beforeEach(async () => {
  clock.set(testMoment)
  await rows(
    `UPDATE task SET state = 'done', outcome = 'returned', closed_at = '2026-01-01T00:00:00Z', claimed_by = NULL, claimed_until = NULL
     WHERE store_id = $1 AND state IN ('open', 'attempting')`,
  )
})

describe('the best part of the day (CARE-22)', () => {
  /** Calls of past rounds: one a part, answered in one part only. */
  async function answersIn(customerId: string, part: Part) {
    const taskId = deriveId('past', customerId)
    await rows(
      `INSERT INTO task (store_id, id, programme, customer_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on, outcome, closed_at)
       VALUES ($1, $2, 'regular-service', $3, 'past', 'done', '2026-05-01', '2026-05-01', '2026-05-01', '2026-05-01', 3, '{}', '2026-05-01', 'returned', '2026-05-02T00:00:00Z')`,
      taskId,
      customerId,
    )
    for (const one of ['morning', 'midday', 'afternoon'])
      for (let i = 0; i < 2; i++)
        await rows(
          `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, part, result)
           VALUES ($1, $2, $3, $6, '2026-05-01T02:00:00Z', 'call', $4, $5)`,
          deriveId(taskId, one, i),
          taskId,
          one,
          one === part ? 'reached' : 'no-answer',
          customerId,
        )
  }

  test('of equally urgent calls the one that suits the hour comes first', async () => {
    const late = await desk.planned({ phones: ['13900003001'] })
    const early = await desk.planned({ phones: ['13900003002'] })
    await answersIn(late.customerId, 'afternoon')
    await answersIn(early.customerId, 'morning')
    await rows(`UPDATE task SET call_by = '2026-11-30' WHERE store_id = $1 AND id = $2`, late.taskId)
    await rows(`UPDATE task SET call_by = '2026-12-01' WHERE store_id = $1 AND id = $2`, early.taskId)
    // by the days alone the other one would come first
    const plain = await scoped((scope) => callList(scope, { when: 'all', limit: 50 }))
    expect(plain.rows.map(({ id }) => id)).toEqual([late.taskId, early.taskId])
    expect(await next(agent('上午'))).toBe(early.taskId)
    await rows('UPDATE task SET claimed_by = NULL, claimed_until = NULL WHERE store_id = $1')
    clock.set('2026-11-21T07:00:00Z')
    expect(await next(agent('下午'))).toBe(late.taskId)
  })

  test('the next try goes into the part he answers in; an hour he named goes before it', async () => {
    const learnt = await desk.planned({ phones: ['13900003003'] })
    await answersIn(learnt.customerId, 'afternoon')
    const { nextAt } = await desk.call(learnt.taskId, { result: 'no-answer' })
    expect(nextAt).toBe('2026-11-22T06:30:00Z')
    const named = await desk.planned({ phones: ['13900003004'] })
    await answersIn(named.customerId, 'afternoon')
    await rows('UPDATE customer SET preferred_hour = 12 WHERE store_id = $1 AND id = $2', named.customerId)
    expect((await desk.call(named.taskId, { result: 'no-answer' })).nextAt).toBe('2026-11-22T03:30:00Z')
  })

  test('rates of the store are learnt once a day, by two at once alike', async () => {
    for (let i = 0; i < 3; i++) await desk.planned({ phones: [`1390003100${i}`] })
    await rows('DELETE FROM store_call_rate WHERE store_id = $1')
    await Promise.all([next(agent('甲')), next(agent('乙'))])
    const learnt = await rows<{ part: string; calls: number }>(
      'SELECT part, calls FROM store_call_rate WHERE store_id = $1 ORDER BY part',
    )
    expect(learnt.map(({ part }) => part)).toEqual(['afternoon', 'midday', 'morning'])
  })

  test('a plan that is kept finds the customers’ own calls, not all of the store’s', async () => {
    const { customerId, taskId } = await desk.planned({ phones: ['13900003005'] })
    await rows(
      `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, part, result)
       SELECT $1, changhui_derive_id('many|' || i), $2, changhui_derive_id('of|' || i % 2000), timestamptz '2026-05-01T02:00:00Z' + i * interval '1 minute',
         'call', 'morning', 'no-answer' FROM generate_series(1, 20000) i`,
      taskId,
    )
    await desk.pool.query('ANALYZE attempt')
    const plan = await scoped(async (scope) => {
      const statement = ownCalls(scope, [customerId]).compile(scope.tx)
      await sql`SET LOCAL plan_cache_mode = force_generic_plan`.execute(scope.tx)
      await sql.raw(`PREPARE own_calls AS ${statement.sql}`).execute(scope.tx)
      const given = [`'${scope.storeId}'`, `'{${customerId}}'`, `'2024-05-01T00:00:00Z'`]
      const { rows: lines } = await sql
        .raw<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE own_calls(${given})`)
        .execute(scope.tx)
      await sql`DEALLOCATE own_calls`.execute(scope.tx)
      return lines.map((line) => line['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('attempt_customer')
  })
})
