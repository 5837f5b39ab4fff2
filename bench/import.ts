import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { migrate } from '../apps/server/src/platform/migrate.ts'
import { withClient } from '../apps/server/src/platform/testing/cluster.ts'
import { addBenchStore, type Bench, printTable, round, runBench, timed } from './harness.ts'
import { writeVisitsCsv, writeVisitsXlsx } from './import-data.ts'

/** What an import writes, parents before children. */
const tables = ['customer', 'customer_phone', 'vehicle', 'visit', 'odometer_reading', 'customer_search'] as const

interface Imported {
  ms: number
  peakMb: number
  cpuMs: number
  counts: { read: number; created: number; unchanged: number; rejected: number }
}

/** Runs the import in a process of its own and tells its time and memory. */
async function importIn(bench: Bench, storeId: string, path: string): Promise<Imported> {
  const settings = resolve(bench.folder, 'import.json')
  await writeFile(settings, JSON.stringify({ connection: bench.connection, storeId, path }))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [resolve(import.meta.dirname, 'import-child.ts'), settings],
    {
      maxBuffer: 10_000_000,
    },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** Writes the imported rows to files, and times COPY of those files into the same, empty tables of a second database. */
async function copySame(bench: Bench): Promise<{ ms: number; rows: number; each: Record<string, number> }> {
  const file = (table: string) => resolve(bench.folder, `${table}.copy`)
  await bench.bare(async (client) => {
    for (const table of tables)
      await pipeline(client.query(copyTo(`COPY ${table} TO STDOUT`)), createWriteStream(file(table)))
  })
  await bench.bare((client) => client.query('CREATE DATABASE bench_copy'))
  const connection = { ...bench.connection, database: 'bench_copy' }
  await migrate(connection)
  return withClient(connection, async (client) => {
    await client.query(`INSERT INTO store (id, code, name, created_at) SELECT $1, 'BENCH', 'BENCH', now()`, [
      storeIds.first,
    ])
    let rows = 0
    const each: Record<string, number> = {}
    const { ms } = await timed(async () => {
      for (const table of tables) {
        const copied = await timed(() =>
          pipeline(createReadStream(file(table)), client.query(copyFrom(`COPY ${table} FROM STDIN`))),
        )
        each[table] = round(copied.ms)
      }
    })
    for (const table of tables) rows += Number((await client.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n)
    return { ms, rows, each }
  })
}

const storeIds = { first: '' }

await runBench('import', async (bench) => {
  const rows = bench.size(1_000_000)
  const csv = resolve(bench.folder, 'visits.csv')
  const xlsx = resolve(bench.folder, 'visits.xlsx')
  await writeVisitsCsv(csv, rows)
  storeIds.first = await addBenchStore(bench)
  const first = await importIn(bench, storeIds.first, csv)
  const again = await importIn(bench, storeIds.first, csv)
  const copy = await copySame(bench)
  await bench.bare((client) => client.query('DROP DATABASE bench_copy'))
  const second = '019a0000-0000-7000-8000-000000000002'
  await bench.bare((client) =>
    client.query(`INSERT INTO store (id, code, name, created_at) VALUES ($1, 'BENCH2', 'BENCH2', now())`, [second]),
  )
  await writeVisitsXlsx(xlsx, rows)
  const book = await importIn(bench, second, xlsx)
  const perSecond = (ms: number) => Math.round(rows / (ms / 1000))
  const line = (what: string, path: Imported, mb: number) => ({
    what,
    rows,
    seconds: round(path.ms / 1000),
    'rows/s': perSecond(path.ms),
    'CPU s': round(path.cpuMs / 1000),
    'peak MB': Math.round(path.peakMb),
    'file MB': round(mb / 1e6),
    created: path.counts.created,
    unchanged: path.counts.unchanged,
    rejected: path.counts.rejected,
  })
  const [csvSize, xlsxSize] = [(await stat(csv)).size, (await stat(xlsx)).size]
  printTable(`Import of ${rows} visits against COPY of the ${copy.rows} rows it makes, into the same tables`, [
    line('.csv', first, csvSize),
    line('.csv again', again, csvSize),
    line('.xlsx', book, xlsxSize),
  ])
  console.log(
    `COPY: ${round(copy.ms / 1000)} s, ${perSecond(copy.ms)} visits/s; ms a table: ${JSON.stringify(copy.each)}`,
  )
  return {
    rows,
    rowsPerSecond: perSecond(first.ms),
    copyRowsPerSecond: perSecond(copy.ms),
    ratio: round(copy.ms / first.ms),
    againRowsPerSecond: perSecond(again.ms),
    peakMb: Math.round(first.peakMb),
    xlsxRowsPerSecond: perSecond(book.ms),
    xlsxRatio: round(copy.ms / book.ms),
    xlsxPeakMb: Math.round(book.peakMb),
  }
})
