import type { webhookEvents } from '@changhui/contract/integrations'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { postSigned as post } from './post.ts'
import { requireOutside as outside } from './webhook-url.ts'

/** For other areas that send to an address somebody typed. */
export const postSigned = post
export const requireOutside = outside

type EventTopic = (typeof webhookEvents)[number]

export interface OutsideEvent {
  readonly topic: EventTopic
  /** Ids and codes only: the receiver asks the API for the rest with its own key, so that no personal data travels to an address somebody typed. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** Tells the outside what happened, in the transaction of its cause. Where no webhook wants an event, nothing is written. */
export async function emitEvents(scope: Scope, events: readonly OutsideEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ topic, payload }) => ({ id: scope.newId(), topic, payload }))
  await sql`
    INSERT INTO outbox_event (store_id, id, topic, payload, created_at)
    SELECT ${scope.storeId}::uuid, e.id, e.topic, e.payload, ${scope.now.toString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (id uuid, topic text, payload jsonb)
    WHERE EXISTS (SELECT FROM webhook w WHERE w.store_id = ${scope.storeId}::uuid AND w.enabled AND e.topic = ANY (w.events))`.execute(
    scope.tx,
  )
}

/** What a timeline event is called outside; kinds that stay inside have no name. */
const topicOfKind: readonly (readonly [start: string, topic: EventTopic])[] = [
  ['task.planned', 'task.created'],
  ['task.closed', 'task.closed'],
  ['call.', 'call.reported'],
  ['appointment.booked', 'appointment.booked'],
  ['customer.', 'customer.changed'],
  ['phone.', 'customer.changed'],
  ['vehicle.', 'customer.changed'],
]

export interface TimelineFact {
  readonly kind: string
  readonly customerId: string
  readonly vehicleId?: string | null
  readonly taskId?: string | null
  readonly data?: Readonly<Record<string, unknown>>
}

/** Tells the outside what was just put on the timeline. */
export function emitTimeline(scope: Scope, facts: readonly TimelineFact[]): Promise<void> {
  const events = facts.flatMap((fact): OutsideEvent[] => {
    const topic = topicOfKind.find(([start]) => fact.kind.startsWith(start))?.[1]
    if (!topic) return []
    const { kind, customerId, vehicleId = null, taskId = null, data = {} } = fact
    return [{ topic, payload: { kind, customerId, vehicleId, taskId, ...data } }]
  })
  return emitEvents(scope, events)
}

/**
 * The same for what a set-based statement of this moment put on the timeline of many customers at once (planning, closing).
 * An event has the id of its timeline row: telling twice tells once. `of` narrows the search to some customers or vehicles,
 * since the timeline is kept by customer.
 */
export async function emitMany(
  scope: Scope,
  kind: 'task.planned' | 'task.closed',
  of: { readonly vehicleIds?: readonly string[]; readonly customerIds?: readonly string[] } = {},
): Promise<void> {
  const topic = kind === 'task.planned' ? 'task.created' : 'task.closed'
  const wanted = await scope.tx
    .selectFrom('webhook')
    .select('id')
    .where('storeId', '=', scope.storeId)
    .where('enabled', '=', true)
    .where(sql<boolean>`${topic} = ANY (events)`)
    .limit(1)
    .executeTakeFirst()
  if (!wanted) return
  const owners = sql`SELECT owner_id FROM vehicle WHERE store_id = ${scope.storeId}::uuid AND id = ANY (${[...(of.vehicleIds ?? [])]}::uuid[])`
  const customers = of.customerIds && sql`SELECT unnest(${[...of.customerIds]}::uuid[])`
  const whose = of.vehicleIds || customers ? sql`AND customer_id IN (${customers ?? owners})` : sql``
  await sql`
    INSERT INTO outbox_event (store_id, id, topic, payload, created_at)
    SELECT store_id, id, ${topic}, jsonb_build_object('kind', kind, 'customerId', customer_id, 'vehicleId', vehicle_id, 'taskId', task_id) || data, at
    FROM timeline_event
    WHERE store_id = ${scope.storeId}::uuid AND at = ${scope.now.toString()}::timestamptz AND kind = ${kind} ${whose}
    ON CONFLICT (store_id, id) DO NOTHING`.execute(scope.tx)
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
