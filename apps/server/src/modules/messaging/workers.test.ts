import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { hashUnit } from '@changhui/rules/hash'
import { expect, test } from 'vitest'
import { openPool } from '../../platform/db.ts'
import { testDatabase } from '../../platform/testing/test-database.ts'
import { deliverDue } from './service.ts'
import { allOwed, messageStore, morning, provider } from './testing.ts'

const database = await testDatabase()

test('four workers at once: every message goes to the provider once, and a customer with five gets one of them', async () => {
  const { crowd, wish, queue, rows, store, clock } = await messageStore(database, 'FOUR')
  const single = (await crowd(1_200)).map((id) => wish(id))
  const many = (await crowd(80)).flatMap((id) => Array.from({ length: 5 }, () => wish(id)))
  await queue(...single, ...many)
  const sms = provider('sms', async ({ id }, times) => {
    await new Promise((done) => setTimeout(done, 2))
    return { state: 'accepted', providerId: `${id}-${times}` }
  })
  const pools = Array.from({ length: 4 }, () => openPool(database.connection, 3))
  const counts = await Promise.all(
    pools.map((pool) => deliverDue({ pool, clock }, store, { adapters: [sms.adapter], stillOwed: allOwed })),
  )
  await Promise.all(pools.map((pool) => pool.end()))
  expect(counts.reduce((sum, { sent }) => sum + sent, 0)).toBe(1_280)
  expect(sms.handed.size).toBe(1_280)
  expect([...sms.handed.values()].every((times) => times.length === 1)).toBe(true)
  const states = await rows<{ state: string; held: string | null; n: number }>(
    'SELECT state, held, count(*)::int AS n FROM message WHERE store_id = $1 GROUP BY 1, 2 ORDER BY 1',
  )
  expect(states).toEqual([
    { state: 'queued', held: 'cool-down', n: 320 },
    { state: 'sent', held: null, n: 1_280 },
  ])
})

test('workers killed in the middle, a provider that sometimes answers too late: nothing is lost, nothing has two ids', async () => {
  const { crowd, wish, queue, rows, store } = await messageStore(database, 'KILL')
  const total = 600
  await queue(...(await crowd(total)).map((id) => wish(id)))
  const keys = new Map<string, number>()
  const server = createServer((asked, answer) => {
    const key = asked.url?.slice(1) ?? ''
    const times = (keys.get(key) ?? 0) + 1
    keys.set(key, times)
    // one in fifty is taken but answered too late, the first time
    const late = times === 1 && hashUnit(key) < 0.02
    setTimeout(() => answer.writeHead(200, { 'x-id': `p-${key}` }).end(), late ? 800 : 3)
  }).listen(0)
  await once(server, 'listening')
  const worker = resolve(import.meta.dirname, 'testing-worker.ts')
  const { port } = server.address() as AddressInfo
  let finished = false
  let killed = 0
  // each round begins ten minutes later: what the dead held is free by then, and so are the retries
  for (let round = 0; round < 20 && !finished; round++) {
    const start = Temporal.Instant.from(morning)
      .add({ minutes: 10 * round })
      .toString()
    const order = JSON.stringify({ connection: database.connection, store, start, port })
    const children = [0, 1].map(() =>
      spawn(process.execPath, [worker, order], { stdio: ['ignore', 'pipe', 'inherit'] }),
    )
    const ends = children.map((child) => once(child, 'exit'))
    if (round < 4) {
      // not before it sends, and while it does
      const before = keys.size
      while (keys.size < before + 40 && keys.size < total && children.some((child) => child.exitCode === null)) {
        await new Promise((done) => setTimeout(done, 5))
      }
      for (const child of children) if (child.kill('SIGKILL')) killed++
    }
    await Promise.all(ends)
    const [left] = await rows<{ n: number }>(
      "SELECT count(*)::int AS n FROM message WHERE store_id = $1 AND state <> 'sent'",
    )
    finished = left?.n === 0
  }
  server.close()
  server.close()
  server.closeAllConnections()
  expect(killed).toBeGreaterThan(2)
  expect(finished).toBe(true)
  expect(keys.size).toBe(total)
  // the kills did cut something off: some were handed over a second time, under the same key
  expect([...keys.values()].some((times) => times > 1)).toBe(true)
  const sent = await rows<{ n: number; ids: number }>(
    'SELECT count(*)::int AS n, count(DISTINCT provider_id)::int AS ids FROM message WHERE store_id = $1',
  )
  expect(sent).toEqual([{ n: total, ids: total }])
  const told = await rows<{ n: number; messages: number }>(
    `SELECT count(*)::int AS n, count(DISTINCT data ->> 'messageId')::int AS messages FROM timeline_event
     WHERE store_id = $1 AND kind = 'message.sent'`,
  )
  expect(told).toEqual([{ n: total, messages: total }])
}, 120_000)
