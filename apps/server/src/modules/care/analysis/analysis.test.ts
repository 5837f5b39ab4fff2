import { randomUUID } from 'node:crypto'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { appointmentsOf, setAppointment } from '../appointments/appointments.ts'
import { dayBoard } from '../calls/board.ts'
import { exportCalls } from '../calls/export.ts'
import { type CallReport, reportCall } from '../calls/report.ts'
import { planStore } from '../service.ts'
import { careStore, testMoment } from '../testing.ts'
import { analyse } from './analysis.ts'
import { exportAnalysis } from './export.ts'
import { periodsOf } from './periods.ts'

const database = await testDatabase()
const care = await careStore(database, 'FIGURES')
afterAll(() => care.pool.end())
beforeEach(() => care.clock.set(testMoment))
const { as, agent, addCar, rows, scoped } = care
const li = agent('李')
const day = (text: string) => Temporal.PlainDate.from(text)
const november = [day('2026-11-01'), day('2026-11-30')] as const
type Given = Partial<CallReport> & Pick<CallReport, 'result'>
const call = (taskId: string, given: Given) =>
  as(li, (scope) => reportCall(scope, taskId, { attemptId: randomUUID(), phoneId: null, ...given }))
const visit = (vehicleId: string, customerId: string, on: string) =>
  rows(
    `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'maintenance', $6, $6)`,
    randomUUID(),
    vehicleId,
    customerId,
    on,
    testMoment,
  )
const taskIds = () =>
  rows<{ id: string; vehicle_id: string; customer_id: string }>(
    'SELECT id, vehicle_id, customer_id FROM task WHERE store_id = $1 ORDER BY vehicle_id',
  )

describe('the figures of a programme (CARE-17, KPI-05)', () => {
  test('count what the records say, with what lost its object left out', async () => {
    for (let i = 0; i < 8; i++) await addCar()
    await scoped((scope) => planStore(scope, scope.today))
    const [a, b, c, d, e, f, g] = (await taskIds()) as [Task, Task, Task, Task, Task, Task, Task]
    type Task = Awaited<ReturnType<typeof taskIds>>[number]
    await call(a.id, { result: 'reached', outcome: 'booked', appointment: { day: '2026-11-25', time: null } })
    await call(b.id, { result: 'reached', outcome: 'later' })
    await call(c.id, { result: 'refused' })
    await call(d.id, { result: 'reached', outcome: 'sold' })
    const elsewhere = { servedOn: '2026-11-10', shop: '路边店', priceFen: 20_000, reason: '近' }
    await call(e.id, { result: 'reached', outcome: 'elsewhere', elsewhere })
    for (let next = await call(f.id, { result: 'no-answer' }); next.nextAt; ) {
      care.clock.set(next.nextAt)
      next = await call(f.id, { result: 'no-answer' })
    }
    // a came as booked; b came after the 30 days; g came untold
    await visit(a.vehicle_id, a.customer_id, '2026-11-25')
    await visit(b.vehicle_id, b.customer_id, '2026-12-29')
    await visit(g.vehicle_id, g.customer_id, '2026-11-24')
    const {
      rows: periods,
      reasons,
      elsewhere: shops,
    } = await scoped((scope) => analyse(scope, 'regular-service', 'month', ...november))
    expect(periods).toEqual([
      {
        period: '2026-11',
        from: '2026-11-01',
        to: '2026-11-30',
        due: 7,
        reminded: 3,
        reached: 4,
        booked: 1,
        returned: 1,
        failed: 1,
        elsewhere: 1,
      },
    ])
    expect(reasons.map(({ outcome }) => outcome).sort()).toEqual([
      'elsewhere',
      'later',
      'refused',
      'sold',
      'unreachable',
    ])
    expect(shops).toEqual([{ shop: '路边店', place: null, count: 1, averageFen: 20_000, reasons: ['近'] }])
    const file = await scoped((scope) => exportAnalysis(scope, 'regular-service', 'month', ...november))
    const { sheets } = await readXlsx(new Uint8Array(await file.arrayBuffer()))
    const cells = sheets[0]?.rows.flat()
    expect(cells).toEqual(expect.arrayContaining(['联系不上 unreachable', '已在他处办理 elsewhere', '路边店']))
    expect(cells).not.toContain('unreachable')
    expect(
      await rows(`SELECT action FROM audit_entry WHERE store_id = $1 AND action = 'analysis.export'`),
    ).toHaveLength(1)
  })

  test('one programme is not told what another one heard, and a visit that answered it counts whatever it was for', async () => {
    const warranty = () => scoped((scope) => analyse(scope, 'warranty-expiry', 'month', ...november))
    expect((await warranty()).elsewhere).toEqual([])
    await rows(
      `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, outcome, due_on, opens_on, call_by, closes_on, priority,
         why, planned_on, reached_at, reminded_at, closed_at)
       SELECT t.store_id, gen_random_uuid(), 'warranty-expiry', t.customer_id, t.vehicle_id, 'c', 'done', 'returned', '2026-11-20', '2026-11-01',
         '2026-11-10', '2026-11-20', 3, '{}', '2026-11-01', $2, $2, $2
       FROM task t WHERE t.store_id = $1 LIMIT 1`,
      testMoment,
    )
    expect((await warranty()).rows).toMatchObject([{ due: 1, reminded: 1, returned: 1 }])
    await rows(`DELETE FROM task WHERE store_id = $1 AND programme = 'warranty-expiry'`)
  })

  test('the board shows the day as it stands', async () => {
    const board = await scoped((scope) => dayBoard(scope, day('2026-11-21')))
    expect(board.programmes.find((one) => one.programme === 'regular-service')).toMatchObject({ done: 4, failed: 0 })
    expect(board.people).toMatchObject([{ calls: 6, reached: 5, booked: 1, done: 5 }])
    expect(board.hours).toEqual([{ hour: 10, calls: 6, reached: 5 }])
    expect(board.recent).toHaveLength(6)
  })

  test('the exported call list masks every number', async () => {
    expect((await scoped((scope) => exportCalls(scope, { when: 'all' }))).size).toBeGreaterThan(1_000)
  })
})

