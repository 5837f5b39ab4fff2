import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedClock } from '../../platform/clock.ts'
import { loadConfig } from '../../platform/config.ts'
import { openDb, openPool } from '../../platform/db.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { type DemoLoaded, loadDemo } from './service.ts'

const here = await testDatabase()
const twin = await testDatabase()
const pools = [openPool(here.connection, 4), openPool(twin.connection, 4)]
afterAll(() => Promise.all(pools.map((pool) => pool.end())))

async function load(pool: (typeof pools)[number]): Promise<DemoLoaded> {
  const platform = { config: loadConfig(), pool, db: openDb(pool), clock: fixedClock('2026-11-18T02:00:00Z') }
  return loadDemo(platform, { customers: 300 })
}
let first: DemoLoaded
let second: DemoLoaded
beforeAll(async () => {
  ;[first, second] = (await Promise.all(pools.map(load))) as [DemoLoaded, DemoLoaded]
}, 120_000)

/** One number for all that the store holds, leaving out who made it and when the row was written. */
async function fingerprint(pool: (typeof pools)[number]): Promise<string> {
  const { rows } = await pool.query(`
    SELECT md5(string_agg(line, '|' ORDER BY line)) AS sum FROM (
      SELECT concat_ws(',', id, name, birthday, last_visit_on) AS line FROM customer
      UNION ALL SELECT concat_ws(',', id, vin, anchor_on, daily_km) FROM vehicle
      UNION ALL SELECT concat_ws(',', id, arrived_on, mileage_km) FROM visit
      UNION ALL SELECT concat_ws(',', id, state, outcome, due_on, attempts, next_at) FROM task
        WHERE programme <> 'number-correction' AND programme <> 'complaint'
      UNION ALL SELECT concat_ws(',', at, result, outcome) FROM attempt) all_lines`)
  return rows[0].sum
}

test('the same seed and day give the same store', async () => {
  expect(second).toEqual(first)
  expect(await fingerprint(pools[1]!)).toBe(await fingerprint(pools[0]!))
})

test('today has tasks in every state, the weeks before have calls', async () => {
  const { rows } = await pools[0]!.query(
    `SELECT array_agg(DISTINCT state) AS states, count(*) FILTER (WHERE blocked_by = 'no-phone') AS blocked FROM task`,
  )
  expect(new Set(rows[0].states)).toEqual(new Set(['open', 'attempting', 'done', 'failed', 'cancelled']))
  expect(Number(rows[0].blocked)).toBeGreaterThan(0)
  const weeks = await pools[0]!.query(`SELECT count(DISTINCT date_trunc('week', at)) AS weeks FROM attempt`)
  expect(Number(weeks.rows[0].weeks)).toBeGreaterThanOrEqual(5)
})

test('the programmes of a car have work, done and to do', async () => {
  const { rows } = await pools[0]!.query<{ programme: string; open: number; closed: number }>(
    `SELECT programme, (count(*) FILTER (WHERE outcome IS NULL))::int AS open, (count(*) FILTER (WHERE outcome IS NOT NULL))::int AS closed
     FROM task GROUP BY programme`,
  )
  const work = new Map(rows.map((row) => [row.programme, row]))
  for (const key of ['regular-service', 'inspection', 'insurance-renewal']) {
    expect([key, work.get(key)?.open]).not.toEqual([key, 0])
    expect([key, (work.get(key)?.closed ?? 0) > 0]).toEqual([key, true])
  }
  for (const key of ['first-service', 'second-service', 'third-service-lock', 'proactive-booking', 'warranty-expiry'])
    expect([key, work.has(key)]).toEqual([key, true])
})

test('no number and no vehicle can belong to anyone', async () => {
  const { rows } = await pools[0]!.query(`
    SELECT (SELECT count(*) FROM customer_phone WHERE number !~ '^1540000[0-9]{4}$') AS phones,
      (SELECT count(*) FROM vehicle WHERE vin !~ '^0CH' OR plate !~ '^苏Z') AS cars`)
  expect(rows[0]).toEqual({ phones: 0, cars: 0 })
})

test('visits end today and no task outlives its facts', async () => {
  const { rows } = await pools[0]!.query(`
    SELECT (SELECT max(arrived_on) FROM visit) AS last,
      (SELECT count(*) FROM task t JOIN vehicle v ON v.store_id = t.store_id AND v.id = t.vehicle_id
        WHERE t.programme = 'regular-service' AND t.state IN ('open', 'attempting') AND v.last_visit_on IS NOT NULL
          AND v.anchor_on > t.cycle::date) AS stale`)
  expect(rows[0].stale).toBe(0)
  expect(rows[0].last <= '2026-11-18' && rows[0].last >= '2026-11-10').toBe(true)
})
