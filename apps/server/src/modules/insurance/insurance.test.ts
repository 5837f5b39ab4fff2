import { auditSample } from '@changhui/rules/auditSample'
import { readXlsx } from 'hucre/xlsx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveId } from '../../platform/ids.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { takeCallEvent } from '../callcentre/events.ts'
import { careStore } from '../care/testing.ts'
import { auditCalls, auditsOf, drawAudit, exportAudit, saveFindings } from './audit.ts'
import { exportPipeline } from './export.ts'
import { pipeline } from './pipeline.ts'
import { monthlyInsuranceWork } from './service.ts'

const database = await testDatabase()
const care = await careStore(database, 'POLICY')
afterAll(() => care.pool.end())
const { rows, scoped, as, agent, addCar, clock } = care
const manager = agent('经理')
const problem = (name: string) => ({ data: { problem: name } })

/** One renewal task with calls at some moments; the ids of the calls. */
async function renewalCalls(key: string, moments: readonly string[], programme = 'insurance-renewal') {
  const { customerId, vehicleId } = await addCar()
  const taskId = deriveId(care.store.id, key)
  await rows(
    `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
     VALUES ($1, $2, $3, $4, $5, $6, 'attempting', '2026-11-30', '2026-09-30', '2026-11-20', '2026-12-20', 3, '{}', '2026-09-30')`,
    taskId,
    programme,
    customerId,
    vehicleId,
    key,
  )
  const ids: string[] = []
  for (const at of moments) {
    const id = deriveId(taskId, at)
    ids.push(id)
    await rows(
      `INSERT INTO attempt (store_id, id, task_id, customer_id, at, channel, part, result, note, by_user)
       SELECT $1, $2, id, customer_id, $4, 'call', 'morning', 'reached', '客户考虑', $5 FROM task WHERE store_id = $1 AND id = $3`,
      id,
      taskId,
      at,
      agent('续保').id,
    )
  }
  return ids
}
const inOctober: string[] = []

beforeAll(async () => {
  for (let i = 0; i < 21; i++)
    inOctober.push(...(await renewalCalls(`r${i}`, [`2026-10-${String((i % 28) + 1).padStart(2, '0')}T02:00:00Z`])))
  // the last minute of September and the first of November in the store's own time, and another programme
  await renewalCalls('before', ['2026-09-30T15:59:59Z'])
  await renewalCalls('behind', ['2026-10-31T16:00:00Z'])
  await renewalCalls('service', ['2026-10-10T02:00:00Z'], 'regular-service')
})

describe('the audit of renewal calls (CARE-06)', () => {
  test('60 % of the month, the same for anyone who repeats the draw; four at once draw once', async () => {
    const drawn = await Promise.all(
      Array.from({ length: 4 }, () => as(manager, (scope) => drawAudit(scope, '2026-10'))),
    )
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(1)
    expect(drawn[0]).toMatchObject({ month: '2026-10', seed: 'POLICY/2026-10', sharePercent: 60 })
    const [audit] = await scoped(auditsOf)
    expect(audit).toMatchObject({ calls: 21, drawn: 13, audited: 0 })
    const calls = await scoped((scope) => auditCalls(scope, audit?.id ?? ''))
    const expected = auditSample(
      inOctober.map((id) => ({ id })),
      'POLICY/2026-10',
    )
    expect(calls.map(({ attemptId }) => attemptId)).toEqual(expected.map(({ id }) => id))
    expect(calls.map(({ place }) => place)).toEqual(calls.map((_, i) => i + 1))
  })

  test('the job draws last month once, and a month that still runs cannot be drawn', async () => {
    expect(await scoped(monthlyInsuranceWork)).toBe(false)
    await expect(scoped((scope) => drawAudit(scope, '2026-11'))).rejects.toMatchObject(problem('audit.month-running'))
    const now = clock.now()
    clock.set('2026-11-30T16:05:00Z')
    expect(await Promise.all([scoped(monthlyInsuranceWork), scoped(monthlyInsuranceWork)])).toContain(true)
    expect((await scoped(auditsOf)).map(({ month, calls, drawn }) => [month, calls, drawn])).toEqual([
      ['2026-11', 1, 1],
      ['2026-10', 21, 13],
    ])
    clock.set(now)
  })

  test('calls that come to light late: what was drawn stays, the missing places are added behind', async () => {
    const before = await scoped((scope) => auditCalls(scope, deriveId(care.store.id, 'insurance-audit', '2026-10')))
    await renewalCalls('late', ['2026-10-05T03:00:00Z', '2026-10-06T03:00:00Z'])
    const audit = await as(manager, (scope) => drawAudit(scope, '2026-10'))
    expect(audit).toMatchObject({ calls: 23, drawn: 14 })
    const after = await scoped((scope) => auditCalls(scope, audit.id))
    expect(after.slice(0, 13).map(({ attemptId }) => attemptId)).toEqual(before.map(({ attemptId }) => attemptId))
    expect(await as(manager, (scope) => drawAudit(scope, '2026-10'))).toMatchObject({ calls: 23, drawn: 14 })
  })

  test('findings are recorded over what was read; the recording of the attempt’s call is there', async () => {
    const id = deriveId(care.store.id, 'insurance-audit', '2026-10')
    const [first] = await scoped((scope) => auditCalls(scope, id))
    const attemptId = first?.attemptId ?? ''
    expect(first).toMatchObject({ note: '客户考虑', recordingOf: null })
    await scoped((scope) =>
      takeCallEvent(scope, {
        callId: 'p1',
        event: 'recording',
        at: '2026-10-01T02:05:00Z',
        recordingUrl: 'https://pbx.example/1.mp3',
      }),
    )
    await rows(`UPDATE phone_call SET attempt_id = $2 WHERE store_id = $1`, attemptId)
    const findings = {
      introduced: 'yes',
      expiry: 'yes',
      offer: 'no',
      benefits: 'no',
      wish: 'yes',
      manner: 'yes',
      truthful: 'yes',
    }
    const wish = { auditId: id, attemptId, findings, remark: '未说明方案差异', version: 1 }
    const saved = await as(manager, (scope) => saveFindings(scope, wish))
    expect(saved).toMatchObject({ findings, remark: '未说明方案差异', version: 2, recordingOf: expect.any(String) })
    await expect(as(manager, (scope) => saveFindings(scope, wish))).rejects.toMatchObject(problem('version.changed'))
    expect((await scoped(auditsOf)).find((one) => one.id === id)).toMatchObject({ audited: 1 })
    const other = { ...wish, attemptId: care.newId() }
    await expect(as(manager, (scope) => saveFindings(scope, other))).rejects.toMatchObject(problem('not-found'))
  })

  test('the audit leaves as a workbook, which is logged', async () => {
    const id = deriveId(care.store.id, 'insurance-audit', '2026-10')
    const file = await as(manager, (scope) => exportAudit(scope, id))
    expect([file.name, file.size > 1000]).toEqual(['insurance-audit-2026-10.xlsx', true])
    expect(
      await rows(`SELECT FROM audit_entry WHERE store_id = $1 AND action = 'insurance-audit.export'`),
    ).toHaveLength(1)
  })
})

