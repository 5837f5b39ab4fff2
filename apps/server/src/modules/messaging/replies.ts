import { normalisePhone } from '@changhui/rules/phone'
import { optOutReply } from '@changhui/rules/sms'
import { sql } from 'kysely'
import { deriveId } from '../../platform/ids.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { appendTimeline, type TimelineEntry } from '../base/customers/service.ts'
import type { MessageChannel } from './channels/channel.ts'

/** What a customer wrote back. `from`: his number, open id or address. */
export interface Reply {
  readonly provider: string
  /** Default `sms`. */
  readonly channel?: MessageChannel
  readonly from: string
  readonly text: string
  readonly at: Temporal.Instant
  /** The provider's own name of the reply, where it has one: without it the same words at the same moment are one reply. */
  readonly providerId?: string
}

/** What an opt-out ends of what still waits: nothing the customer has running. */
const ENDED = ['reminder', 'greeting', 'survey', 'marketing']

/** See the service. */
export async function takeReply(
  scope: Scope,
  reply: Reply,
): Promise<{ optedOut: boolean; customerIds: readonly string[] }> {
  const { tx, storeId, now } = scope
  const channel = reply.channel ?? 'sms'
  const phone = channel === 'sms' ? normalisePhone(reply.from) : undefined
  const sender = phone?.ok ? phone.number : reply.from.trim().slice(0, 200)
  const id = deriveId(
    storeId,
    'reply',
    reply.provider,
    reply.providerId ?? `${sender}|${reply.at.toString()}|${reply.text}`,
  )
  const customerIds = await sendersOf(scope, channel, sender)
  const optedOut = optOutReply(reply.text)
  const made = await tx
    .insertInto('inboundMessage')
    .values({
      storeId,
      id,
      channel,
      provider: reply.provider,
      sender,
      body: reply.text.slice(0, 2_000),
      optOut: optedOut,
      customerIds: [...customerIds],
      at: reply.at.toString(),
      receivedAt: now.toString(),
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) return { optedOut, customerIds }
  await appendTimeline(
    scope,
    customerIds.map((customerId) => ({
      kind: 'message.reply',
      customerId,
      data: { inboundId: id, channel, optOut: optedOut },
    })),
  )
  if (optedOut) await optOut(scope, channel, customerIds)
  return { optedOut, customerIds }
}

/** Everybody with that number or address; who was merged away is the customer he became. */
async function sendersOf({ tx, storeId }: Scope, channel: MessageChannel, sender: string): Promise<readonly string[]> {
  const store = sql`${storeId}::uuid`
  const known =
    channel === 'sms'
      ? sql`SELECT p.customer_id AS id FROM customer_phone p WHERE p.store_id = ${store} AND p.number = ${sender}`
      : channel === 'email'
        ? sql`SELECT c.id FROM customer c WHERE c.store_id = ${store} AND lower(c.email) = lower(${sender})`
        : sql`SELECT a.customer_id AS id FROM channel_address a
            WHERE a.store_id = ${store} AND a.channel = ${channel} AND a.address = ${sender} AND a.customer_id IS NOT NULL`
  const { rows } = await sql<{ id: string }>`
    SELECT DISTINCT coalesce(c.merged_into, c.id) AS id FROM customer c
    WHERE c.store_id = ${store} AND c.id IN (${known}) ORDER BY 1`.execute(tx)
  return rows.map(({ id }) => id)
}

async function optOut(scope: Scope, channel: MessageChannel, customerIds: readonly string[]): Promise<void> {
  const { tx, storeId, now } = scope
  const ids = sql`${[...customerIds]}::uuid[]`
  const { rows: refused } = await sql<{ id: string }>`
    UPDATE customer c SET consents = c.consents || jsonb_build_object(${channel}::text, false), version = c.version + 1,
      updated_at = ${now.toString()}::timestamptz
    WHERE c.store_id = ${storeId}::uuid AND c.id = ANY (${ids}) AND c.consents -> ${channel}::text IS DISTINCT FROM 'false'::jsonb
    RETURNING c.id`.execute(tx)
  const { rows: dropped } = await sql<{
    id: string
    customerId: string
    vehicleId: string | null
    taskId: string | null
    purpose: string
  }>`
    UPDATE message m SET state = 'dropped', reason = 'opted-out', ended_at = ${now.toString()}::timestamptz, next_at = NULL, held = NULL
    WHERE m.store_id = ${storeId}::uuid AND m.customer_id = ANY (${ids}) AND m.state = 'queued' AND m.channel = ${channel}
      AND m.purpose = ANY (${ENDED}::text[])
    RETURNING m.id, m.customer_id, m.vehicle_id, m.task_id, m.purpose`.execute(tx)
  const entries: TimelineEntry[] = refused.map(({ id }) => ({
    kind: 'customer.consent-withdrawn',
    customerId: id,
    data: { channel, by: 'reply' },
  }))
  for (const { id, customerId, vehicleId, taskId, purpose } of dropped) {
    const data = { messageId: id, channel, purpose, reason: 'opted-out' }
    entries.push({ kind: 'message.dropped', customerId, vehicleId, taskId, data })
  }
  await appendTimeline(scope, entries)
  for (const { id } of refused) {
    const detail = { channel, by: 'reply' }
    await recordAudit(scope, { action: 'customer.consent', subjectKind: 'customer', subjectId: id, detail })
  }
}
