import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { callDesk } from '../calls/testing.ts'
import { handOver, owedRegisters, registerOf, registersOf, registerWithNumbers } from './register.ts'

const database = await testDatabase()
let stores = 0
const pools: { end(): Promise<void> }[] = []
afterAll(async () => {
  for (const pool of pools) await pool.end()
})

/** A Saturday 10:00; so many cars booked for Sunday by telephone. */
async function desk(booked: number) {
  const at = await callDesk(database, `R${++stores}`)
  pools.push(at.pool)
  // the same person in every store
  await at.pool.query(
    `INSERT INTO auth_user (id, name, username, email, created_at, updated_at) VALUES ($1, $2, $2, $2, now(), now()) ON CONFLICT DO NOTHING`,
    [at.li.id, at.li.name],
  )
  let phone = 1_000
  const book = async (time: string | null, note?: string) => {
    const car = await at.planned({ phones: [`1390000${phone++}`] })
    await at.call(car.taskId, {
      attemptId: randomUUID(),
      result: 'reached',
      outcome: 'booked',
      appointment: { day: '2026-11-22', time, note },
    })
    return car
  }
  for (let n = 0; n < booked; n++) await book(`09:${String(n).padStart(2, '0')}`, '需要代步车')
  const of = () => at.scoped((scope) => registerOf(scope, '2026-11-22'))
  const over = async (receivedBy?: string, paper?: string) => {
    const list = paper ?? (await of()).status.list
    return at.as(at.li, (scope) => handOver(scope, '2026-11-22', { list, receivedBy }))
  }
  const owed = () => at.scoped(owedRegisters)
  return { ...at, book, of, over, owed }
}

describe('the booking register (CARE-10)', () => {
  test('lists who comes, with car, mileage, reason and who booked it; numbers masked unless asked for, and that is logged', async () => {
    const at = await desk(2)
    await at.book(null)
    const { entries, status } = await at.of()
    expect(entries.map((one) => one.time)).toEqual(['09:00', '09:01', null])
    expect(entries[0]).toMatchObject({
      customerName: '车主',
      plate: '京A12345',
      programme: 'regular-service',
      note: '需要代步车',
    })
    expect(entries.every((one) => /^139\*{4}\d{4}$/.test(one.phone ?? ''))).toBe(true)
    expect(status).toMatchObject({ state: 'waiting', bookings: 3, by: '2026-11-21T09:30:00Z' })
    const whole = await at.scoped((scope) => registerWithNumbers(scope, '2026-11-22'))
    expect(whole.entries.every((one) => /^1390000\d{4}$/.test(one.phone ?? ''))).toBe(true)
    const log = await at.rows<{ detail: object }>(
      `SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'register.numbers'`,
    )
    expect(log).toEqual([{ detail: { numbers: 3 } }])
  })

  test('is owed before closing, presses in the last hour, and is late after it', async () => {
    const at = await desk(1)
    const states = async () => (await at.owed()).map((one) => `${one.day} ${one.state}`)
    expect(await states()).toEqual(['2026-11-22 waiting'])
    at.clock.set('2026-11-21T08:30:00Z')
    expect(await states()).toEqual(['2026-11-22 pressing'])
    at.clock.set('2026-11-21T09:30:00Z')
    expect(await states()).toEqual(['2026-11-22 overdue'])
    // the next morning it is today's, and still not handed over
    at.clock.set('2026-11-22T01:00:00Z')
    expect(await states()).toEqual(['2026-11-22 overdue', '2026-11-23 empty'])
    const late = await at.over()
    expect([late.late, late.state, late.handedOverByName]).toEqual([true, 'handed-over', '李'])
    expect(await states()).toEqual(['2026-11-23 empty'])
  })

  test('handed over in time, then changed: the page says so, and it is handed over again', async () => {
    const at = await desk(2)
    const done = await at.over('前台小陈')
    expect(done).toMatchObject({ state: 'handed-over', late: false, times: 1, receivedBy: '前台小陈', added: 0 })
    const [first] = (await at.of()).entries
    await at.book('15:00')
    await at.setBooking(first?.id ?? '', { state: 'cancelled' })
    expect((await at.of()).status).toMatchObject({ state: 'changed', added: 1, removed: 1, bookings: 2 })
    const [second] = (await at.of()).entries
    await at.setBooking(second?.id ?? '', { time: '16:00' })
    expect((await at.of()).status).toMatchObject({ state: 'changed', added: 2 })
    at.clock.set('2026-11-21T10:00:00Z')
    // what is new came after closing; the register itself was in time
    const again = await at.over()
    expect(again).toMatchObject({ state: 'handed-over', times: 2, late: false, added: 0, removed: 0 })
    expect(
      await at.rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'register.hand-over'`),
    ).toHaveLength(2)
  })

  test('is not handed over with another list than was printed', async () => {
    const at = await desk(2)
    const { status, entries } = await at.of()
    const refused = { data: { problem: 'register.changed' } }
    await at.setBooking(entries[0]?.id ?? '', { time: '10:30' })
    await expect(at.over('前台小陈', status.list)).rejects.toMatchObject(refused)
    await at.setBooking(entries[0]?.id ?? '', { time: '09:00' })
    // one went and one came: as many as on the paper, but not the same
    await at.setBooking(entries[0]?.id ?? '', { state: 'cancelled' })
    await at.book('15:00')
    await expect(at.over('前台小陈', status.list)).rejects.toMatchObject(refused)
    expect((await at.of()).status).toMatchObject({ times: 0, bookings: 2 })
  })

  test('a week shows every day', async () => {
    const at = await desk(1)
    const days = await at.scoped((scope) => registersOf(scope, '2026-11-16', '2026-11-22'))
    expect(days.map((one) => one.state)).toEqual([...Array(6).fill('empty'), 'waiting'])
    await expect(at.scoped((scope) => registersOf(scope, '2026-01-01', '2026-11-22'))).rejects.toMatchObject({
      data: { problem: 'setting.out-of-range' },
    })
  })
})
