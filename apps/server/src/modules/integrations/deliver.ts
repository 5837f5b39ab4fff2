import { sql } from 'kysely'
import type { Platform } from '../../platform/http/context.ts'
import { type StoreContext, systemActor, withStore } from '../../platform/scope.ts'
import { postSigned } from './post.ts'

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
  const send = ({ url, secret, topic, id, payload }: Delivery) =>
    postSigned({ url, secret, topic, id, body: payload, at: platform.clock.now(), timeoutMs, allowLoopback })
  await Promise.all(claimed.map(async (one) => settle(platform, store, one, await send(one))))
  return claimed.length
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
