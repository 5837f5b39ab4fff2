import { deepStrictEqual } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { claimTask } from '../../care/calls/claim.ts'
import { reportCall } from '../../care/calls/report.ts'
import { planStore } from '../../care/service.ts'
import { getCustomer, setPhoneState } from '../customers/edit.ts'
import { listCustomers } from '../customers/list.ts'
import { searchCustomers } from '../customers/search.ts'
import { customerTimeline } from '../customers/timeline.ts'
import { editVehicle, getVehicle } from '../vehicles/edit.ts'
import { keptTables, movedTables } from './customer-rows.ts'
import { mergeCustomers } from './merge.ts'
import { mergeBench, problemOf } from './testing.ts'

vi.setConfig({ testTimeout: 120_000 })
const database = await testDatabase()
const { pool, store } = mergeBench(database)
afterAll(() => pool.end())

const _noVisit = { orderNo: null, advisor: null, technician: null, lines: [], mileageKm: null }
const plan = (at: Awaited<ReturnType<typeof store>>) => at.as((scope) => planStore(scope, scope.today))
const ids = (at: Awaited<ReturnType<typeof store>>, customerId: string) =>
  at.rows<{ id: string; state: string; outcome: string | null; programme: string }>(
    'SELECT id, state, outcome, programme FROM task WHERE store_id = $1 AND customer_id = $2 ORDER BY id',
    customerId,
  )

