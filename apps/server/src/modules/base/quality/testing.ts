import { fixedClock } from '../../../platform/clock.ts'
import { openPool } from '../../../platform/db.ts'
import { deriveId, uuidv7 } from '../../../platform/ids.ts'
import { type Actor, type Scope, withStore } from '../../../platform/scope.ts'
import type { TestDatabase } from '../../../platform/testing/test-database.ts'
import { createCustomer, editCustomer, getCustomer } from '../customers/edit.ts'
import { createVehicle } from '../vehicles/edit.ts'
import type { VehicleChanges } from '../vehicles/input.ts'
import { addVisit } from '../vehicles/visits.ts'
import { mergeCustomers } from './merge.ts'
import { undoMerge } from './undo.ts'

/** A Saturday morning in Shanghai. */
const testMoment = '2026-11-21T02:00:00Z'

/** A database with stores of people to merge; one store a call of `store`. */
export function mergeBench(database: TestDatabase) {
  const pool = openPool(database.connection, 8)
  let stores = 0
  async function store() {
    const clock = fixedClock(testMoment)
    const newId = () => uuidv7(clock.now())
    const one = { id: newId(), timeZone: 'Asia/Shanghai' }
    const code = `M${++stores}`
    await pool.query('INSERT INTO store (id, code, name, created_at) VALUES ($1, $2, $2, $3)', [
      one.id,
      code,
      testMoment,
    ])
    const actor: Actor = { id: deriveId('clerk', code), name: '信息员' }
    const as = <T>(work: (scope: Scope) => Promise<T>, who = actor) => withStore(pool, clock, one, who, work)
    const rows = async <Row extends object>(text: string, ...values: unknown[]) =>
      (await pool.query(text, [one.id, ...values])).rows as Row[]
    const later = (minutes = 60) => clock.set(clock.now().add({ minutes }))
    const versionOf = async (id: string) =>
      (await rows<{ version: number }>('SELECT version FROM customer WHERE store_id = $1 AND id = $2', id))[0]
        ?.version ?? 0
    return {
      ...one,
      clock,
      newId,
      actor,
      as,
      rows,
      later,
      /** Somebody with numbers and cars; each car with a maintenance visit. */
      person: (name: string, phones: readonly string[] = [], cars: readonly VehicleChanges[] = []) =>
        as(async (scope) => {
          const { id } = await createCustomer(scope, { name, phones })
          const vehicles: string[] = []
          for (const car of cars) {
            const { id: vehicleId } = await createVehicle(scope, id, car)
            vehicles.push(vehicleId)
            const visit = { vehicleId, arrivedOn: '2026-05-28', kind: 'maintenance' as const, mileageKm: 20_000 }
            await addVisit(scope, { ...visit, orderNo: null, advisor: null, technician: null, lines: [] })
          }
          return { id, vehicles }
        }),
      edit: (id: string, changes: Parameters<typeof editCustomer>[3]) =>
        as(async (scope) => editCustomer(scope, id, (await getCustomer(scope, id)).version, changes)),
      merge: async (survivorId: string, mergedId: string, take: Parameters<typeof mergeCustomers>[1]['take'] = []) => {
        const [survivorVersion, mergedVersion] = [await versionOf(survivorId), await versionOf(mergedId)]
        return as((scope) => mergeCustomers(scope, { survivorId, mergedId, survivorVersion, mergedVersion, take }))
      },
      undo: (mergeId: string) => as((scope) => undoMerge(scope, mergeId)),
      /** Every row of the store but logs and counters, as text by table. */
      dump: async () => {
        const { rows: tables } = await pool.query<{ name: string }>(
          `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'store_id'
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
             AND c.relname NOT IN ('timeline_event', 'audit_entry', 'merge_record', 'outbox_event') ORDER BY 1`,
        )
        const state: Record<string, unknown[]> = {}
        for (const { name } of tables) {
          const found = await rows<{ row: unknown }>(
            `SELECT to_jsonb(t) - 'version' - 'updated_at' AS row FROM ${name} t WHERE store_id = $1 ORDER BY 1`,
          )
          if (found.length > 0) state[name] = found.map((one) => one.row)
        }
        return state
      },
    }
  }
  return { pool, store }
}

/** The code of the problem some work ends with. */
export const problemOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing thrown',
    (error: { data?: { problem?: string }; message: string }) => error.data?.problem ?? error.message,
  )
