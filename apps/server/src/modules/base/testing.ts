import { may, permissions } from '@changhui/rules/permissions'
import { createRouterClient } from '@orpc/server'
import type pg from 'pg'
import { fixedClock } from '../../platform/clock.ts'
import { loadConfig } from '../../platform/config.ts'
import { openDb, openPool } from '../../platform/db.ts'
import type { StoreRequest } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { type Scope, systemActor, withStore } from '../../platform/scope.ts'
import type { TestDatabase } from '../../platform/testing/test-database.ts'
import { customersRoutes } from './customers/routes.ts'
import { vehiclesRoutes } from './vehicles/routes.ts'

/** The moment the tests of this area live in; a Saturday morning in Shanghai. */
export const testNow = '2026-11-21T02:00:00Z'

/** A store with a client of the customer and vehicle routes, as a care manager of it. */
export async function testStore(database: TestDatabase, code = 'BASE') {
  const pool = openPool(database.connection, 8)
  // a connection still saying goodbye hears that its database is dropped
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const clock = fixedClock(testNow)
  const newId = () => uuidv7(clock.now())
  const store = { id: newId(), code, timeZone: 'Asia/Shanghai' }
  await pool.query('INSERT INTO store (id, code, name, created_at) VALUES ($1, $2, $2, $3)', [store.id, code, testNow])
  const actor = { id: newId(), name: '测试经理' }
  const context: StoreRequest = {
    platform: { config: loadConfig({}), pool, db: openDb(pool), clock },
    headers: new Headers(),
    principal: {
      actor,
      username: 'manager',
      stores: [
        {
          ...store,
          name: code,
          demo: false,
          roles: ['care-manager'],
          permissions: permissions.filter((permission) => may(['care-manager'], permission)),
        },
      ],
    },
    store: undefined as never,
    trace: { requestId: 'test' },
  }
  return {
    pool,
    store,
    actor,
    clock,
    newId,
    api: createRouterClient({ customers: customersRoutes, vehicles: vehiclesRoutes }, { context }),
    scoped: <T>(work: (scope: Scope) => Promise<T>) => withStore(pool, clock, store, systemActor, work),
    rows: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
  }
}
