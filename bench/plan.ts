import { sql } from 'kysely'
import { dueParameters } from '../apps/server/src/modules/care/engine/follow.ts'
import { dueRows } from '../apps/server/src/modules/care/engine/plan-sql.ts'
import { isPlanned } from '../apps/server/src/modules/care/engine/programme.ts'
import { regularService } from '../apps/server/src/modules/care/programmes/regular-service.ts'
import { planStore } from '../apps/server/src/modules/care/service.ts'
import { fixedClock } from '../apps/server/src/platform/clock.ts'
import { openDb } from '../apps/server/src/platform/db.ts'
import { systemActor, withStore } from '../apps/server/src/platform/scope.ts'
import { addBenchStore, type Bench, percentile, printTable, round, runBench, timed } from './harness.ts'
import { fillStore, planDay } from './plan-data.ts'

const zone = 'Asia/Shanghai'
const clock = fixedClock(`${planDay}T01:00:00Z`)
const asOf = Temporal.PlainDate.from(planDay)
const rounds = 3

/**
 * Plans the regular service of one store against the bare statements, each several times in turn on emptied tables, medians:
 * - `bare`: the due query straight into copies of task and timeline_event with the same indexes (INSERT … SELECT twice);
 * - `copy`: the finished rows copied into such copies, nothing looked for or worked out;
 * - `select`: the due rows fetched.
 */
async function measure(bench: Bench, vehicles: number) {
  const store = await addBenchStore(bench, 'BENCH')
  const filled = await timed(() => bench.bare((client) => fillStore(client, store, vehicles)))
  const inStore = { id: store, timeZone: zone }
  const plan = () => withStore(bench.pool, clock, inStore, systemActor, (scope) => planStore(scope, asOf))
  const db = openDb(bench.pool)
  const programme = regularService
  if (!isPlanned(programme)) throw new Error('the regular service is planned')
  const { parameters } = await withStore(bench.pool, clock, inStore, systemActor, (scope) =>
    dueParameters(scope, programme, asOf),
  )
  const due = dueRows(programme, parameters)
  const copies = sql`
    INSERT INTO task_copy (store_id, id, programme, customer_id, vehicle_id, cycle, state, due_on, opens_on, call_by, closes_on, priority,
      blocked_by, why, planned_on)
    SELECT d.store_id, changhui_derive_id(d.store_id || '|regular-service|' || d.vehicle_id || '|' || d.cycle), 'regular-service',
      d.customer_id, d.vehicle_id, d.cycle, 'open', d.due_on, d.opens_on, d.call_by, d.closes_on, d.priority,
      CASE WHEN NOT EXISTS (
        SELECT FROM customer_phone p
        WHERE p.store_id = d.store_id AND p.customer_id = d.customer_id AND p.state = 'usable') THEN 'no-phone' END,
      d.why, ${planDay}::date
    FROM (${due}) d`
  const events = sql`
    INSERT INTO timeline_event_copy (store_id, id, at, kind, customer_id, vehicle_id, task_id, data)
    SELECT t.store_id, changhui_derive_id(t.id || '|task.planned|1'), ${clock.now().toString()}::timestamptz, 'task.planned', t.customer_id,
      t.vehicle_id, t.id, jsonb_build_object('programme', t.programme, 'dueOn', t.due_on)
    FROM task_copy t`
  const run = (text: string) => bench.pool.query(text)
  const times: Record<'plan' | 'again' | 'bare' | 'copy' | 'select', number[]> = {
    plan: [],
    again: [],
    bare: [],
    copy: [],
    select: [],
  }
  let counts = { due: 0, created: 0, createdAgain: 0 }
  for (let round = 0; round < rounds; round++) {
    await emptied(bench)
    times.select.push((await timed(() => sql`SELECT * FROM (${due}) d`.execute(db))).ms)
    const first = await timed(plan)
    times.plan.push(first.ms)
    const again = await timed(plan)
    times.again.push(again.ms)
    const [made, repeated] = [first.result['regular-service'], again.result['regular-service']]
    counts = { due: made?.due ?? 0, created: made?.created ?? 0, createdAgain: repeated?.created ?? 0 }
    await run('CHECKPOINT')
    const bare = () =>
      db.transaction().execute(async (tx) => {
        await copies.execute(tx)
        await events.execute(tx)
      })
    times.bare.push((await timed(bare)).ms)
    await run('TRUNCATE task_copy, timeline_event_copy')
    await run('CHECKPOINT')
    const copy = () =>
      db.transaction().execute(async (tx) => {
        await sql`INSERT INTO task_copy SELECT * FROM task`.execute(tx)
        await sql`INSERT INTO timeline_event_copy SELECT * FROM timeline_event`.execute(tx)
      })
    times.copy.push((await timed(copy)).ms)
  }
  const median = (values: number[]) => round(percentile(values, 0.5))
  const [planMs, againMs, bareMs, copyMs, selectMs] = [
    times.plan,
    times.again,
    times.bare,
    times.copy,
    times.select,
  ].map(median) as [number, number, number, number, number]
  return {
    vehicles,
    ...counts,
    fillMs: filled.ms,
    planMs,
    bareMs,
    copyMs,
    ratio: round(planMs / bareMs),
    ratioToCopy: round(planMs / copyMs),
    selectMs,
    againMs,
    againRatio: round(againMs / selectMs),
  }
}

/** Both pairs of tables empty, the copies with the same columns and indexes, nothing left for a checkpoint to write. */
async function emptied(bench: Bench): Promise<void> {
  await bench.bare(async (client) => {
    await client.query('TRUNCATE task, timeline_event, attempt, plan_run')
    await client.query('DROP TABLE IF EXISTS task_copy, timeline_event_copy')
    await client.query('CREATE TABLE task_copy (LIKE task INCLUDING ALL)')
    await client.query('CREATE TABLE timeline_event_copy (LIKE timeline_event INCLUDING ALL)')
    await client.query('CHECKPOINT')
  })
}

async function emptyStore(bench: Bench): Promise<void> {
  await bench.bare((client) =>
    client.query(
      'TRUNCATE store, customer, customer_phone, vehicle, visit, task, timeline_event, attempt, plan_run CASCADE',
    ),
  )
}

await runBench('plan', async (bench) => {
  const small = await measure(bench, bench.size(100_000))
  await emptyStore(bench)
  const large = await measure(bench, bench.size(1_000_000))
  printTable('Daily plan of the regular service (milliseconds, medians)', [small, large])
  const growth = {
    vehicles: round(large.vehicles / small.vehicles),
    plan: round(large.planMs / small.planMs),
    again: round(large.againMs / small.againMs),
  }
  return { ...large, growth }
})
