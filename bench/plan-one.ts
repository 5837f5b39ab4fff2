import { sql } from 'kysely'
import { dueParameters } from '../apps/server/src/modules/care/engine/follow.ts'
import { dueRows } from '../apps/server/src/modules/care/engine/plan-sql.ts'
import { isPlanned } from '../apps/server/src/modules/care/engine/programme.ts'
import { regularService } from '../apps/server/src/modules/care/programmes/regular-service.ts'
import { planStore } from '../apps/server/src/modules/care/service.ts'
import { fixedClock } from '../apps/server/src/platform/clock.ts'
import { openDb } from '../apps/server/src/platform/db.ts'
import { systemActor, withStore } from '../apps/server/src/platform/scope.ts'
import { addBenchStore, type Bench, percentile, round, timed } from './harness.ts'
import { bareStatements, emptied, runBare } from './plan-bare.ts'
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
export async function planOne(bench: Bench, vehicles: number) {
  const store = await addBenchStore(bench, 'BENCH')
  const filled = await timed(() => bench.bare((client) => fillStore(client, store, vehicles)))
  const inStore = { id: store, timeZone: zone }
  const plan = () =>
    withStore(bench.pool, clock, inStore, systemActor, (scope) => planStore(scope, asOf, [regularService]))
  const db = openDb(bench.pool)
  const programme = regularService
  if (!isPlanned(programme)) throw new Error('the regular service is planned')
  const { parameters } = await withStore(bench.pool, clock, inStore, systemActor, (scope) =>
    dueParameters(scope, programme, asOf),
  )
  const due = dueRows(programme, parameters)
  const bare = bareStatements(programme, parameters, clock.now().toString())
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
    times.bare.push((await timed(() => runBare(db, bare))).ms)
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
