import { sql } from 'kysely'
import { expect } from 'vitest'
import type { TestDatabase } from '../../../platform/testing/test-database.ts'
import { dueOfStore } from '../engine/follow.ts'
import { isPlanned, type Programme, type ProgrammeValues } from '../engine/programme.ts'
import { planStore } from '../service.ts'
import { careStore, testMoment } from '../testing.ts'

/** A vehicle's columns. */
export type Car = Readonly<Record<string, string | number | boolean | null>>

export interface Window {
  readonly cycle: string
  readonly dueOn: Temporal.PlainDate
  readonly opensOn: Temporal.PlainDate
  readonly callBy: Temporal.PlainDate
  readonly lastOn: Temporal.PlainDate
}

export const day = (text: string) => Temporal.PlainDate.from(text)
/** A stored day, as a rule takes it. */
export const dayOr = (value: unknown) => (typeof value === 'string' ? day(value) : null)
/** Ends of long, short and leap months, and an ordinary day: the day planned for comes first. */
export const asOfDays = ['2026-11-21', '2027-02-28', '2028-02-29', '2026-08-31', '2027-01-01'].map(day)

/**
 * Puts the cars into a store of their own and demands that the due query gives exactly the rounds of the pure rule, on several days;
 * that two planners at once make each task of the first day once, and a third run none. Answers how many rounds the rule gave and
 * how many tasks were made, so that a test can demand that its sample proves something.
 */
export async function expectAgreement(
  database: TestDatabase,
  programme: Programme,
  cars: readonly Car[],
  rule: (car: Car, asOf: Temporal.PlainDate, values: ProgrammeValues) => readonly Window[],
  { off = [] }: { readonly off?: readonly string[] } = {},
): Promise<{ rounds: number; tasks: number }> {
  if (!isPlanned(programme)) throw new Error(`${programme.key} has no due query`)
  const care = await careStore(database, programme.key.toUpperCase().slice(0, 20))
  const ids = await insertCars(care, cars)
  for (const key of off) {
    await care.rows(
      `INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'programme:' || $2, '{"enabled":false}', $3)`,
      key,
      testMoment,
    )
  }
  const own = await care.scoped(async (scope) => (await dueOfStore(scope, scope.today))(programme).values)
  let rounds = 0
  for (const asOf of asOfDays) {
    const rows = await care.scoped(async (scope) => {
      const { parameters } = (await dueOfStore(scope, asOf))(programme)
      const found = await sql<Record<'vehicleId' | 'cycle' | 'dueOn' | 'opensOn' | 'callBy' | 'closesOn', string>>`
        SELECT vehicle_id, cycle, due_on, opens_on, call_by, closes_on FROM (${programme.dueSql(parameters)}) d`.execute(
        scope.tx,
      )
      return { found: Map.groupBy(found.rows, (row) => row.vehicleId), late: parameters.lateCallBy.toString() }
    })
    for (const [at, car] of cars.entries()) {
      const wanted = rule(car, asOf, own).map((one) => {
        const late = Temporal.PlainDate.compare(one.callBy, asOf) < 0
        return [one.cycle, one.dueOn, one.opensOn, late ? rows.late : one.callBy, one.lastOn].map(String)
      })
      const given = (rows.found.get(ids[at] ?? '') ?? []).map((row) => [
        row.cycle,
        row.dueOn,
        row.opensOn,
        row.callBy,
        row.closesOn,
      ])
      expect([car, String(asOf), ...given.sort()]).toEqual([car, String(asOf), ...wanted.sort()])
      rounds += wanted.length
    }
  }
  const asOf = asOfDays[0] ?? day('2026-11-21')
  const open = cars.flatMap((car, at) =>
    rule(car, asOf, own)
      .filter(
        (one) =>
          Temporal.PlainDate.compare(one.opensOn, asOf) <= 0 && Temporal.PlainDate.compare(one.lastOn, asOf) >= 0,
      )
      .map((one) => `${ids[at]} ${one.cycle}`),
  )
  const plan = async () => (await care.scoped((scope) => planStore(scope, asOf)))[programme.key]
  const both = await Promise.all([plan(), plan()])
  expect(both.reduce((sum, one) => sum + (one?.created ?? 0), 0)).toBe(open.length)
  expect(await plan()).toEqual({ due: open.length, created: 0 })
  const made = await care.rows<{ vehicle_id: string; cycle: string }>(
    'SELECT vehicle_id, cycle FROM task WHERE store_id = $1 AND programme = $2',
    programme.key,
  )
  expect(made.map((one) => `${one.vehicle_id} ${one.cycle}`).sort()).toEqual(open.sort())
  await care.pool.end()
  return { rounds, tasks: open.length }
}

async function insertCars(care: Awaited<ReturnType<typeof careStore>>, cars: readonly Car[]): Promise<string[]> {
  const ids = cars.map(() => care.newId())
  const kept = {
    version: 1,
    staff_corrected: {},
    created_at: testMoment,
    updated_at: testMoment,
    store_id: care.store.id,
  }
  await care.rows(
    `INSERT INTO customer (store_id, id, name, created_at, updated_at) SELECT $1, id, '车主', $3, $3 FROM unnest($2::uuid[]) id`,
    ids,
    testMoment,
  )
  const rows = cars.map((car, at) => ({
    state: 'active',
    purpose: 'private',
    service_count: 0,
    ...kept,
    ...car,
    id: ids[at],
    owner_id: ids[at],
  }))
  await care.rows(
    'INSERT INTO vehicle SELECT v.* FROM jsonb_populate_recordset(NULL::vehicle, $2::jsonb) v WHERE v.store_id = $1',
    JSON.stringify(rows),
  )
  return ids
}
