import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { hashUnit } from '@changhui/rules/hash'
import { queueMessages } from '../apps/server/src/modules/messaging/service.ts'
import { fixedClock } from '../apps/server/src/platform/clock.ts'
import { deriveId } from '../apps/server/src/platform/ids.ts'
import { systemActor, withStore } from '../apps/server/src/platform/scope.ts'
import { addBenchStore, type Bench, printTable, round, runBench, timed } from './harness.ts'
import type { WorkerOrder } from './messages-worker.ts'

/** 10:00 on a Saturday in Shanghai: no quiet hour of any kind. */
const morning = '2026-11-21T02:00:00Z'
const rounds = 3
const batch = 500
/** What a worker under fire gives its provider to answer in, and what a slow answer takes. */
const [impatientMs, slowMs] = [300, 900]

/**
 * Messages through the outbox: claim, gate, provider, result, timeline. First with a provider that answers at once, 1 and 4 worker
 * processes, against the bare statement that sets the same rows to sent and writes a contact for each. Then 4 workers over HTTP that are
 * killed again and again while the provider sometimes answers too late: the provider counts by idempotency key and by phone.
 */
await runBench('messages', async (bench) => {
  const storeId = await addBenchStore(bench)
  const total = bench.size(20_000)
  const queued = await timed(() => queueAll(bench, storeId, total))
  const queuedPerSecond = perSecond(total, queued.ms)
  console.log(`${total.toLocaleString('en')} messages queued, ${queuedPerSecond.toLocaleString('en')}/s`)
  const speed: Record<string, Awaited<ReturnType<typeof compare>>> = {}
  for (const workers of [1, 4]) speed[`workers${workers}`] = await compare(bench, storeId, total, workers)
  printTable('Messages a second, instant provider', [
    ...Object.entries(speed).map(([name, { wrong: _, ...figures }]) => ({ name, ...figures })),
  ])
  const killed = await underFire(bench, storeId, bench.size(5_000), bench.size(48))
  printTable('Workers killed and a provider that answers too late', [killed])
  const wrong = killed.lost + killed.duplicates + Object.values(speed).reduce((sum, one) => sum + one.wrong, 0)
  if (wrong > 0) throw new Error(`${wrong} messages lost or sent twice: ${JSON.stringify({ speed, killed })}`)
  return { messages: total, queuedPerSecond, ...speed, killed }
})

function perSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 1000)
}

function phone(at: number): string {
  return `139${String(at).padStart(8, '0')}`
}