describe('the renewal pipeline (INS-01)', () => {
  test('what expires in the coming months, the first first, with where it stands; pages follow one another', async () => {
    const car = (compulsory: string, commercial: string | null = null) =>
      addCar({ vehicle: { compulsory_expiry_on: compulsory, commercial_expiry_on: commercial } })
    const soon = await car('2026-12-01', '2027-01-15')
    const later = await car('2027-01-21')
    await car('2027-01-22')
    await car('2026-11-20')
    const both = await scoped((scope) => pipeline(scope, { months: 2, state: 'all', limit: 50 }))
    expect(both.rows.map(({ vehicleId, expiresOn, state }) => [vehicleId, expiresOn, state])).toEqual([
      [soon.vehicleId, '2026-12-01', 'unplanned'],
      [later.vehicleId, '2027-01-21', 'unplanned'],
    ])
    expect(both.counts).toMatchObject({ unplanned: 2 })
    const first = await scoped((scope) => pipeline(scope, { months: 2, state: 'unplanned', limit: 1 }))
    const second = await scoped((scope) =>
      pipeline(scope, { months: 2, state: 'unplanned', limit: 1, cursor: first.nextCursor ?? '' }),
    )
    expect([...first.rows, ...second.rows].map(({ vehicleId }) => vehicleId)).toEqual([soon.vehicleId, later.vehicleId])
    expect(second.nextCursor).toBeNull()
  })

  test('one policy renewed, the other to come: the row shows the talk about the one to come', async () => {
    const { customerId, vehicleId } = await addCar({
      vehicle: { compulsory_expiry_on: '2027-12-05', commercial_expiry_on: '2026-12-24' },
    })
    const talk = (key: string, due: string, state: string, outcome: string | null) =>
      rows(
        `INSERT INTO task (store_id, id, programme, customer_id, vehicle_id, cycle, state, outcome, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
         VALUES ($1, $2, 'insurance-renewal', $3, $4, $5::text, $6, $7, $5::date, '2026-10-01', '2026-11-20', '2027-01-20', 3, '{}', '2026-10-01')`,
        deriveId(care.store.id, key),
        customerId,
        vehicleId,
        due,
        state,
        outcome,
      )
    const shown = async () => {
      const { rows: listed } = await scoped((scope) => pipeline(scope, { months: 2, state: 'all', limit: 50 }))
      return listed.flatMap((row) => (row.vehicleId === vehicleId ? [[row.expiresOn, row.state]] : []))
    }
    await talk('first', '2026-12-05', 'done', 'renewed')
    expect(await shown()).toEqual([['2026-12-24', 'unplanned']])
    await talk('second', '2026-12-24', 'open', null)
    expect(await shown()).toEqual([['2026-12-24', 'waiting']])
    await rows(`UPDATE vehicle SET commercial_expiry_on = '2027-12-24' WHERE store_id = $1 AND id = $2`, vehicleId)
    expect(await shown()).toEqual([['2026-12-05', 'renewed']])
    await rows(
      `UPDATE vehicle SET compulsory_expiry_on = NULL, commercial_expiry_on = NULL WHERE store_id = $1 AND id = $2`,
      vehicleId,
    )
    await rows(`DELETE FROM task WHERE store_id = $1 AND vehicle_id = $2`, vehicleId)
  })

  test('it leaves as a workbook of the rows asked for, which is logged', async () => {
    const { rows: listed } = await scoped((scope) => pipeline(scope, { months: 6, state: 'unplanned', limit: 50 }))
    const file = await as(manager, (scope) => exportPipeline(scope, { months: 6, state: 'unplanned' }))
    const [sheet] = (await readXlsx(new Uint8Array(await file.arrayBuffer()))).sheets
    const [head, ...written] = sheet?.rows ?? []
    expect(head?.[0]).toBe('到期日 Expires')
    expect(written.map((row) => `${row[0]}`.slice(0, 10))).toEqual(listed.map((row) => row.expiresOn))
    expect(await rows(`SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'insurance.export'`)).toEqual([
      { detail: { months: 6, state: 'unplanned', rows: listed.length } },
    ])
  })
})
