import { createHmac } from 'node:crypto'
import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { sql } from 'kysely'
import type { Platform } from '../../platform/http/context.ts'
import { type StoreContext, systemActor, withStore } from '../../platform/scope.ts'
import { isInside } from './webhook-url.ts'

/** Tries after the first, in minutes; then the delivery is given up (a day and a half in all). */
const backOffMinutes = [1, 5, 15, 60, 180, 360, 720, 1_080] as const
const timeoutMs = 10_000
const claimedAtOnce = 20

interface Delivery {
  readonly id: string
  readonly webhookId: string
  readonly topic: string
  readonly payload: unknown
  readonly attempts: number
  readonly url: string
  readonly secret: string
}

type StoreOfJob = Pick<StoreContext, 'id' | 'timeZone'>

/**
 * Sends what is due in one store: claimed in one short transaction (two workers never take the same), sent outside any, the
 * outcome written after. A worker that dies in between leaves the claim to run out, so a receiver may see a delivery twice
 * under the same id. Returns how many were sent.
 */
export async function deliverWebhooks(platform: Platform, store: StoreOfJob, allowLoopback = false): Promise<number> {
  const claimed = await withStore(platform.pool, platform.clock, store, systemActor, async ({ tx, storeId, now }) => {
    const lease = now.add({ minutes: 5 }).toString()
    const { rows } = await sql<Delivery>`
      WITH due AS (
        SELECT id FROM webhook_delivery
        WHERE store_id = ${storeId} AND state = 'waiting' AND next_at <= ${now.toString()}::timestamptz
        ORDER BY next_at LIMIT ${claimedAtOnce} FOR UPDATE SKIP LOCKED
      )
      UPDATE webhook_delivery delivery SET next_at = ${lease}::timestamptz, attempts = delivery.attempts + 1
      FROM webhook
      WHERE delivery.store_id = ${storeId} AND delivery.id IN (SELECT id FROM due)
        AND webhook.store_id = delivery.store_id AND webhook.id = delivery.webhook_id
      RETURNING delivery.id, delivery.webhook_id, delivery.topic, delivery.payload, delivery.attempts, webhook.url, webhook.secret`.execute(
      tx,
    )
    return rows
  })
  await Promise.all(claimed.map(async (one) => settle(platform, store, one, await send(one, platform, allowLoopback))))
  return claimed.length
}

/** The status answered, or 0 when nobody answered. */
async function send(delivery: Delivery, platform: Platform, allowLoopback: boolean): Promise<number> {
  const body = JSON.stringify(delivery.payload)
  const at = Math.floor(platform.clock.now().epochMilliseconds / 1000)
  const signature = createHmac('sha256', delivery.secret).update(`${at}.${body}`).digest('hex')
  const url = new URL(delivery.url)
  const loopback = allowLoopback && url.hostname === '127.0.0.1'
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Changhui-Webhook/1',
    'x-changhui-event': delivery.topic,
    'x-changhui-delivery': delivery.id,
    'x-changhui-signature': `t=${at},v1=${signature}`,
  }
  return new Promise((resolve) => {
    const options = { method: 'POST', headers, timeout: timeoutMs, lookup: loopback ? undefined : outsideOnly }
    // redirects are not followed: they could point inside
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    // nobody answered: counted as a failed try and tried again later
    sent.on('error', () => resolve(0))
    sent.end(body)
  })
}

/** Asks the name service and refuses an inner address at the moment of connecting: a name may change after it was checked. */
const outsideOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const outside = error ? [] : addresses.filter(({ address }) => !isInside(address))
    const first = outside[0]
    if (!first) return callback(error ?? Object.assign(new Error('inner address'), { code: 'EACCES' }), '', 4)
    if (options.all) return callback(null, outside)
    return callback(null, first.address, first.family)
  })
}

async function settle(platform: Platform, store: StoreOfJob, delivery: Delivery, status: number): Promise<void> {
  const delivered = status >= 200 && status < 300
  await withStore(platform.pool, platform.clock, store, systemActor, async ({ tx, storeId, now }) => {
    const wait = backOffMinutes[delivery.attempts - 1]
    const state = delivered ? 'delivered' : wait === undefined ? 'given-up' : 'waiting'
    await tx
      .updateTable('webhookDelivery')
      .set({ state, lastStatus: status, nextAt: now.add({ minutes: wait ?? 0 }).toString() })
      .$if(delivered, (query) => query.set({ deliveredAt: now.toString() }))
      .where('storeId', '=', storeId)
      .where('id', '=', delivery.id)
      .execute()
    await tx
      .updateTable('webhook')
      .set((eb) =>
        delivered ? { failures: 0, lastDeliveredAt: now.toString() } : { failures: eb('failures', '+', 1) },
      )
      .where('storeId', '=', storeId)
      .where('id', '=', delivery.webhookId)
      .execute()
  })
}
