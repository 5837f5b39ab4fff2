import { deepStrictEqual } from 'node:assert'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { reportCall } from '../../care/calls/report.ts'
import { factsChanged, planStore } from '../../care/service.ts'
import { getCustomer, setPhoneState } from '../customers/edit.ts'
import { editVehicle, getVehicle } from '../vehicles/edit.ts'
import { addVisit } from '../vehicles/visits.ts'
import { listMerges } from './merges.ts'
import { mergeBench, problemOf } from './testing.ts'

vi.setConfig({ testTimeout: 120_000 })
const database = await testDatabase()
const { pool, store } = mergeBench(database)
afterAll(() => pool.end())

const noVisit = { orderNo: null, advisor: null, technician: null, lines: [], mileageKm: null }
const plan = (at: Awaited<ReturnType<typeof store>>) => at.as((scope) => planStore(scope, scope.today))
const ids = (at: Awaited<ReturnType<typeof store>>, customerId: string) =>
  at.rows<{ id: string; state: string; outcome: string | null; programme: string }>(
    'SELECT id, state, outcome, programme FROM task WHERE store_id = $1 AND customer_id = $2 ORDER BY id',
    customerId,
  )

describe('undoing', () => {
  const pair = async () => {
    const at = await store()
    const one = await at.person('李雷', ['13800000001'], [{ plate: '沪A00001' }])
    const other = await at.person('李雷', ['13800000002'], [{ plate: '沪A00002' }])
    await plan(at)
    return { at, one, other }
  }

  test('is refused when something since depends on it, and says what', async () => {
    const cases: [string, (given: Awaited<ReturnType<typeof pair>>) => Promise<unknown>][] = [
      [
        'merge.depends-visit',
        ({ at, other }) =>
          at.as((scope) =>
            addVisit(scope, {
              ...noVisit,
              vehicleId: other.vehicles[0] ?? '',
              arrivedOn: scope.today.toString(),
              kind: 'wash',
            }),
          ),
      ],
      ['merge.depends-changed', ({ at, one }) => at.edit(one.id, { consents: { call: false } })],
      [
        'merge.depends-call',
        async ({ at, one }) => {
          const calls = await at.rows<{ id: string }>(
            `SELECT t.id FROM task t JOIN vehicle v ON v.id = t.vehicle_id WHERE t.store_id = $1 AND t.customer_id = $2 AND v.plate = '沪A00002'
             AND t.programme = 'regular-service'`,
            one.id,
          )
          const report = { attemptId: randomUUID(), result: 'no-answer' as const, phoneId: null }
          await at.as((scope) => reportCall(scope, calls[0]?.id ?? '', report))
        },
      ],
      [
        'merge.later-merge',
        async ({ at, one }) => {
          const third = await at.person('李蕾')
          await at.merge(one.id, third.id)
        },
      ],
      [
        'merge.survivor-merged',
        async ({ at, one }) => {
          const third = await at.person('李蕾')
          await at.merge(third.id, one.id)
        },
      ],
    ]
    for (const [problem, since] of cases) {
      const given = await pair()
      const { id } = await given.at.merge(given.one.id, given.other.id)
      given.at.later()
      await since(given)
      expect(await problemOf(given.at.undo(id)), problem).toBe(problem)
      const [row] = (await given.at.as((scope) => listMerges(scope, { limit: 10 }))).rows.filter((one) => one.id === id)
      expect(row?.undoneAt).toBeNull()
    }
  })

  test('happens once; merges are listed with what moved', async () => {
    const { at, one, other } = await pair()
    const { id } = await at.merge(one.id, other.id)
    const undone = await at.undo(id)
    expect(undone.undoneAt).not.toBeNull()
    expect(await problemOf(at.undo(id))).toBe('merge.undone')
    await at.merge(one.id, other.id)
    const { rows } = await at.as((scope) => listMerges(scope, { limit: 10 }))
    expect(rows.map((row) => row.undoneAt === null).sort()).toEqual([false, true])
  })

  test('a number found dead meanwhile is dead on the record that returns', async () => {
    const { at, one, other } = await pair()
    const { id } = await at.merge(one.id, other.id)
    at.later()
    await at.as(async (scope) => {
      const { phones } = await getCustomer(scope, one.id)
      return setPhoneState(scope, one.id, phones[1]?.id ?? '', 'dead')
    })
    await at.undo(id)
    const back = await at.as((scope) => getCustomer(scope, other.id))
    expect(back.phones.map((phone) => [phone.masked, phone.state])).toEqual([['138****0002', 'dead']])
  })

  test('merge then undo leaves every table as it was, whatever the two were like', async () => {
    const numbers = ['13800000001', '13800000002', '13800000003']
    const side = fc.record({
      name: fc.constantFrom('李雷', '李磊', '韩梅'),
      phones: fc.subarray(numbers),
      dead: fc.boolean(),
      cars: fc.integer({ min: 0, max: 2 }),
      birthday: fc.constantFrom(null, '1990-11-21', '1985-03-01'),
      region: fc.constantFrom(null, '望川区', '虚河区'),
      rest: fc.boolean(),
      consents: fc.constantFrom({}, { sms: false }, { call: false, sms: true }),
      called: fc.constantFrom(null, 'no-answer', 'booked', 'later'),
    })
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.boolean(),
        fc.subarray(['name', 'region', 'birthday'] as const),
        async (a, b, crossed, take) => {
          const at = await store()
          const made = []
          for (const [place, given] of [a, b].entries()) {
            const cars = Array.from({ length: given.cars }, (_, n) => ({ plate: `沪A000${place}${n}` }))
            const person = await at.person(given.name, given.phones, cars)
            await at.edit(person.id, {
              birthday: given.birthday,
              region: given.region,
              consents: given.consents,
              doNotDisturb: given.rest,
            })
            if (given.dead)
              await at.as(async (scope) => {
                const [phone] = (await getCustomer(scope, person.id)).phones
                if (phone) await setPhoneState(scope, person.id, phone.id, 'dead')
              })
            made.push(person)
          }
          const [one, other] = made
          if (!one || !other) throw new Error('two people')
          const [car] = other.vehicles
          if (crossed && car)
            await at.as(async (scope) => {
              const { version } = await getVehicle(scope, car)
              return editVehicle(scope, car, version, { driverId: one.id, senderId: other.id })
            })
          await plan(at)
          for (const [place, given] of [a, b].entries()) {
            const [task] = (await ids(at, made[place]?.id ?? '')).filter(
              (row) => row.state === 'open' && row.programme === 'regular-service',
            )
            if (!task || given.called === null) continue
            const common = { attemptId: randomUUID(), phoneId: null }
            const report =
              given.called === 'no-answer'
                ? { ...common, result: 'no-answer' as const }
                : given.called === 'booked'
                  ? {
                      ...common,
                      result: 'reached' as const,
                      outcome: 'booked' as const,
                      appointment: { day: '2026-11-24', time: '09:30' },
                    }
                  : { ...common, result: 'reached' as const, outcome: 'later' as const, laterOn: '2026-11-30' }
            await problemOf(at.as((scope) => reportCall(scope, task.id, report)))
          }
          await fillOthers(at, one.id, other.id)
          // nothing is left that the facts would change by themselves
          await at.as((scope) => factsChanged(scope, { customerIds: [one.id, other.id] }))
          const before = await at.dump()
          const { id } = await at.merge(one.id, other.id, take)
          const between = await at.dump()
          expect(between.vehicle?.filter((row) => (row as { owner_id: string }).owner_id === other.id) ?? []).toEqual(
            [],
          )
          await at.undo(id)
          deepStrictEqual(await at.dump(), before)
        },
      ),
      { numRuns: 12, seed: 20_261_121 },
    )
  })
})

