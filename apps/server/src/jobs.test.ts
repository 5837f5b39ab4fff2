import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planWhatIsDue } from './jobs.ts'
import { addStore } from './modules/stores/service.ts'
import { fixedClock } from './platform/clock.ts'
import { loadConfig } from './platform/config.ts'
import { openDb, openPool } from './platform/db.ts'
import { createJobs } from './platform/jobs.ts'
import { createLog } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { testDatabase } from './platform/testing/test-database.ts'

const { connection } = await testDatabase()
const pool = openPool(connection, 8)
const clock = fixedClock('2026-11-20T00:00:00Z')
const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }
const log = createLog('silent')
const shanghai = '019a0000-0000-7000-8000-0000000000a1'
const urumqi = '019a0000-0000-7000-8000-0000000000a2'

beforeAll(async () => {
  const at = clock.now()
  await addStore(platform.db, { id: shanghai, code: 'SH', name: 'SH', timeZone: 'Asia/Shanghai' }, at)
  await addStore(platform.db, { id: urumqi, code: 'UR', name: 'UR', timeZone: 'Asia/Urumqi' }, at)
})
beforeEach(() => pool.query('DELETE FROM plan_run'))
afterAll(() => pool.end())

const planned = async () =>
  (
    await pool.query<{ day: string; code: string }>(
      `SELECT DISTINCT r.day::text AS day, s.code FROM plan_run r JOIN store s ON s.id = r.store_id ORDER BY 1, 2`,
    )
  ).rows.map((row) => `${row.code} ${row.day}`)

describe('the daily plan', () => {
  it('runs for each store when its doors open there, not before', async () => {
    clock.set('2026-11-20T00:29:00Z')
    await planWhatIsDue(platform, log)
    expect(await planned()).toEqual([])
    clock.set('2026-11-20T00:30:00Z')
    await planWhatIsDue(platform, log)
    expect(await planned()).toEqual(['SH 2026-11-20'])
    clock.set('2026-11-20T02:30:00Z')
    await planWhatIsDue(platform, log)
    expect(await planned()).toEqual(['SH 2026-11-20', 'UR 2026-11-20'])
  })

  it('catches up when nothing ran at opening, and follows changed hours', async () => {
    clock.set('2026-11-20T12:00:00Z')
    await planWhatIsDue(platform, log)
    expect(await planned()).toEqual(['SH 2026-11-20', 'UR 2026-11-20'])
    const week = Array.from({ length: 7 }, () => ({ from: '06:00', to: '20:00' }))
    const parts = [
      { from: '06:00', to: '10:00' },
      { from: '10:00', to: '14:00' },
      { from: '14:00', to: '20:00' },
    ]
    await pool.query(`INSERT INTO store_setting (store_id, area, value, updated_at) VALUES ($1, 'hours', $2, $3)`, [
      shanghai,
      JSON.stringify({ week, closedOnHolidays: false, parts }),
      clock.now().toString(),
    ])
    clock.set('2026-11-20T22:00:00Z')
    await planWhatIsDue(platform, log)
    expect(await planned()).toContain('SH 2026-11-21')
  })

  it('is the same when several machines run it at once', async () => {
    clock.set('2026-11-22T12:00:00Z')
    await Promise.all(Array.from({ length: 4 }, () => planWhatIsDue(platform, log)))
    expect(await planned()).toEqual(['SH 2026-11-22', 'UR 2026-11-22'])
  })
})

describe('the queue', () => {
  it('gives a job to one of several workers, again when it failed, and stops when the job under way is done', async () => {
    let [running, most, done, tries] = [0, 0, 0, 0]
    const definition = {
      name: 'test.slow',
      cron: '0 0 1 1 *',
      atStart: true,
      run: async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        running -= 1
        if (++tries === 1) throw new Error('the first time fails')
        done += 1
      },
    }
    const workers = Array.from({ length: 3 }, () =>
      createJobs(platform, [definition], { log, metrics: createMetrics(pool) }),
    )
    await Promise.all(workers.map((worker) => worker.start()))
    await expect.poll(() => done, { timeout: 25_000 }).toBe(1)
    await Promise.all(workers.map((worker) => worker.stop(10)))
    expect({ most, tries, running }).toEqual({ most: 1, tries: 2, running: 0 })
  }, 40_000)
})
