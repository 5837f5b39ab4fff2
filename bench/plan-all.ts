import { dueOfStore } from '../apps/server/src/modules/care/engine/follow.ts'
import { isPlanned } from '../apps/server/src/modules/care/engine/programme.ts'
import { programmes } from '../apps/server/src/modules/care/programmes/all.ts'
import { planStore } from '../apps/server/src/modules/care/service.ts'
import { fixedClock } from '../apps/server/src/platform/clock.ts'
import { openDb } from '../apps/server/src/platform/db.ts'
import { systemActor, withStore } from '../apps/server/src/platform/scope.ts'
import { addBenchStore, type Bench, percentile, printTable, round, spread, timed } from './harness.ts'
import { bareStatements, emptied, runBare } from './plan-bare.ts'
import { fillStore, planDay } from './plan-data.ts'

const zone = 'Asia/Shanghai'
const clock = fixedClock(`${planDay}T01:00:00Z`)
const asOf = Temporal.PlainDate.from(planDay)
const rounds = 3

/**
 * The morning's plan of one store with every programme against the sum of the bare statements of the same rows (the same due
 * queries, INSERT … SELECT into copies of task and timeline_event with the same indexes), in turn on emptied tables, medians.
 */
export async function planAll(bench: Bench, vehicles: number) {
  const store = await addBenchStore(bench)
  const filled = await timed(() => bench.bare((client) => fillStore(client, store, vehicles)))
  const inStore = { id: store, timeZone: zone }
  const planned = programmes.filter(isPlanned)
  const due = await withStore(bench.pool, clock, inStore, systemActor, (scope) => dueOfStore(scope, asOf))
  const db = openDb(bench.pool)
  const plan = () => withStore(bench.pool, clock, inStore, systemActor, (scope) => planStore(scope, asOf))
  const [times, sums, again] = [[], [], []] as [number[], number[], number[]]
  const bare = new Map<string, number[]>(planned.map((one) => [one.key, []]))
  let made: Awaited<ReturnType<typeof planStore>> = {}
  for (let at = 0; at < rounds; at++) {
    await emptied(bench)
    const first = await timed(plan)
    times.push(first.ms)
    made = first.result
    again.push((await timed(plan)).ms)
    await bench.pool.query('CHECKPOINT')
    let sum = 0
    for (const programme of planned) {
      const statements = bareStatements(programme, due(programme).parameters, clock.now().toString())
      const { ms } = await timed(() => runBare(db, statements))
      bare.get(programme.key)?.push(ms)
      sum += ms
    }
    sums.push(sum)
  }
  const same = await bench.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM task t FULL JOIN task_copy c USING (store_id, id) WHERE t.id IS NULL OR c.id IS NULL',
  )
  if (same.rows[0]?.n !== 0) throw new Error(`${same.rows[0]?.n} tasks differ between the plan and the bare statements`)
  const median = (values: readonly number[]) => round(percentile(values, 0.5))
  printTable(
    `Daily plan of every programme, ${vehicles.toLocaleString('en')} vehicles (milliseconds, medians)`,
    planned.map((one) => ({
      programme: one.key,
      due: made[one.key]?.due ?? 0,
      created: made[one.key]?.created ?? 0,
      bareMs: median(bare.get(one.key) ?? []),
    })),
  )
  const [planMs, bareMs] = [median(times), median(sums)]
  return {
    vehicles,
    created: Object.values(made).reduce((sum, one) => sum + one.created, 0),
    fillMs: filled.ms,
    planMs,
    bareMs,
    ratio: round(planMs / bareMs),
    againMs: median(again),
  }
}

/** The morning's plan of each of several stores, one after another, on the first day and on two more, when open tasks follow first. */
export async function planStores(bench: Bench, count: number, vehicles: number) {
  const stores: string[] = []
  for (let number = 1; number <= count; number++) {
    const store = await addBenchStore(bench, `BENCH${number}`, number)
    await bench.bare((client) => fillStore(client, store, vehicles, number === count))
    stores.push(store)
  }
  const days: Record<string, ReturnType<typeof spread>> = {}
  const all: number[] = []
  for (const later of [0, 1, 2]) {
    const day = asOf.add({ days: later })
    const morning = fixedClock(`${day}T01:00:00Z`)
    const times: number[] = []
    for (const id of stores) {
      const plan = () =>
        withStore(bench.pool, morning, { id, timeZone: zone }, systemActor, (scope) => planStore(scope, day))
      times.push((await timed(plan)).ms)
    }
    days[day.toString()] = spread(times)
    all.push(...times)
  }
  printTable(
    `Morning plan of one of ${count} stores of ${vehicles.toLocaleString('en')} vehicles (milliseconds)`,
    Object.entries(days).map(([day, one]) => ({ day, ...one })),
  )
  return { count, vehicles, ...spread(all) }
}
