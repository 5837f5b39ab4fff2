import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import type { Scope } from '../../../platform/scope.ts'
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
const morning = Temporal.PlainDate.from('2026-11-21')
const cars = 150

interface PlanNode {
  readonly Alias?: string
  readonly 'Actual Loops': number
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
