import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { addVisit } from '../../base/vehicles/visits.ts'
import { customerTasks } from '../calls/list.ts'
import { callDesk, problem } from '../calls/testing.ts'
import { registerOf } from '../register/register.ts'
import type { TestCar } from '../testing.ts'
import { type AppointmentChange, appointmentsOf, setAppointment } from './appointments.ts'
import { addAppointment } from './book.ts'

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

describe('a customer rings in (BASE-08)', () => {
  const wishOf = ({ customerId, vehicleId }: TestCar) => {
    const when = { day: '2026-11-25', time: '10:00' }
    return { id: randomUUID(), customerId, vehicleId, ...when, note: '换轮胎' }
  }
  const book = (wish: ReturnType<typeof wishOf>) => at.as(at.li, (scope) => addAppointment(scope, wish))

  test('he is booked, the reminder of that car closes as booked, and calling it off gives the reminder back', async () => {
    const car = await at.planned()
    const wish = wishOf(car)
    const made = await book(wish)
    expect(made).toEqual({ id: wish.id, day: '2026-11-25', time: '10:00', state: 'booked', version: 1 })
    expect(await car.task()).toMatchObject({ state: 'done', outcome: 'booked' })
    expect(await at.kindsOf(car.customerId)).toEqual(
      expect.arrayContaining(['task.planned', 'appointment.booked', 'task.closed']),
    )
    expect(await at.one('appointment', car)).toMatchObject({ task_id: null, note: '换轮胎', created_by: at.li.id })
    const set = (change: AppointmentChange) => at.as(at.li, (scope) => setAppointment(scope, wish.id, change))
    await set({ version: 1, state: 'cancelled' })
    expect(await car.task()).toMatchObject({ state: 'open', outcome: null })
    await set({ version: 2, state: 'booked' })
    expect(await car.task()).toMatchObject({ state: 'done', outcome: 'booked' })
  })

  test('sent several times at once it is booked once; its id is good for no other booking', async () => {
    const car = await at.planned()
    const wish = wishOf(car)
    const all = await Promise.all(Array.from({ length: 6 }, () => book(wish)))
    expect(new Set(all.map((one) => `${one.id} ${one.version}`))).toEqual(new Set([`${wish.id} 1`]))
    expect(await at.rows('SELECT id FROM appointment WHERE store_id = $1 AND id = $2', wish.id)).toHaveLength(1)
    const told = (await at.kindsOf(car.customerId)).filter((kind) => kind === 'appointment.booked')
    expect(told).toHaveLength(1)
    const reused = { kind: 'CONFLICT', ...problem('idempotency.reused') }
    await expect(book({ ...wish, day: '2026-11-26' })).rejects.toMatchObject(reused)
    const [one, two] = [await at.addCar(), await at.addCar()]
    const id = randomUUID()
    const ends = await Promise.allSettled([one, two].map((other) => book({ ...wishOf(other), id })))
    expect(ends.map((end) => end.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject(reused)
  })

  test('only a car of his own, on a day to come that the store is open', async () => {
    const [car, other] = [await at.addCar(), await at.addCar()]
    const wish = wishOf(car)
    await expect(book({ ...wish, vehicleId: other.vehicleId })).rejects.toMatchObject({ kind: 'NOT_FOUND' })
    await expect(book({ ...wish, day: '2026-11-20' })).rejects.toMatchObject(problem('date.past'))
    await expect(book({ ...wish, day: '2026-11-24' })).rejects.toMatchObject({
      data: { problem: 'day.closed', field: 'day' },
    })
    expect(await at.one('appointment', car)).toBeUndefined()
  })
})

describe('what the reception speaks of (CARE-02, CARE-03)', () => {
  test('a booked car names its open reminders and the third-service lock, in the day’s list and on the register', async () => {
    const vehicle = { delivered_on: '2025-11-20', service_count: 2, inspection_due_on: '2026-12-10' }
    const car = await at.planned({ vehicle })
    const plain = await at.addCar()
    const day = '2026-12-03'
    const book = ({ customerId, vehicleId }: TestCar) =>
      at.as(at.li, (scope) =>
        addAppointment(scope, { id: randomUUID(), customerId, vehicleId, day, time: null, note: undefined }),
      )
    const { id } = await book(car)
    await book(plain)
    const flags = async () => {
      const rows = await at.scoped((scope) => appointmentsOf(scope, day, day))
      return rows.map((row) => row.flags).toSorted((a, b) => b.length - a.length)
    }
    // the service itself is booked: nobody needs to speak of it
    expect(await flags()).toEqual([['inspection', 'third-service-lock'], []])
    const { entries } = await at.scoped((scope) => registerOf(scope, day))
    expect(entries.find((one) => one.id === id)?.flags).toEqual(['inspection', 'third-service-lock'])
    await at.setBooking(id, { state: 'cancelled' })
    expect(await flags()).toEqual([[], []])
  })

  test('in for something else, his open reminder says so among his tasks', async () => {
    const { customerId, vehicleId } = await at.planned()
    const flags = async () => (await at.scoped((scope) => customerTasks(scope, customerId))).map((one) => one.flags)
    expect(await flags()).toEqual([[]])
    const visit = { kind: 'wash' as const, orderNo: null, mileageKm: null, advisor: null, technician: null, lines: [] }
    await at.scoped((scope) => addVisit(scope, { vehicleId, arrivedOn: '2026-11-21', ...visit }))
    expect(await flags()).toEqual([['at-reception']])
  })
})
