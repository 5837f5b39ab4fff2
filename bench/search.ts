import { nameReadings } from '@changhui/rules/pinyin'
import pino from 'pino'
import { composeApp } from '../apps/server/src/compose.ts'
import { searchValues } from '../apps/server/src/modules/base/customers/search.ts'
import { searchStatement } from '../apps/server/src/modules/base/customers/search-store.ts'
import { createStaff } from '../apps/server/src/modules/staff/service.ts'
import { systemClock } from '../apps/server/src/platform/clock.ts'
import { loadConfig } from '../apps/server/src/platform/config.ts'
import { openDb } from '../apps/server/src/platform/db.ts'
import { systemActor } from '../apps/server/src/platform/scope.ts'
import { addBenchStore, type Bench, hammer, percentile, printTable, round, runBench, spread, timed } from './harness.ts'
import { leanClient } from './lean-client.ts'
import { fillCustomers, fillSearch } from './search-data.ts'

const limit = 20
const queriesOfAKind = 300
const clients = 32

/**
 * Search as one types through HTTP, with a session, against the same statement with the same values on a plain connection of
 * the owner, one after the other and by 32 clients; then the first page of the customer list without and with its count.
 */
await runBench('search', async (bench) => {
  const storeId = await addBenchStore(bench)
  const count = bench.size(1_000_000)
  const filled = await timed(() => fillCustomers(bench, storeId, count))
  console.log(`${count.toLocaleString('en')} customers in ${round(filled.ms / 1000)} s`)
  const search = await fillSearch(bench, storeId)
  console.log(
    `search rows: ${search.rowsPerSecond.toLocaleString('en')} customers/s, index ${round(search.indexMs / 1000)} s`,
  )
  const served = await serve(bench, storeId)
  try {
    const kinds = await queries(bench, storeId)
    const figures: Record<string, Record<string, number>> = {}
    for (const [kind, typed] of Object.entries(kinds)) figures[kind] = await compare(bench, storeId, served.get, typed)
    printTable(
      'Search, milliseconds',
      Object.entries(figures).map(([kind, row]) => ({ kind, ...row })),
    )
    const list = await firstPage(storeId, served.get)
    printTable('Customer list, first page of 50, milliseconds', [list])
    const ratio = Math.max(...Object.values(figures).map((one) => one.ratio ?? Number.NaN))
    return {
      customers: count,
      ratio,
      search: figures,
      list,
      refreshPerSecond: search.rowsPerSecond,
      indexMs: search.indexMs,
    }
  } finally {
    await served.stop()
  }
})

type Get = (path: string) => Promise<unknown>

