import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Client, ClientConfig, Pool } from 'pg'
import { openPool } from '../apps/server/src/platform/db.ts'
import { startEmbedded } from '../apps/server/src/platform/embedded/embedded.ts'
import { migrate } from '../apps/server/src/platform/migrate.ts'
import { withClient } from '../apps/server/src/platform/testing/cluster.ts'

/** What a benchmark is handed: a migrated database of its own, as durable as the product's. */
export interface Bench {
  /** 1 = full size. */
  readonly scale: number
  /** `--all` was given. */
  readonly all: boolean
  /** A temporary folder of the run, removed at its end. */
  readonly folder: string
  readonly connection: ClientConfig
  readonly pool: Pool
  /** `full` rows at scale 1, in proportion below; at least 1. */
  size(full: number): number
  /** Runs `work` on a superuser connection of its own, outside row security: for generating rows and bare statements. */
  bare<T>(work: (client: Client) => Promise<T>): Promise<T>
}

/**
 * Runs one benchmark: starts a throw-away embedded PostgreSQL with the product's own settings (fsync on), migrates it,
 * runs `work`, prints its figures as the last line in JSON (`{"bench":name,"scale":…,…}`) and takes everything down.
 * Arguments: `--scale 0.1`, `--all` where the benchmark knows a larger round. Exit code 1 when `work` throws.
 */
export async function runBench(name: string, work: (bench: Bench) => Promise<Record<string, unknown>>): Promise<void> {
  const { values } = parseArgs({
    options: { scale: { type: 'string', default: '1' }, all: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const scale = Number(values.scale)
  if (!(scale > 0 && scale <= 10))
    throw new Error(`--scale must be a number above 0 and up to 10, not "${values.scale}"`)
  const folder = mkdtempSync(resolve(tmpdir(), `changhui-bench-${name}-`))
  const embedded = await startEmbedded(resolve(folder, 'data'))
  const connection: ClientConfig = { ...embedded.connection }
  const pool = openPool(connection, 40)
  try {
    await migrate(connection)
    const figures = await work({
      scale,
      all: values.all,
      folder,
      connection,
      pool,
      size: (full) => Math.max(1, Math.round(full * scale)),
      bare: (task) => withClient(connection, task),
    })
    console.log(JSON.stringify({ bench: name, scale, ...figures }))
  } finally {
    await pool.end()
    await embedded.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How long `work` took, in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now()
  const result = await work()
  return { ms: round(performance.now() - start), result }
}

/** Runs `work` `clients` at a time until `total` runs are done; the milliseconds of each run. */
export async function hammer(
  clients: number,
  total: number,
  work: (run: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  const client = async () => {
    for (let run = next++; run < total; run = next++) times.push((await timed(() => work(run))).ms)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return times
}

/** The `share` (0–1) percentile by nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Median, 90th and 99th percentile and maximum, rounded to 0.01. */
export function spread(values: readonly number[]): { p50: number; p90: number; p99: number; max: number } {
  const at = (share: number) => round(percentile(values, share))
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}

/** To two digits behind the point. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** Prints rows as an aligned table under a title. */
export function printTable(title: string, rows: readonly Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {})
  const cell = (value: string | number | undefined) =>
    typeof value === 'number' ? value.toLocaleString('en') : (value ?? '')
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => cell(row[name]).length)))
  const line = (values: readonly string[]) => values.map((value, i) => value.padStart(widths[i] ?? 0)).join('  ')
  console.log(`\n${title}`)
  console.log(line(columns))
  for (const row of rows) console.log(line(columns.map((name) => cell(row[name]))))
}

/** A store to fill; its id. */
export async function addBenchStore(bench: Bench, code = 'BENCH', number = 1): Promise<string> {
  const id = `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}`
  await bench.bare((client) =>
    client.query('INSERT INTO store (id, code, name, created_at) VALUES ($1, $2, $2, $3)', [
      id,
      code,
      '2026-01-01T00:00:00Z',
    ]),
  )
  return id
}
