import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { callDesk, problem } from '../calls/testing.ts'
import { type AppointmentChange, appointmentsOf, setAppointment } from './appointments.ts'

const database = await testDatabase()
const at = await callDesk(database, 'BOOKED')
afterAll(() => at.pool.end())
await at.rows(
  `INSERT INTO store_closure (store_id, day, reason) SELECT id, '2026-11-24', '盘点' FROM store WHERE id = $1`,
)

/** A car booked by telephone for Wednesday, ten o'clock. */
async function booked() {
  const car = await at.planned()
  const appointment = { day: '2026-11-25', time: '10:00' }
  await at.call(car.taskId, { attemptId: randomUUID(), result: 'reached', outcome: 'booked', appointment })
  const made = await at.one<{ id: string; version: number }>('appointment', car)
  if (!made) throw new Error('the call booked nothing')
  const now = () => at.one<{ day: string; state: string; version: number }>('appointment', car)
  const set = (change: AppointmentChange) => at.as(at.li, (scope) => setAppointment(scope, made.id, change))
  return { ...car, id: made.id, now, set }
}

describe('two people change one appointment (SEC-03)', () => {
  test('moved on a page that was read before it was called off: the later one hears of it, nobody is told "moved"', async () => {
    const { now, set, task } = await booked()
    await set({ version: 1, state: 'cancelled' })
    expect((await task())?.state).toBe('attempting')
    await expect(set({ version: 1, day: '2026-11-26' })).rejects.toMatchObject({
      kind: 'CONFLICT',
      ...problem('version.changed'),
    })
    expect(await now()).toMatchObject({ state: 'cancelled', version: 2 })
  })

  test('of several who save at once one is heard, and it is told once', async () => {
    const { customerId, now, set } = await booked()
    const wishes = ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01']
    const ends = await Promise.all(
      [...wishes.map((day) => ({ day })), { state: 'cancelled' as const }, { state: 'kept' as const }].map((change) =>
        set({ version: 1, ...change }).then(
          () => 'saved',
          (error: { data: { problem: string } }) => error.data.problem,
        ),
      ),
    )
    expect(ends.toSorted()).toEqual(['saved', ...Array(7).fill('version.changed')])
    expect((await now())?.version).toBe(2)
    const after = (await at.kindsOf(customerId)).filter((kind) => /^appointment\.(?!booked)/.test(kind))
    expect(after).toHaveLength(1)
  })

  test('one that was called off or kept is not moved, but may be restored to another day at once', async () => {
    for (const state of ['cancelled', 'kept'] as const) {
      const { now, set } = await booked()
      await set({ version: 1, state })
      await expect(set({ version: 2, time: '11:00' })).rejects.toMatchObject({
        kind: 'CONFLICT',
        ...problem('appointment.not-booked'),
      })
      await set({ version: 2, state: 'booked', day: '2026-11-26' })
      expect(await now()).toMatchObject({ state: 'booked', day: '2026-11-26', version: 3 })
    }
  })
})

test('nobody is moved or restored to a day the store is closed on (ORG-03)', async () => {
  const { id, now, set } = await booked()
  const closed = { kind: 'BAD_REQUEST', data: { problem: 'day.closed', field: 'day', values: { day: '2026-11-24' } } }
  await expect(set({ version: 1, day: '2026-11-24' })).rejects.toMatchObject(closed)
  expect(await now()).toMatchObject({ day: '2026-11-25', version: 1 })
  await at.rows(`UPDATE appointment SET day = '2026-11-24' WHERE store_id = $1 AND id = $2`, id)
  await set({ version: 1, state: 'cancelled' })
  await expect(set({ version: 2, state: 'booked' })).rejects.toMatchObject(closed)
  const [row] = await at.scoped((scope) => appointmentsOf(scope, '2026-11-24', '2026-11-24'))
  expect(row).toMatchObject({ id, state: 'cancelled', version: 2 })
})