/** Rows of tables no service here writes. */
async function fillOthers(at: Awaited<ReturnType<typeof store>>, one: string, other: string): Promise<void> {
  const now = at.clock.now().toString()
  for (const customerId of [one, other]) {
    await at.rows(
      `INSERT INTO message (store_id, id, customer_id, channel, purpose, recipient, body, state, created_at, next_at)
       VALUES ($1, $2, $3, 'sms', 'reminder', '13800000009', '您好', 'queued', $4, $4)`,
      at.newId(),
      customerId,
      now,
    )
    await at.rows(
      `INSERT INTO new_car_order (store_id, id, customer_id, model, created_at, updated_at) VALUES ($1, $2, $3, '虚构 A', $4, $4)`,
      at.newId(),
      customerId,
      now,
    )
    await at.rows(
      `INSERT INTO phone_call (store_id, id, call_ref, customer_id, first_seen_at, updated_at) VALUES ($1, $2::uuid, $2::text, $3, $4, $4)`,
      at.newId(),
      customerId,
      now,
    )
    await at.rows(
      `INSERT INTO channel_address (store_id, channel, address, customer_id, changed_at) VALUES ($1, 'wechat', $2, $3, $4)`,
      `open-${customerId}`,
      customerId,
      now,
    )
  }
  for (const seats of [[one, other], [other]]) {
    const classId = at.newId()
    await at.rows(
      `INSERT INTO owner_class (store_id, id, day, at_time, place, capacity, created_at) VALUES ($1, $2, '2026-12-01', '14:00', '展厅', 20, $3)`,
      classId,
      now,
    )
    for (const customerId of seats)
      await at.rows(
        'INSERT INTO owner_class_seat (store_id, class_id, customer_id, taken_at) VALUES ($1, $2, $3, $4)',
        classId,
        customerId,
        now,
      )
  }
}