describe('a merge', () => {
  test('every table that names a customer is either handed over or kept for a reason', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
         AND a.attname IN ('customer_id', 'owner_id', 'driver_id', 'sender_id') ORDER BY 1`,
    )
    const known = [...movedTables.map((one) => one.table), 'task', ...Object.keys(keptTables)].sort()
    expect(rows.map((row) => row.name)).toEqual(known)
  })

  test('brings numbers, cars, visits and tasks over; the record vanishes and leads to the survivor', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'], [{ plate: '沪A00001' }])
    const other = await at.person('李雷', ['13800000001', '13800000002'], [{ plate: '沪A00002' }])
    await plan(at)
    const open = (await ids(at, other.id)).map((task) => task.id)
    expect(open.length).toBeGreaterThan(0)
    const merge = await at.merge(one.id, other.id)
    expect(merge.moved).toMatchObject({ customer_phone: 1, vehicle: 1, visit: 1, task: open.length })
    const survivor = await at.as((scope) => getCustomer(scope, other.id))
    expect(survivor.id).toBe(one.id)
    expect(survivor.phones.map((phone) => phone.masked)).toEqual(['138****0001', '138****0002'])
    expect(await ids(at, other.id)).toEqual([])
    expect((await ids(at, one.id)).map((task) => task.id)).toEqual(expect.arrayContaining(open))
    const list = await at.as((scope) => listCustomers(scope, { limit: 50 }))
    expect(list.rows.map((row) => [row.id, row.plates.toSorted()])).toEqual([[one.id, ['沪A00001', '沪A00002']]])
    expect((await searchCustomers(pool, at.id, '00002', 10)).map((hit) => hit.id)).toEqual([one.id])
    const timeline = await at.as((scope) => customerTimeline(scope, { customerId: one.id, limit: 100 }))
    expect(timeline.rows.filter((row) => row.kind === 'customer.created')).toHaveLength(2)
    expect(timeline.rows.filter((row) => row.kind === 'visit')).toHaveLength(2)
  })

  test('an opt-out of the record that goes closes the calls of the one that stays, and undoing opens them again', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'], [{ plate: '沪A00001' }])
    const other = await at.person('李磊', ['13800000002'])
    await at.edit(other.id, { doNotDisturb: true, consents: { sms: false } })
    await at.edit(one.id, { consents: { sms: true } })
    await plan(at)
    const before = await ids(at, one.id)
    expect(before.filter((task) => task.state === 'open').length).toBeGreaterThan(0)
    const { id } = await at.merge(one.id, other.id)
    const survivor = await at.as((scope) => getCustomer(scope, one.id))
    expect([survivor.doNotDisturb, survivor.consents]).toEqual([true, { sms: false }])
    const calls = (await ids(at, one.id)).filter((task) => task.programme === 'regular-service')
    expect(calls.map((task) => task.outcome)).toEqual(calls.map(() => 'do-not-disturb'))
    await at.undo(id)
    expect(await ids(at, one.id)).toEqual(before)
    expect((await at.as((scope) => getCustomer(scope, one.id))).doNotDisturb).toBe(false)
    expect((await at.as((scope) => getCustomer(scope, other.id))).doNotDisturb).toBe(true)
  })

  test('a number that proved dead on either side stays dead', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const other = await at.person('李雷', ['13800000001'])
    await at.as(async (scope) => {
      const { phones } = await getCustomer(scope, other.id)
      return setPhoneState(scope, other.id, phones[0]?.id ?? '', 'dead')
    })
    await at.merge(one.id, other.id)
    expect((await at.as((scope) => getCustomer(scope, one.id))).phones.map((phone) => phone.state)).toEqual(['dead'])
  })

  test('an owner and the driver of his car become one', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'], [{ plate: '沪A00001' }])
    const other = await at.person('李雷', ['13800000002'])
    const [vehicleId = ''] = one.vehicles
    await at.as(async (scope) => {
      const { version } = await getVehicle(scope, vehicleId)
      return editVehicle(scope, vehicleId, version, { driverId: other.id, senderId: other.id })
    })
    const before = await at.dump()
    const { id } = await at.merge(one.id, other.id)
    const car = await at.as((scope) => getVehicle(scope, vehicleId))
    expect([car.ownerId, car.driverId, car.senderId]).toEqual([one.id, one.id, one.id])
    await at.undo(id)
    deepStrictEqual(await at.dump(), before)
  })

  test('fields chosen from the record that goes are taken, blanks are filled', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const other = await at.person('李磊', ['13800000002'])
    await at.edit(one.id, { region: '望川区', tags: ['A'] })
    await at.edit(other.id, { region: '虚河区', birthday: '1990-02-03', tags: ['B'] })
    await at.merge(one.id, other.id, ['region'])
    const survivor = await at.as((scope) => getCustomer(scope, one.id))
    expect([survivor.name, survivor.region, survivor.birthday, survivor.tags]).toEqual([
      '李雷',
      '虚河区',
      '1990-02-03',
      ['A', 'B'],
    ])
  })

  test('the same birthday call is owed once, however the day is planned again', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const other = await at.person('李雷', ['13800000002'])
    await at.edit(other.id, { birthday: '1990-11-21' })
    await plan(at)
    const birthdays = async () =>
      [...(await ids(at, one.id)), ...(await ids(at, other.id))].filter((task) => task.programme === 'birthday')
    const [task] = await birthdays()
    expect(task).toBeDefined()
    await at.merge(one.id, other.id)
    await plan(at)
    const open = (await birthdays()).filter((row) => row.state === 'open')
    expect(open.map((row) => row.id)).toEqual([task?.id])
  })
})

describe('at the same time', () => {
  test('of two merges of one record one happens and the other hears of it', async () => {
    const at = await store()
    const [one, two, three] = [await at.person('甲'), await at.person('乙'), await at.person('丙')]
    const merge = (survivorId: string, mergedId: string) =>
      problemOf(
        at.as((scope) =>
          mergeCustomers(scope, { survivorId, mergedId, survivorVersion: 1, mergedVersion: 1, take: [] }),
        ),
      )
    const ends = await Promise.all([
      merge(one.id, two.id),
      merge(two.id, one.id),
      merge(three.id, two.id),
      merge(three.id, one.id),
    ])
    const done = ends.filter((end) => end === 'nothing thrown').length
    expect(done).toBe(1)
    expect(ends.filter((end) => end === 'merge.already' || end === 'version.changed')).toHaveLength(3)
    const merged = await at.rows('SELECT id FROM customer WHERE store_id = $1 AND merged_into IS NOT NULL')
    expect(merged).toHaveLength(1)
  })

  test('nobody is merged while he is on the phone, and a report that comes late lands on the survivor', async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'])
    const other = await at.person('李雷', ['13800000001'], [{ plate: '沪A00002' }])
    await plan(at)
    const [task] = (await ids(at, other.id)).filter((row) => row.programme === 'regular-service')
    const phoneId = (await at.as((scope) => getCustomer(scope, other.id))).phones[0]?.id ?? ''
    const taskId = task?.id ?? ''
    await at.as((scope) => claimTask(scope, taskId))
    expect(await problemOf(at.merge(one.id, other.id))).toBe('merge.on-the-phone')
    // the claim runs out while the agent talks on
    at.later(20)
    await at.merge(one.id, other.id)
    const report = { attemptId: randomUUID(), result: 'reached' as const, outcome: 'refused' as const, phoneId }
    const { task: after } = await at.as((scope) => reportCall(scope, taskId, report))
    expect([after.customerId, after.outcome]).toEqual([one.id, 'refused'])
  })

  test('whoever edits what was read before the merge sees the conflict', async () => {
    const at = await store()
    const [one, other] = [await at.person('甲'), await at.person('乙')]
    await at.edit(other.id, { region: '望川区' })
    const stale = { survivorId: one.id, mergedId: other.id, survivorVersion: 1, mergedVersion: 1, take: [] }
    expect(await problemOf(at.as((scope) => mergeCustomers(scope, stale)))).toBe('version.changed')
    expect(await problemOf(at.merge(one.id, one.id))).toBe('merge.itself')
  })
})