/** A customer with a number and one queued message each, through the service that queues them in the product. */
async function queueAll(bench: Bench, storeId: string, count: number): Promise<void> {
  const customerId = (at: number) => deriveId('bench-customer', at)
  const places = Array.from({ length: count }, (_, at) => at)
  await bench.bare(async (client) => {
    const ids = places.map(customerId)
    await client.query(
      `INSERT INTO customer (store_id, id, name, consents, created_at, updated_at)
       SELECT $1, id, '车主', '{}', $3, $3 FROM unnest($2::uuid[]) id`,
      [storeId, ids, morning],
    )
    await client.query(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at)
       SELECT $1, md5(id::text)::uuid, id, number, $4 FROM unnest($2::uuid[], $3::text[]) AS p (id, number)`,
      [storeId, ids, places.map(phone), morning],
    )
    await client.query('ANALYZE customer, customer_phone')
  })
  const store = { id: storeId, timeZone: 'Asia/Shanghai' }
  for (let from = 0; from < count; from += 1_000) {
    await withStore(bench.pool, fixedClock(morning), store, systemActor, (scope) =>
      queueMessages(
        scope,
        places.slice(from, from + 1_000).map((at) => ({
          id: deriveId('bench-message', at),
          customerId: customerId(at),
          purpose: 'reminder' as const,
          channels: ['sms' as const],
          body: '您的爱车保养将到期，欢迎预约。',
        })),
      ),
    )
  }
}

/** Puts the first `count` messages back as they were queued, and the rest out of the way. */
async function requeue(bench: Bench, storeId: string, count: number): Promise<void> {
  await bench.bare(async (client) => {
    await client.query('TRUNCATE message_try')
    await client.query(`DELETE FROM timeline_event WHERE store_id = $1 AND kind <> 'message.queued'`, [storeId])
    await client.query(
      `UPDATE message SET state = 'queued', next_at = CASE WHEN substr(recipient, 4)::int < $3 THEN $2::timestamptz ELSE '2099-01-01' END,
         attempts = 0, claim = NULL, provider = NULL, provider_id = NULL, sent_at = NULL, ended_at = NULL, held = NULL, reason = NULL
       WHERE store_id = $1 AND recipient IS NOT NULL`,
      [storeId, morning, count],
    )
    await client.query('VACUUM ANALYZE message, timeline_event, message_try')
    await client.query('CHECKPOINT')
  })
}

/** Both ways by turns, so that whatever else the machine does falls on both; the middle of three. */
async function compare(bench: Bench, storeId: string, total: number, workers: number) {
  const [product, bare]: [number[], number[]] = [[], []]
  let wrong = 0
  for (let turn = 0; turn < rounds; turn++) {
    await requeue(bench, storeId, total)
    const sent = await byWorkers(bench, storeId, workers)
    product.push(perSecond(total, sent.ms))
    const distinct = new Set(sent.keys)
    wrong += sent.keys.length - distinct.size + (total - distinct.size) + (total - (await countSent(bench, storeId)))
    await requeue(bench, storeId, total)
    bare.push(perSecond(total, await byStatement(bench, storeId, workers)))
    wrong += total - (await countSent(bench, storeId))
  }
  const middle = (figures: number[]) => figures.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
  return {
    perSecond: middle(product),
    barePerSecond: middle(bare),
    ratio: round(middle(bare) / middle(product)),
    wrong,
  }
}

async function countSent(bench: Bench, storeId: string): Promise<number> {
  const { rows } = await bench.bare((client) =>
    client.query<{ n: number }>(`SELECT count(*)::int AS n FROM message WHERE store_id = $1 AND state = 'sent'`, [
      storeId,
    ]),
  )
  return rows[0]?.n ?? 0
}

/** A worker process, ready to begin. */
async function startWorker(bench: Bench, order: WorkerOrder, name: string) {
  const [path, keysPath] = [resolve(bench.folder, `${name}.json`), resolve(bench.folder, `${name}.keys`)]
  writeFileSync(path, JSON.stringify(order), { mode: 0o600 })
  const script = resolve(import.meta.dirname, 'messages-worker.ts')
  const child = spawn(process.execPath, [script, path, keysPath], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, ended, keysPath, go: () => child.stdin.write('go\n') }
}

/** All messages by worker processes whose provider answers at once; timed from the word to begin to the last end. */
async function byWorkers(bench: Bench, storeId: string, workers: number) {
  const store = { id: storeId, timeZone: 'Asia/Shanghai' }
  const order = { connection: bench.connection, store, start: morning, port: null, timeoutMs: 15_000 }
  const started = await Promise.all(
    Array.from({ length: workers }, (_, at) => startWorker(bench, order, `worker${at}`)),
  )
  const { ms } = await timed(async () => {
    for (const { go } of started) go()
    await Promise.all(started.map(({ ended }) => ended))
  })
  const keys = started.flatMap(({ keysPath }) => readFileSync(keysPath, 'utf8').split('\n').filter(Boolean))
  return { ms, keys }
}

/** The yardstick: claims, sets to sent and writes a contact in one statement a batch, nothing asked and nobody told. */
async function byStatement(bench: Bench, storeId: string, connections: number): Promise<number> {
  const statement = `
    WITH due AS (
      SELECT id FROM message WHERE store_id = $1 AND state IN ('queued', 'sending') AND next_at <= $2
      ORDER BY next_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
    ), sent AS (
      UPDATE message m SET state = 'sent', next_at = NULL, attempts = 1, sent_at = $2, provider = 'bare', provider_id = m.id::text
      FROM due WHERE m.store_id = $1 AND m.id = due.id RETURNING m.id
    )
    INSERT INTO message_try (store_id, id, message_id, at, channel, provider, attempt, result, provider_id)
    SELECT $1, md5(id::text)::uuid, id, $2, 'sms', 'bare', 1, 'accepted', id::text FROM sent`
  const work = () =>
    bench.bare(async (client) => {
      while (((await client.query(statement, [storeId, morning])).rowCount ?? 0) > 0);
    })
  const { ms } = await timed(() => Promise.all(Array.from({ length: connections }, work)))
  return ms
}

/**
 * Four workers at a time, killed with SIGKILL at moments that move, replaced by four whose clocks run ten minutes later, until `kills`
 * have fallen; the last ones finish. The provider knows a key it saw and answers it with the same id, as real ones with idempotency
 * keys do; what one without would have sent twice is told as `repeated`.
 */
async function underFire(bench: Bench, storeId: string, total: number, kills: number) {
  await requeue(bench, storeId, total)
  const provider = await startProvider()
  const store = { id: storeId, timeZone: 'Asia/Shanghai' }
  const left = async () => total - (await countSent(bench, storeId))
  let [killed, generation] = [0, 0]
  const { ms } = await timed(async () => {
    for (; (await left()) > 0; generation++) {
      if (generation > 60) throw new Error(`${await left()} messages are not sent after ${generation} generations`)
      const start = Temporal.Instant.from(morning)
        .add({ minutes: 10 * generation })
        .toString()
      const order = { connection: bench.connection, store, start, port: provider.port, timeoutMs: impatientMs }
      const started = await Promise.all(
        Array.from({ length: 4 }, (_, at) => startWorker(bench, order, `fire${generation}-${at}`)),
      )
      for (const { go } of started) go()
      if (killed < kills) killed += await shoot(started, provider.requests, total / (kills / 3 + 1), kills - killed)
      await Promise.all(started.map(({ ended }) => ended))
    }
  })
  await provider.stop()
  const phones = [...provider.phones.values()]
  const [{ ids = 0 } = {}] = (
    await bench.bare((client) =>
      client.query<{ ids: number }>(
        `SELECT count(DISTINCT provider_id)::int AS ids FROM message WHERE store_id = $1 AND state = 'sent'`,
        [storeId],
      ),
    )
  ).rows
  return {
    messages: total,
    kills: killed,
    timeouts: provider.slow(),
    requests: provider.requests(),
    /** Asked for again under the same key. */
    repeated: provider.requests() - provider.keys(),
    duplicates: phones.filter((times) => times > 1).length + Math.max(0, provider.keys() - total),
    lost: total - phones.length + (total - ids),
    seconds: round(ms / 1000),
  }
}

/** Kills workers one after the other, each when the provider has seen some requests more. Returns how many. */
async function shoot(
  started: readonly { readonly child: ChildProcess }[],
  requests: () => number,
  some: number,
  most: number,
): Promise<number> {
  let killed = 0
  const alive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null
  for (const [at, { child }] of started.entries()) {
    if (killed === most) break
    const enough = requests() + Math.ceil((some / started.length) * (0.3 + hashUnit(`${at}|${requests()}`)))
    while (requests() < enough && started.some((one) => alive(one.child)))
      await new Promise((done) => setTimeout(done, 2))
    if (alive(child) && child.kill('SIGKILL')) killed += 1
  }
  return killed
}

/** Delivers each key once, whatever happens to the answer; the first answer to one key in fifty comes too late. */
async function startProvider() {
  const keys = new Set<string>()
  const phones = new Map<string, number>()
  let [requests, slow] = [0, 0]
  const server = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://provider')
    const [key, to] = [pathname.slice(1), searchParams.get('to') ?? '']
    requests += 1
    const isNew = !keys.has(key)
    if (isNew) {
      keys.add(key)
      phones.set(to, (phones.get(to) ?? 0) + 1)
    }
    const late = isNew && hashUnit(key) < 0.02
    if (late) slow += 1
    const reply = () => answer.writeHead(200, { 'x-id': `p-${key}` }).end()
    if (late) setTimeout(reply, slowMs)
    else reply()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    keys: () => keys.size,
    phones,
    requests: () => requests,
    slow: () => slow,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
