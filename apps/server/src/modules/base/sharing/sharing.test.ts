import { readXlsx } from 'hucre/xlsx'
import { afterAll, describe, expect, test } from 'vitest'
import { shareNewVehicles } from '../../../jobs.ts'
import { loadConfig } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import { createLog } from '../../../platform/log.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { planStore } from '../../care/service.ts'
import { listStaff } from '../../staff/service.ts'
import { createCustomer, editCustomer, getCustomer } from '../customers/edit.ts'
import { mergeBench, problemOf } from '../quality/testing.ts'
import { createVehicle } from '../vehicles/edit.ts'
import { exportSharing } from './export.ts'
import { shareLastMonth } from './service.ts'
import { monthOf, reassign, setSharer, shareMonth, sharingMonth } from './sharing.ts'

const database = await testDatabase()
const bench = mergeBench(database)
const { pool } = bench
afterAll(() => pool.end())

const october = monthOf('2026-10-01')
/** A store with advisors and so many cars delivered in October. */
async function store(advisors: readonly string[], cars: number) {
  const at = await bench.store()
  const ids: Record<string, string> = {}
  for (const name of advisors) {
    const id = at.newId()
    ids[name] = id
    await pool.query(
      `INSERT INTO auth_user (id, name, username, email, created_at, updated_at) VALUES ($1, $2, $3, $3 || '@staff.invalid', now(), now())`,
      [id, name, `u${id}`],
    )
    await pool.query(`INSERT INTO staff_role (store_id, user_id, role, granted_at) VALUES ($1, $2, 'advisor', now())`, [
      at.id,
      id,
    ])
  }
  const staff = await listStaff({ config: loadConfig({}), pool, db: openDb(pool), clock: at.clock }, at.id)
  const deliver = (count: number, on = '2026-10-12') =>
    at.as(async (scope) => {
      const made = []
      for (let n = 0; n < count; n++) {
        const { id } = await createCustomer(scope, { name: `车主${n}`, phones: [] })
        made.push({ customerId: id, vehicleId: (await createVehicle(scope, id, { deliveredOn: on })).id })
      }
      return made
    })
  const made = await deliver(cars)
  const counts = async () => {
    const { sharers } = await at.as((scope) => sharingMonth(scope, staff, october))
    return Object.fromEntries(sharers.map((one) => [one.name, one.count]))
  }
  const shares = () =>
    at.rows<{ vehicle_id: string; advisor_id: string }>(
      'SELECT vehicle_id, advisor_id FROM vehicle_share WHERE store_id = $1 ORDER BY vehicle_id',
    )
  const run = () => at.as((scope) => shareMonth(scope, staff, october))
  return { ...at, ids, staff, made, deliver, counts, shares, run }
}

