import { type Bench, printTable, round, runBench } from './harness.ts'
import { planAll, planStores } from './plan-all.ts'
import { emptyStores } from './plan-bare.ts'
import { planOne } from './plan-one.ts'

/** Regular service alone, at a tenth and in full. */
async function one(bench: Bench) {
  const small = await planOne(bench, bench.size(100_000))
  await emptyStores(bench)
  const large = await planOne(bench, bench.size(1_000_000))
  printTable('Daily plan of the regular service (milliseconds, medians)', [small, large])
  const growth = {
    vehicles: round(large.vehicles / small.vehicles),
    plan: round(large.planMs / small.planMs),
    again: round(large.againMs / small.againMs),
  }
  return { ...large, growth }
}

/** `--all`: every programme, in one store of a million vehicles and in fifty stores of twenty thousand. */
await runBench('plan', async (bench) => {
  if (!bench.all) return one(bench)
  const whole = await planAll(bench, bench.size(1_000_000))
  await emptyStores(bench)
  return { ...whole, stores: await planStores(bench, 50, bench.size(20_000)) }
})
