import type { webhookEvents } from '@changhui/contract/integrations'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'

export type EventTopic = (typeof webhookEvents)[number]

/**
 * Tells the outside about something, in the transaction of its cause. `payload` holds ids and codes only: the receiver asks
 * the API for the rest with its own key, so that no personal data travels to an address somebody typed.
 */
export async function emitEvent(scope: Scope, topic: EventTopic, payload: Record<string, unknown>): Promise<void> {
  await scope.tx
    .insertInto('outboxEvent')
    .values({
      storeId: scope.storeId,
      id: scope.newId(),
      topic,
      payload: JSON.stringify(payload),
      createdAt: scope.now.toString(),
    })
    .execute()
}

const handedOverAtOnce = 500

/**
 * Turns waiting events of the scope's store into one delivery per webhook that wants them. A delivery's id is derived from
 * event and webhook, so that handing over twice makes nothing twice. Returns how many events were handed over.
 */
export async function handOverEvents(scope: Scope): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    WITH claimed AS (
      SELECT id, topic, payload, created_at FROM outbox_event
      WHERE store_id = ${scope.storeId} AND handed_over_at IS NULL
      ORDER BY created_at, id LIMIT ${handedOverAtOnce} FOR UPDATE SKIP LOCKED
    ), made AS (
      INSERT INTO webhook_delivery (store_id, id, webhook_id, topic, payload, state, next_at, created_at)
      SELECT ${scope.storeId}::uuid, changhui_derive_id(claimed.id || '|' || webhook.id), webhook.id, claimed.topic,
        jsonb_build_object('id', claimed.id, 'topic', claimed.topic, 'storeId', webhook.store_id, 'at', claimed.created_at, 'data', claimed.payload),
        'waiting', ${scope.now.toString()}::timestamptz, ${scope.now.toString()}::timestamptz
      FROM claimed JOIN webhook ON webhook.store_id = ${scope.storeId} AND webhook.enabled AND claimed.topic = ANY (webhook.events)
      ON CONFLICT (store_id, id) DO NOTHING
    )
    UPDATE outbox_event SET handed_over_at = ${scope.now.toString()}::timestamptz
    WHERE store_id = ${scope.storeId} AND id IN (SELECT id FROM claimed)
    RETURNING id`.execute(scope.tx)
  return rows.length
}

/** Throws away what was handed over or delivered more than `days` ago, and old idempotency keys. */
export async function forgetOld(scope: Scope, days: number): Promise<void> {
  const before = scope.now.subtract({ hours: days * 24 }).toString()
  const { tx, storeId } = scope
  await tx.deleteFrom('outboxEvent').where('storeId', '=', storeId).where('handedOverAt', '<', before).execute()
  await tx
    .deleteFrom('webhookDelivery')
    .where('storeId', '=', storeId)
    .where('state', '<>', 'waiting')
    .where('createdAt', '<', before)
    .execute()
  const yesterday = scope.now.subtract({ hours: 24 }).toString()
  await tx.deleteFrom('idempotencyKey').where('storeId', '=', storeId).where('createdAt', '<', yesterday).execute()
}
