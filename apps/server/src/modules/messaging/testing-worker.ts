import { request } from 'node:http'
import type { ClientConfig } from 'pg'
import { runningClock } from '../../platform/clock.ts'
import { openPool } from '../../platform/db.ts'
import type { ChannelAdapter, SendResult } from './channels/channel.ts'
import { deliverDue } from './service.ts'
import { allOwed } from './testing.ts'

/** One worker in a process of its own, to be killed: sends over HTTP to the provider of the test that started it. */
interface Order {
  readonly connection: ClientConfig
  readonly store: { readonly id: string; readonly timeZone: string }
  readonly start: string
  readonly port: number
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
const pool = openPool(order.connection, 4)

const adapter: ChannelAdapter = {
  key: 'killed',
  channel: 'sms',
  send: (message, signal) =>
    new Promise<SendResult>((resolve) => {
      const asked = request({ port: order.port, path: `/${message.id}`, method: 'POST', signal }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve({ state: 'accepted', providerId: String(answer.headers['x-id']) }))
      })
      asked.on('error', (error) => resolve({ state: 'unknown', reason: error.message }))
      asked.end()
    }),
}

const clock = runningClock(order.start)
await deliverDue({ pool, clock }, order.store, { adapters: [adapter], stillOwed: allOwed, timeoutMs: 300 })
await pool.end()
process.stdout.write('done')
