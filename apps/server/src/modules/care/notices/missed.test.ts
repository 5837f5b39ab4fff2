import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { claimNext } from '../calls/claim.ts'
import { callDesk } from '../calls/testing.ts'
import { planStore } from '../service.ts'
import { endMissedCalls } from './missed.ts'

const desk = await callDesk(await testDatabase(), 'MISSED-CALLS')
afterAll(() => desk.pool.end())

const missedAt = (moment: string) => {
  desk.clock.set(moment)
  return desk.scoped(endMissedCalls)
}

test('a birthday call whose number proved dead waits for the corrected one until closing (CARE-07)', async () => {
  const born = async () => {
    const car = await desk.addCar()
    await desk.rows(`UPDATE customer SET birthday = '1990-11-21' WHERE store_id = $1 AND id = $2`, car.customerId)
    return { ...car, task: async () => (await desk.tasksOf(car.customerId, 'birthday'))[0] }
  }
  const [corrected, never] = [await born(), await born()]
  desk.clock.set('2026-11-21T00:40:00Z')
  await desk.scoped((scope) => planStore(scope, scope.today))
  for (const one of [corrected, never]) {
    const followed = await desk.call((await one.task())?.id ?? '', { result: 'dead' })
    expect(followed.decision).toBe('correct-number')
  }
  expect(await missedAt('2026-11-21T02:30:00Z')).toBe(0)

  desk.clock.set('2026-11-21T03:00:00Z')
  const phoneId = await desk.giveNumber(corrected.customerId, '13900000009')
  expect(await missedAt('2026-11-21T05:00:00Z')).toBe(0)
  const taken = await desk.as(desk.li, (scope) => claimNext(scope, 'birthday'))
  expect(taken).toBe((await corrected.task())?.id)
  expect(await desk.call(taken ?? '', { result: 'no-answer', phoneId })).toMatchObject({ sentMessage: true })
  expect(await corrected.task()).toMatchObject({ outcome: 'unreachable' })

  expect(await missedAt('2026-11-21T09:29:00Z')).toBe(0)
  expect(await missedAt('2026-11-21T09:30:00Z')).toBe(1)
  expect(await never.task()).toMatchObject({ outcome: 'unreachable', blocked_by: 'no-phone' })
  expect(await desk.one('message', never)).toMatchObject({ purpose: 'greeting' })
})
