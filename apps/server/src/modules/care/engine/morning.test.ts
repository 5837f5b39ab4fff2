import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScopeOn, openClient } from '../../../platform/db.ts'
import { type Scope, systemActor } from '../../../platform/scope.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { inspection } from '../programmes/inspection.ts'
import { planStore } from '../service.ts'
import { careStore } from '../testing.ts'
import { dueParameters } from './follow.ts'
import { followStatement } from './follow-sql.ts'
import { isPlanned } from './programme.ts'

const database = await testDatabase()
const [known, newcomer] = [await careStore(database, 'KNOWN'), await careStore(database, 'NEWCOMER')]
afterAll(() => Promise.all([known.pool.end(), newcomer.pool.end()]))
// what is known of the tables is each test's own to say, not autovacuum's, which comes in the middle when the machine is busy
beforeAll(() =>
  known.pool.query(`DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' LOOP
      EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', one);
    END LOOP; END $$`),
)
const morning = Temporal.PlainDate.from('2026-11-21')
const cars = 150

interface PlanNode {
  readonly Alias?: string
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly Plans?: readonly PlanNode[]
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** How often the due query of a store's open inspection tasks went through its vehicles. */
async function timesThrough(scope: Scope): Promise<number> {
  if (!isPlanned(inspection)) throw new Error('the inspection is planned')
  const { parameters } = await dueParameters(scope, inspection, morning.add({ days: 1 }))
  const statement = followStatement(inspection, parameters, undefined, scope.now)
  const { rows } = await sql<{
    'QUERY PLAN': [{ Plan: PlanNode }]
  }>`EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`.execute(scope.tx)
  const scans = rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan)).filter((node) => node.Alias === 'one')
  expect(scans.length).toBeGreaterThan(0)
  return Math.max(...scans.map((node) => node['Actual Loops']))
}

test('a store the statistics have not seen is followed in one pass, not in one for each task', async () => {
  for (const store of [known, newcomer]) {
    for (let car = 0; car < cars; car++) await store.addCar({ vehicle: { registered_on: '2024-12-10' } })
    // the newcomer's tasks come after the last look at the table
    const plan = await store.scoped((scope) => planStore(scope, morning))
    expect(plan.inspection).toMatchObject({ due: cars, created: cars })
    if (store === known) await store.pool.query('ANALYZE')
  }
  expect(await known.scoped(timesThrough)).toBe(1)
  expect(await newcomer.scoped(timesThrough)).toBe(1)
})

/** Everything a morning reads, statement by statement: the rows each part of its plan went through, thrown away ones included. */
async function readInAMorning(store: typeof known, day: Temporal.PlainDate): Promise<{ rows: number; what: string }[]> {
  const client = await openClient(store.pool)
  const plans: string[] = []
  client.on('notice', ({ message }) => plans.push(message ?? ''))
  try {
    await client.query(`LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;
      SET auto_explain.log_timing = off; SET auto_explain.log_format = json; SET auto_explain.log_level = notice`)
    await inScopeOn(client, [store.store.id], async (tx) => {
      const now = day.toZonedDateTime({ timeZone: store.store.timeZone, plainTime: '08:00' }).toInstant()
      const at = { storeId: store.store.id, timeZone: store.store.timeZone, now, today: day }
      await planStore({ tx, actor: systemActor, newId: store.newId, ...at }, day)
    })
  } finally {
    await client.end()
  }
  return plans.flatMap((text) => {
    const { 'Query Text': query, Plan } = JSON.parse(text.slice(text.indexOf('{'))) as {
      'Query Text': string
      Plan: PlanNode
    }
    return nodesOf(Plan).map((node) => {
      const each =
        node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
      return { rows: each * node['Actual Loops'], what: `${node['Node Type']} of ${query.slice(0, 2000)}` }
    })
  })
}

// which join the planner falls for hangs on the size, too
test.each([
  ['without any statistics', 'FRESH', undefined, cars],
  ['with those of its first tasks', 'TASKS', 'ANALYZE task', cars],
  ['with those of its first tasks, twice as large', 'MORE', 'ANALYZE task', 2 * cars],
  ['with those of its first day', 'DAY', 'ANALYZE', 2 * cars],
] as const)('a morning %s reads the store a few times over, never once for each task', async (_, code, look, size) => {
  const fresh = await careStore(database, code)
  try {
    for (let car = 0; car < size; car++) {
      const vehicle = {
        registered_on: '2024-12-10',
        delivered_on: '2024-12-10',
        compulsory_expiry_on: '2026-12-15',
        odometer_km: 12_000,
      }
      await fresh.addCar({ vehicle: { ...vehicle, odometer_on: '2026-05-28' } })
    }
    for (const day of ['2026-11-21', '2026-11-22', '2026-11-23'].map((text) => Temporal.PlainDate.from(text))) {
      const read = await readInAMorning(fresh, day)
      expect(read.length).toBeGreaterThan(50)
      expect(read.filter(({ rows }) => rows > 20 * size)).toEqual([])
      // as PostgreSQL does by itself some time or other
      if (look) await fresh.pool.query(look)
    }
  } finally {
    await fresh.pool.end()
  }
})
