import { fixedClock } from '../../platform/clock.ts'
import { openPool } from '../../platform/db.ts'
import { deriveId, uuidv7 } from '../../platform/ids.ts'
import { type Actor, type Scope, systemActor, withStore } from '../../platform/scope.ts'
import type { TestDatabase } from '../../platform/testing/test-database.ts'

/** 10:00 on a Saturday in Shanghai, inside the morning part. */
export const testMoment = '2026-11-21T02:00:00Z'

export interface TestCar {
  readonly customerId: string
  readonly vehicleId: string
  readonly phoneIds: readonly string[]
}

interface CarFacts {
  readonly phones?: readonly string[]
  readonly email?: string
  readonly doNotDisturb?: boolean
  readonly vehicle?: Readonly<Record<string, string | number | null>>
}

/** A store to call in: cars with the facts a test needs, work as one agent or another, rows to look at. */
export async function careStore(database: TestDatabase, code: string) {
  const pool = openPool(database.connection, 12)
  const clock = fixedClock(testMoment)
  const newId = () => uuidv7(clock.now())
  const store = { id: newId(), timeZone: 'Asia/Shanghai' }
  await pool.query('INSERT INTO store (id, code, name, created_at) VALUES ($1, $2, $2, $3)', [
    store.id,
    code,
    testMoment,
  ])
  const agent = (name: string): Actor => ({ id: deriveId('agent', name), name })
  const as = <T>(actor: Actor, work: (scope: Scope) => Promise<T>) => withStore(pool, clock, store, actor, work)
  const rows = async <Row extends object>(text: string, ...values: unknown[]) =>
    (await pool.query(text, [store.id, ...values])).rows as Row[]

  /** Served on 28 May: due by time on 28 November, so the task is open on 21 November. */
  async function addCar({
    phones = ['13900000001'],
    email,
    doNotDisturb = false,
    vehicle = {},
  }: CarFacts = {}): Promise<TestCar> {
    const [customerId, vehicleId] = [newId(), newId()]
    await pool.query(
      `INSERT INTO customer (store_id, id, name, email, do_not_disturb, consents, created_at, updated_at)
       VALUES ($1, $2, '车主', $3, $4, '{}', $5, $5)`,
      [store.id, customerId, email ?? null, doNotDisturb, testMoment],
    )
    const phoneIds: string[] = []
    for (const [position, number] of phones.entries()) {
      const id = newId()
      phoneIds.push(id)
      await pool.query(
        `INSERT INTO customer_phone (store_id, id, customer_id, number, position, updated_at) VALUES ($1, $2, $3, $4, $5, $6)`,
        [store.id, id, customerId, number, position, '2026-01-01T00:00:00Z'],
      )
    }
    const facts = {
      anchor_on: '2026-05-28',
      anchor_kind: 'service',
      last_visit_on: '2026-05-28',
      plate: '京A12345',
      ...vehicle,
    }
    const names = Object.keys(facts)
    await pool.query(
      `INSERT INTO vehicle (store_id, id, owner_id, created_at, updated_at, ${names.join(', ')})
       VALUES ($1, $2, $3, $4, $4, ${names.map((_, i) => `$${i + 5}`).join(', ')})`,
      [store.id, vehicleId, customerId, testMoment, ...Object.values(facts)],
    )
    // the anchor's own row, for facts that are worked out anew
    if (facts.anchor_kind === 'service') {
      await pool.query(
        `INSERT INTO visit (store_id, id, vehicle_id, customer_id, arrived_on, kind, mileage_km, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'maintenance', $6, $7, $7)`,
        [store.id, newId(), vehicleId, customerId, facts.anchor_on, vehicle.anchor_km ?? null, testMoment],
      )
    }
    return { customerId, vehicleId, phoneIds }
  }

  return {
    pool,
    clock,
    store,
    newId,
    agent,
    as,
    rows,
    addCar,
    scoped: <T>(work: (scope: Scope) => Promise<T>) => as(systemActor, work),
  }
}
