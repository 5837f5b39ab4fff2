import { randomUUID } from 'node:crypto'
import { may, permissions } from '@changhui/rules/permissions'
import { createRouterClient } from '@orpc/server'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../platform/config.ts'
import { openDb } from '../../platform/db.ts'
import type { StoreRequest } from '../../platform/http/context.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { careRoutes } from './routes.ts'
import { careStore } from './testing.ts'

const database = await testDatabase()
const care = await careStore(database, 'ROUTES')
afterAll(() => care.pool.end())
const storeId = care.store.id
const context: StoreRequest = {
  platform: { config: loadConfig({}), pool: care.pool, db: openDb(care.pool), clock: care.clock },
  headers: new Headers(),
  principal: {
    actor: care.agent('经理'),
    username: 'manager',
    stores: [
      {
        ...care.store,
        code: 'ROUTES',
        name: 'ROUTES',
        demo: false,
        roles: ['care-manager'],
        permissions: permissions.filter((permission) => may(['care-manager'], permission)),
      },
    ],
  },
  store: undefined as never,
  trace: { requestId: 'test' },
}
const { care: api } = createRouterClient({ care: careRoutes }, { context })

test('the main job through the contract: plan, take, report, look back', async () => {
  const { customerId } = await care.addCar({ phones: ['13900000001', '13900000002'] })
  await care.addCar()
  expect(await api.plan({ storeId })).toMatchObject({ 'regular-service': { due: 2, created: 2 } })
  await expect(api.plan({ storeId, day: '2026-11-22' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  const list = await api.calls({ storeId })
  expect([list.rows.length, list.waiting, list.later, list.doneToday, list.dueToday]).toEqual([2, 2, 0, 0, 2])
  const { task: first } = await api.claimNext({ storeId })
  if (!first) throw new Error('there is a call to take')
  const attemptId = randomUUID()
  const report = {
    storeId,
    taskId: first.id,
    attemptId,
    result: 'reached' as const,
    outcome: 'booked' as const,
    phoneId: first.phones[0]?.id ?? null,
    appointment: { day: '2026-11-25', time: '10:00' },
  }
  const told = await api.report(report)
  expect(told).toMatchObject({ decision: 'done', task: { state: 'done', outcome: 'booked' } })
  expect(await api.report(report)).toEqual(told)
  const { task: second } = await api.claimNext({ storeId })
  expect(second?.id).not.toBe(first.id)
  expect((await api.release({ storeId, taskId: second?.id ?? '' })).state).toBe('open')
  expect((await api.claim({ storeId, taskId: second?.id ?? '' })).id).toBe(second?.id)
  expect((await api.card({ storeId, taskId: first.id })).outcome).toBe('booked')
  expect((await api.ofCustomer({ storeId, customerId })).length).toBe(1)
  expect((await api.board({ storeId })).people[0]).toMatchObject({ calls: 1, reached: 1, booked: 1, done: 1 })
  const [appointment] = await api.appointments({ storeId, from: '2026-11-25', to: '2026-11-25' })
  expect(appointment).toMatchObject({ time: '10:00', state: 'booked' })
  const { id: appointmentId = '', version = 0 } = appointment ?? {}
  expect(await api.setAppointment({ storeId, appointmentId, version, state: 'kept' })).toMatchObject({ state: 'kept' })
  const figures = await api.analysis({ storeId, programme: 'regular-service', from: '2026-11-01', to: '2026-11-30' })
  expect(figures.rows[0]).toMatchObject({ due: 2, reminded: 1, booked: 1 })
  expect((await api.numbersToFind({ storeId })).total).toBe(0)
  expect((await api.failures({ storeId })).rows).toEqual([])
  expect((await api.callsExport({ storeId })).name).toMatch(/xlsx$/)
  expect(
    (await api.analysisExport({ storeId, programme: 'regular-service', from: '2026-11-01', to: '2026-11-30' })).size,
  ).toBeGreaterThan(0)
})

test('a cursor nobody gave out, a task nobody has, a store that is another’s', async () => {
  const cursor = Buffer.from('["x",1,"y","z"]').toString('base64url')
  for (const call of [api.calls, api.numbersToFind, api.failures]) {
    await expect(call({ storeId, cursor })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  }
  await expect(api.card({ storeId, taskId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(api.calls({ storeId: randomUUID() })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
