import type { MessageDropReason } from '@changhui/rules/messageWords'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { type Message, type MessageRow, messageColumns, toMessage } from './message.ts'

/** Where a customer can be written to. `wechatName`: what he is called there, which no provider takes. */
export interface Addresses {
  readonly sms: string | null
  readonly email: string | null
  readonly wechat: string | null
  readonly wecom: string | null
  readonly wechatName: string | null
}

/** A visit told of late still counts when it lies no longer back than this. */
const LATE_DAYS = 30

/**
 * Locks what is due, oldest first, of one instant by id, so that which message gets a customer's last place in the week does not
 * hang on how the table happens to lie: rows another worker holds are skipped. Never two messages of one customer at a time, not
 * even by two workers, or each would miss the other when it asks for cap and cool-down: the customer's row is locked (skipped
 * when taken), and one with a message on its way is left for later. The look at those on their way must be a statement of its
 * own: it then sees what the worker before had committed when it let go of the customer.
 */
export async function lockDue(scope: Scope, most: number): Promise<Message[]> {
  const { tx, storeId, now } = scope
  const at = sql`${now.toString()}::timestamptz`
  const store = sql`${storeId}::uuid`
  // an array instead of a join: with statistics from when nothing was being sent, the join compared each with each
  const { rows: busy } = await sql<{ customerId: string }>`
    SELECT customer_id FROM message WHERE store_id = ${store} AND state = 'sending' AND next_at > ${at}`.execute(tx)
  const { rows: due } = await sql<{ id: string; customerId: string }>`
    SELECT m.id, m.customer_id FROM message m
    WHERE m.store_id = ${store} AND m.state IN ('queued', 'sending') AND m.next_at <= ${at}
      AND m.customer_id <> ALL (${busy.map(({ customerId }) => customerId)}::uuid[])
    ORDER BY m.next_at, m.id LIMIT ${most} FOR UPDATE SKIP LOCKED`.execute(tx)
  if (due.length === 0) return []
  const first = new Map<string, string>()
  for (const { id, customerId } of due) if (!first.has(customerId)) first.set(customerId, id)
  const { rows: mine } = await sql<{ id: string }>`
    SELECT id FROM customer WHERE store_id = ${store} AND id = ANY (${[...first.keys()]}::uuid[])
    FOR NO KEY UPDATE SKIP LOCKED`.execute(tx)
  const customers = mine.map(({ id }) => id)
  const { rows } = await sql<MessageRow & { customersBusy: boolean }>`
    SELECT ${messageColumns}, m.customer_id = ANY (ARRAY(
      SELECT o.customer_id FROM message o
      WHERE o.store_id = ${store} AND o.customer_id = ANY (${customers}::uuid[]) AND o.state = 'sending' AND o.next_at > ${at})) AS customers_busy
    FROM message m
    WHERE m.store_id = ${store} AND m.id = ANY (${customers.flatMap((id) => first.get(id) ?? [])}::uuid[])`.execute(tx)
  return rows.flatMap(({ customersBusy, ...row }) => (customersBusy ? [] : [toMessage(row)]))
}

/** Addresses by customer, the first usable mobile number among them; of one who was merged away, those of whom he became. */
export async function addressesOf(
  { tx, storeId }: Scope,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Addresses>> {
  const known = (channel: 'wechat' | 'wecom') => sql`(
    SELECT a.address FROM channel_address a
    WHERE a.store_id = s.store_id AND a.customer_id = s.id AND a.channel = ${channel} AND a.reachable
    ORDER BY a.changed_at DESC LIMIT 1)`
  // named in full first: joined by either of two columns, the whole table is read
  const { rows } = await sql<Addresses & { id: string }>`
    WITH who AS MATERIALIZED (
      SELECT c.id, coalesce(c.merged_into, c.id) AS record FROM customer c
      WHERE c.store_id = ${storeId}::uuid AND c.id = ANY (${[...customerIds]}::uuid[])
    )
    SELECT w.id, s.email, s.wechat_id AS wechat_name, ${known('wechat')} AS wechat, ${known('wecom')} AS wecom, (
      SELECT p.number FROM customer_phone p
      WHERE p.store_id = s.store_id AND p.customer_id = s.id AND p.state = 'usable' AND p.number ~ '^1[0-9]{10}$'
      ORDER BY p.position, p.id LIMIT 1) AS sms
    FROM customer s JOIN who w ON w.record = s.id
    WHERE s.store_id = ${storeId}::uuid AND s.id = ANY (ARRAY(SELECT record FROM who))`.execute(tx)
  return new Map(rows.map(({ id, ...addresses }) => [id, addresses]))
}

/** Which messages about a workshop visit have been answered by the facts since they were queued (CARE-23), by id. */
export async function answeredByFacts(
  { tx, storeId, timeZone, today }: Scope,
  messages: readonly Message[],
): Promise<ReadonlyMap<string, MessageDropReason>> {
  const ids = messages.flatMap(({ id, endsWithVisit, vehicleId }) => (endsWithVisit && vehicleId ? [id] : []))
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; reason: MessageDropReason | null }>`
    SELECT m.id, CASE
      WHEN v.state <> 'active' THEN 'vehicle-gone'
      WHEN EXISTS (SELECT FROM visit i WHERE i.store_id = m.store_id AND i.vehicle_id = m.vehicle_id
        AND (i.arrived_on >= q.day OR (i.created_at >= m.created_at AND i.arrived_on >= q.day - ${LATE_DAYS}::int))) THEN 'visited'
      WHEN EXISTS (SELECT FROM appointment a WHERE a.store_id = m.store_id AND a.vehicle_id = m.vehicle_id AND a.state = 'booked'
        AND (a.created_at >= m.created_at OR a.day >= ${today.toString()}::date)) THEN 'booked' END AS reason
    FROM message m
    JOIN vehicle v ON v.store_id = m.store_id AND v.id = m.vehicle_id
    CROSS JOIN LATERAL (SELECT (m.created_at AT TIME ZONE ${timeZone})::date AS day) q
    WHERE m.store_id = ${storeId}::uuid AND m.id = ANY (${ids}::uuid[])`.execute(tx)
  return new Map(rows.flatMap(({ id, reason }) => (reason ? [[id, reason] as const] : [])))
}