describe('appointments', () => {
  test('move, keep and cancel; a cancelled one gives its reminder back', async () => {
    const [booked] = await scoped((scope) => appointmentsOf(scope, '2026-11-25', '2026-11-25'))
    if (!booked) throw new Error('the appointment is missing')
    let version = booked.version
    const set = async (change: Omit<Parameters<typeof setAppointment>[2], 'version'>) => {
      const now = await scoped((scope) => setAppointment(scope, booked.id, { ...change, version }))
      version = now.version
      return now
    }
    expect(await set({ day: '2026-11-26', time: '14:00' })).toEqual({
      id: booked.id,
      day: '2026-11-26',
      time: '14:00',
      state: 'booked',
      version: booked.version + 1,
    })
    await expect(set({ day: '2026-11-01' })).rejects.toMatchObject({ data: { problem: 'date.past' } })
    await set({ state: 'cancelled' })
    const [task] = await rows<{ state: string }>(
      `SELECT t.state FROM task t JOIN appointment a ON a.store_id = t.store_id AND a.task_id = t.id WHERE t.store_id = $1`,
    )
    expect(task?.state).toBe('attempting')
    await set({ state: 'kept' })
    const events = await rows<{ kind: string }>(
      `SELECT kind FROM timeline_event WHERE store_id = $1 AND kind LIKE 'appointment.%' ORDER BY id`,
    )
    expect(events.map((event) => event.kind).sort()).toEqual([
      'appointment.booked',
      'appointment.cancelled',
      'appointment.kept',
      'appointment.moved',
    ])
  })
})

describe('periods', () => {
  test('weeks begin on Monday and carry their ISO number across the year', () => {
    expect(periodsOf('week', day('2026-12-31'), day('2027-01-05'))).toEqual([
      { period: '2026-W53', from: day('2026-12-28'), to: day('2027-01-03') },
      { period: '2027-W01', from: day('2027-01-04'), to: day('2027-01-10') },
    ])
  })
  test('months end on their last day, and a span nobody can read is refused', () => {
    const periods = periodsOf('month', day('2028-02-10'), day('2028-03-01'))
    expect(periods === 'too-long' ? periods : periods.map(({ period, to }) => `${period} ${to}`)).toEqual([
      '2028-02 2028-02-29',
      '2028-03 2028-03-31',
    ])
    expect(periodsOf('week', day('2000-01-01'), day('2026-01-01'))).toBe('too-long')
  })
})