describe('sharing out the month’s new vehicles (BASE-10)', () => {
  test('evenly, once, with the customers following; later deliveries join without moving anything', async () => {
    const at = await store(['甲', '乙', '丙'], 10)
    expect(await at.run()).toEqual({ given: 10, unassigned: 0 })
    expect(Object.values(await at.counts()).sort()).toEqual([3, 3, 4])
    const first = await at.shares()
    for (const { vehicleId, customerId } of at.made) {
      const advisor = (await at.as((scope) => getCustomer(scope, customerId))).advisorId
      expect(advisor).toBe(first.find((one) => one.vehicle_id === vehicleId)?.advisor_id)
    }
    expect(await at.run()).toEqual({ given: 0, unassigned: 0 })
    await at.deliver(5)
    expect(await at.run()).toEqual({ given: 5, unassigned: 0 })
    expect(Object.values(await at.counts())).toEqual([5, 5, 5])
    expect(await at.shares()).toEqual(expect.arrayContaining(first))
    // of another month nothing is given
    await at.deliver(2, '2026-11-02')
    expect(await at.run()).toEqual({ given: 0, unassigned: 0 })
  })

  test('two runs at once give each vehicle once', async () => {
    const at = await store(['甲', '乙'], 9)
    const runs = await Promise.all([at.run(), at.run(), at.run()])
    expect(runs.reduce((sum, run) => sum + run.given, 0)).toBe(9)
    expect(Object.values(await at.counts()).sort()).toEqual([4, 5])
    const told = await at.rows(`SELECT id FROM timeline_event WHERE store_id = $1 AND kind = 'customer.advisor'`)
    expect(told).toHaveLength(9)
  })

  test('the absent get none, half a share is half, and without anybody the vehicles wait', async () => {
    const at = await store(['甲', '乙', '丙'], 9)
    const set = (name: string, weight: number, away: boolean) =>
      at.as((scope) => setSharer(scope, at.staff, at.ids[name] ?? '', { weight, away }))
    for (const name of ['甲', '乙', '丙']) await set(name, 100, true)
    expect(await at.run()).toEqual({ given: 0, unassigned: 9 })
    await set('甲', 100, false)
    await set('乙', 50, false)
    expect(await at.run()).toEqual({ given: 9, unassigned: 0 })
    expect(await at.counts()).toEqual({ 甲: 6, 乙: 3, 丙: 0 })
    expect(await problemOf(at.as((scope) => setSharer(scope, at.staff, at.newId(), { weight: 1, away: false })))).toBe(
      'share.not-advisor',
    )
  })

  test('a customer stays with his advisor, and all his cars go to one', async () => {
    const at = await store(['甲', '乙', '丙'], 6)
    const [mine, two] = at.made
    await at.as(async (scope) => {
      const { version } = await getCustomer(scope, mine?.customerId ?? '')
      await editCustomer(scope, mine?.customerId ?? '', version, { advisorId: at.ids.丙 ?? null })
      await createVehicle(scope, two?.customerId ?? '', { deliveredOn: '2026-10-30' })
    })
    await at.run()
    const { rows } = await at.as((scope) => sharingMonth(scope, at.staff, october))
    expect(rows.find((row) => row.vehicleId === mine?.vehicleId)?.advisorName).toBe('丙')
    const theirs = rows.filter((row) => row.customerId === two?.customerId)
    expect([theirs.length, new Set(theirs.map((row) => row.advisorId)).size]).toEqual([2, 1])
  })

  test('the cars of a fleet count each: who gets them gets no others', async () => {
    const at = await store(['甲', '乙'], 9)
    await at.as(async (scope) => {
      const { id } = await createCustomer(scope, { name: '出租车公司', phones: [] })
      for (let n = 0; n < 9; n++) await createVehicle(scope, id, { deliveredOn: '2026-10-20' })
    })
    await at.run()
    expect(await at.counts()).toEqual({ 甲: 9, 乙: 9 })
  })

  test('reassigning moves customers and open first-service calls; a stale page or a stranger moves nothing', async () => {
    const at = await store(['甲', '乙'], 0)
    // two and a half months before: the first service is due
    const september = monthOf('2026-09-01')
    const [one, two] = await at.deliver(2, '2026-09-05')
    await at.as((scope) => shareMonth(scope, at.staff, september))
    await at.as((scope) => planStore(scope, scope.today))
    const calls = () =>
      at.rows<{ assignee_id: string }>(
        `SELECT DISTINCT assignee_id FROM task WHERE store_id = $1 AND programme = 'first-service' AND vehicle_id = $2`,
        one?.vehicleId,
      )
    const list = () => at.as((scope) => sharingMonth(scope, at.staff, september))
    const had = (await list()).rows.find((row) => row.vehicleId === one?.vehicleId)
    expect((await calls()).map((row) => row.assignee_id)).toEqual([had?.advisorId])
    const to = Object.values(at.ids).find((id) => id !== had?.advisorId) ?? ''
    const vehicles = [{ vehicleId: one?.vehicleId ?? '', version: 1 }]
    const move = (advisorId: string, which = vehicles) =>
      problemOf(at.as((scope) => reassign(scope, at.staff, september, advisorId, which)))
    expect(await move(at.newId())).toBe('share.not-advisor')
    expect(await move(to)).toBe('nothing thrown')
    expect((await calls()).map((row) => row.assignee_id)).toEqual([to])
    expect((await at.as((scope) => getCustomer(scope, one?.customerId ?? ''))).advisorId).toBe(to)
    expect(await move(to, [...vehicles, { vehicleId: two?.vehicleId ?? '', version: 1 }])).toBe('version.changed')
    const log = await at.rows<{ action: string }>(
      `SELECT action FROM audit_entry WHERE store_id = $1 AND subject_kind = 'sharing' ORDER BY id`,
    )
    expect(log.map((row) => row.action)).toEqual(['sharing.run', 'sharing.reassign'])
  })

  test('the job does it by itself on the 1st, in the store’s own time, for last month', async () => {
    const at = await store(['甲', '乙'], 4)
    const { clock } = at
    clock.set('2026-10-31T15:59:00Z')
    expect(await at.as((scope) => shareLastMonth(scope, at.staff))).toMatchObject({ month: '2026-09-01', given: 0 })
    clock.set('2026-10-31T16:01:00Z')
    const log = createLog('silent', { write: () => undefined })
    const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }
    await shareNewVehicles(platform, log)
    await shareNewVehicles(platform, log)
    expect(Object.values(await at.counts())).toEqual([2, 2])
  })

  test('the month to come cannot be shared out; the list leaves as a workbook, logged', async () => {
    const at = await store(['甲'], 2)
    expect(await problemOf(at.as((scope) => shareMonth(scope, at.staff, monthOf('2026-12-01'))))).toBe(
      'share.month-future',
    )
    await at.run()
    const file = await at.as((scope) => exportSharing(scope, at.staff, october, 'zh'))
    const book = await readXlsx(new Uint8Array(await file.arrayBuffer()))
    expect(book.sheets[0]?.rows[0]).toEqual([
      '交车日期',
      '客户',
      '车牌',
      '车架号后六位',
      '车型',
      '服务顾问',
      '分配时间',
    ])
    expect(book.sheets[0]?.rows).toHaveLength(3)
    expect(book.sheets[0]?.rows[1]).toContain('甲')
    const log = await at.rows(`SELECT id FROM audit_entry WHERE store_id = $1 AND action = 'sharing.export'`)
    expect(log).toHaveLength(1)
  })
})
