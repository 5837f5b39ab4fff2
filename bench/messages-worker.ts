import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { ClientConfig } from 'pg'
import { type ChannelAdapter, deliverDue } from '../apps/server/src/modules/messaging/service.ts'
import { runningClock } from '../apps/server/src/platform/clock.ts'
import { openPool } from '../apps/server/src/platform/db.ts'

/** What a worker process is told; in a file, since it holds the way to the database. */
export interface WorkerOrder {
  readonly connection: ClientConfig
  readonly store: { readonly id: string; readonly timeZone: string }
  /** The moment it is taken to be at the start. */
  readonly start: string
  /** Where the provider listens; null: it stands in this process and answers at once. */
  readonly port: number | null
  readonly timeoutMs: number
}

/**
 * One worker in a process of its own: says `ready`, waits for a word, sends what is due until nothing is. Keys handed to a provider of its
 * own go into the file named.
 */
const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as WorkerOrder
const keysPath = process.argv[3] ?? ''
const pool = openPool(order.connection, 4)
// the database may be gone before the goodbye is said
pool.on('error', () => undefined)

const keys: string[] = []
const instant: ChannelAdapter = {
  key: 'instant',
  channel: 'sms',
  send: ({ id }) => {
    keys.push(id)
    return Promise.resolve({ state: 'accepted', providerId: id })
  },
}
const agent = new Agent({ keepAlive: true })
const overHttp: ChannelAdapter = {
  key: 'http',
  channel: 'sms',
  send: ({ id, recipient }, signal) =>
    new Promise((resolve) => {
      const path = `/${id}?to=${recipient}`
      const asked = request({ port: order.port ?? 0, path, method: 'POST', agent, signal }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve({ state: 'accepted', providerId: String(answer.headers['x-id']) }))
        answer.on('error', (error) => resolve({ state: 'unknown', reason: error.message }))
      })
      asked.on('error', (error) => resolve({ state: 'unknown', reason: error.message }))
      asked.end()
    }),
}

await pool.query('SELECT 1')
process.stdout.write('ready\n')
await new Promise((go) => process.stdin.once('data', go))
process.stdin.unref()
const count = await deliverDue({ pool, clock: runningClock(order.start) }, order.store, {
  adapters: [order.port === null ? instant : overHttp],
  stillOwed: (_, taskIds) => Promise.resolve(new Set(taskIds)),
  timeoutMs: order.timeoutMs,
})
if (keysPath) writeFileSync(keysPath, keys.join('\n'))
process.stdout.write(`${JSON.stringify(count)}\n`)
await pool.end()
agent.destroy()
