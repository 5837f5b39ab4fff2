import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planWhatIsDue, sendMessages, tidy } from './jobs.ts'
import { queueMessages } from './modules/messaging/service.ts'
import { addStore } from './modules/stores/service.ts'
import { fixedClock } from './platform/clock.ts'
import { loadConfig } from './platform/config.ts'
import { openDb, openPool } from './platform/db.ts'
import { createJobs } from './platform/jobs.ts'
import { createLog } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { systemActor, withStore } from './platform/scope.ts'
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

describe('messages', () => {
  it('are shown where a store has set up no channel, as long as their task is still owed', async () => {
    clock.set('2026-11-20T03:00:00Z')
    const id = (n: number) => `019a0000-0000-7000-8000-0000000001a${n}`
    const outcomes = [null, 'unreachable', 'returned']
    for (const [n, outcome] of outcomes.entries()) {
      await pool.query(
        "INSERT INTO customer (store_id, id, name, created_at, updated_at) VALUES ($1, $2, '车主', $3, $3)",
        [shanghai, id(n), '2026-01-01Z'],
      )
      await pool.query(
        `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at) VALUES ($1, $2, $2, $3, '2026-01-01Z')`,
        [shanghai, id(n), `1390000000${n}`],
      )
      await pool.query(
        `INSERT INTO task (store_id, id, programme, customer_id, cycle, state, outcome, due_on, opens_on, call_by, closes_on, priority, why, planned_on)
         VALUES ($1, $2, 'complaint', $2, 'x', $3, $4, '2026-11-28', '2026-11-14', '2026-11-21', '2027-02-26', 1, '{}', '2026-11-14')`,
        [shanghai, id(n), outcome === null ? 'open' : outcome === 'returned' ? 'done' : 'failed', outcome],
      )
    }
    const body = '请与我们联系'
    const wishes = outcomes.map((_, n) => ({
      id: id(n),
      customerId: id(n),
      taskId: id(n),
      purpose: 'reminder' as const,
      channels: ['sms' as const],
      body,
    }))
    const store = { id: shanghai, timeZone: 'Asia/Shanghai' }
    await withStore(pool, clock, store, systemActor, (scope) => queueMessages(scope, wishes))
    await sendMessages(platform, log)
    const { rows } = await pool.query('SELECT state, provider, reason FROM message WHERE store_id = $1 ORDER BY id', [
      shanghai,
    ])
    expect(rows).toEqual([
      { state: 'delivered', provider: 'embedded', reason: null },
      { state: 'delivered', provider: 'embedded', reason: null },
      { state: 'dropped', provider: null, reason: 'not-owed' },
    ])
  })
})

describe('what the nightly job throws away', () => {
  it('of an import that lay still for 90 days: the upload, the refused rows, the cells; not its counts', async () => {
    const dataDir = mkdtempSync(resolve(tmpdir(), 'changhui-tidy-'))
    const uploads = resolve(dataDir, 'imports', shanghai)
    mkdirSync(uploads, { recursive: true })
    clock.set('2026-11-20T18:17:00Z')
    const cases = [
      ['done', '2026-08-20T00:00:00Z'],
      ['interrupted', '2026-08-20T00:00:00Z'],
      ['mapped', '2026-08-20T00:00:00Z'],
      ['running', '2026-08-20T00:00:00Z'],
      ['interrupted', '2026-08-23T00:00:00Z'],
    ] as const
    const idOf = (at: number) => `019a0000-0000-7000-8000-0000000010a${at}`
    for (const [at, [state, moment]] of cases.entries()) {
      writeFileSync(resolve(uploads, idOf(at)), '张三,13800000001')
      await pool.query(
        `INSERT INTO import_job (store_id, id, kind, file_name, size_bytes, file_hash, state, format, headers, sample, preview, counts, created_at, updated_at)
         VALUES ($1, $2, 'customers', 'c.csv', 1, 'h', $3, 'csv', '["姓名"]', '[["张三"]]', '[{"row":2}]', '{"read":1}', $4, $4)`,
        [shanghai, idOf(at), state, moment],
      )
      await pool.query(
        `INSERT INTO import_problem (store_id, import_id, dry, row, place, refused, column_name, reason, value)
         VALUES ($1, $2, false, 2, 0, true, '电话', 'phone.too-short', '1380000')`,
        [shanghai, idOf(at)],
      )
      await pool.query(
        `INSERT INTO import_reject (store_id, import_id, dry, row, cells) VALUES ($1, $2, false, 2, '{张三,1380000}')`,
        [shanghai, idOf(at)],
      )
    }
    await tidy({ ...platform, config: { ...platform.config, dataDir } }, log)
    const { rows } = await pool.query(
      `SELECT j.id, j.state, j.sample <> '[]' OR j.preview <> '[]' AS cells, j.counts IS NOT NULL AS counts,
         (SELECT count(*)::int FROM import_problem p WHERE p.import_id = j.id) + (SELECT count(*)::int FROM import_reject r WHERE r.import_id = j.id) AS kept
       FROM import_job j WHERE store_id = $1 ORDER BY id`,
      [shanghai],
    )
    const gone = { cells: false, counts: true, kept: 0, file: false }
    const stays = { cells: true, counts: true, kept: 2, file: true }
    expect(rows.map(({ id, ...row }) => ({ ...row, file: existsSync(resolve(uploads, id)) }))).toEqual([
      { state: 'done', ...gone },
      { state: 'interrupted', ...gone },
      { state: 'cancelled', ...gone },
      { state: 'running', ...stays },
      { state: 'interrupted', ...stays },
    ])
    rmSync(dataDir, { recursive: true, force: true })
  })
})