/** The whole application on a port of its own, and a signed-in caller that keeps its connections. */
async function serve(bench: Bench, storeId: string) {
  const config = loadConfig({ CHANGHUI_DATA: bench.folder }, bench.folder)
  const platform = { config, pool: bench.pool, db: openDb(bench.pool), clock: systemClock() }
  const [username, password] = ['bench', 'measure-it-twice']
  await createStaff(
    platform,
    { storeId, actor: systemActor },
    { name: 'Bench', username, password, roles: ['care-manager'] },
  )
  const settings = { requestsPerSecond: 0, logLevel: 'silent' }
  const app = await composeApp(platform, { settings, log: pino({ level: 'silent' }) })
  const port = await app.start(0)
  const origin = `http://127.0.0.1:${port}`
  const signedIn = await fetch(`${origin}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ username, password }),
  })
  if (!signedIn.ok) throw new Error(`sign-in answered ${signedIn.status}: ${await signedIn.text()}`)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const client = leanClient(port, { cookie })
  const get: Get = (path) => client.get(`/api/v1/stores/${storeId}${path}`)
  return {
    get,
    stop: async () => {
      client.close()
      await app.stop()
    },
  }
}

/** What people would type to find some customers picked from all over. */
async function queries(bench: Bench, storeId: string): Promise<Record<string, string[]>> {
  const { rows } = await bench.bare((client) =>
    client.query<{ name: string; number: string; plate: string }>(
      `SELECT c.name, p.number, v.plate FROM customer c
       JOIN customer_phone p ON p.store_id = c.store_id AND p.customer_id = c.id
       JOIN vehicle v ON v.store_id = c.store_id AND v.owner_id = c.id
       WHERE c.store_id = $1 ORDER BY md5(c.id::text) LIMIT $2`,
      [storeId, queriesOfAKind],
    ),
  )
  const initials = (name: string) => (nameReadings([...name])[0] ?? []).map((one) => one[0]).join('')
  return {
    name: rows.map((row) => [...row.name].slice(0, 2).join('')),
    initials: rows.map((row) => initials(row.name)),
    phone: rows.map((row) => row.number.slice(-4)),
    plate: rows.map((row) => row.plate.slice(2, 6)),
    oneCharacter: rows.map((row) => row.name.slice(0, 1)),
  }
}

/** Both ways take turns, so that whatever else the machine does falls on both. */
async function compare(bench: Bench, storeId: string, get: Get, typed: readonly string[]) {
  const path = (query: string) => `/customers/search?q=${encodeURIComponent(query)}&limit=${limit}`
  const values = (query: string) => searchValues(storeId, query, limit) ?? []
  return bench.bare(async (client) => {
    await client.query(`SET changhui.stores = '${storeId}'`)
    const [bare, http]: [number[], number[]] = [[], []]
    for (const round of ['warm up', 'measure']) {
      for (const [place, query] of typed.entries()) {
        const plain = async () => (await timed(() => client.query(searchStatement, values(query)))).ms
        const served = async () => (await timed(() => get(path(query)))).ms
        // Whoever asks second finds the pages in memory: they go first by turns.
        const [first, second] = place % 2 === 0 ? [plain, served] : [served, plain]
        const times = [await first(), await second()]
        if (round === 'warm up') continue
        bare.push(times[place % 2] ?? Number.NaN)
        http.push(times[1 - (place % 2)] ?? Number.NaN)
      }
    }
    const busy = await manyClients(bench, storeId, typed, path, values, get)
    return {
      ratio: round(percentile(http, 0.5) / percentile(bare, 0.5)),
      bareP50: spread(bare).p50,
      httpP50: spread(http).p50,
      bareP99: spread(bare).p99,
      httpP99: spread(http).p99,
      ...busy,
    }
  })
}

async function manyClients(
  bench: Bench,
  storeId: string,
  typed: readonly string[],
  path: (query: string) => string,
  values: (query: string) => unknown[],
  get: Get,
) {
  const at = (run: number) => typed[run % typed.length] ?? ''
  const runs = typed.length * 4
  const plain = await Promise.all(Array.from({ length: clients }, () => bench.pool.connect()))
  let bare: number[]
  try {
    for (const client of plain) await client.query(`SET changhui.stores = '${storeId}'`)
    const free = [...plain]
    bare = await hammer(clients, runs, async (run) => {
      const client = free.pop()
      if (!client) throw new Error('more runs at once than connections')
      await client.query(searchStatement, values(at(run)))
      free.push(client)
    })
    for (const client of plain) await client.query('RESET changhui.stores')
  } finally {
    for (const client of plain) client.release()
  }
  const http = await hammer(clients, runs, (run) => get(path(at(run))))
  return {
    ratio32: round(percentile(http, 0.5) / percentile(bare, 0.5)),
    bare32P50: spread(bare).p50,
    http32P50: spread(http).p50,
    http32P99: spread(http).p99,
  }
}

async function firstPage(storeId: string, get: Get) {
  const [page, counted, filtered]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < 60; run++) {
    page.push((await timed(() => get('/customers'))).ms)
    counted.push((await timed(() => Promise.all([get('/customers'), get('/customers/count')]))).ms)
    if (run % 12 === 0) filtered.push((await timed(() => get('/customers?locality=out-of-town&dueWithinDays=30'))).ms)
  }
  const { count } = (await get('/customers/count')) as { count: number }
  return {
    store: storeId.slice(-4),
    pageP50: spread(page).p50,
    pageP99: spread(page).p99,
    withCountP50: spread(counted).p50,
    withCountP99: spread(counted).p99,
    filteredP50: spread(filtered).p50,
    estimatedCount: count,
  }
}
