import type { AudienceSend } from '@changhui/contract/audiences'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** A notice as its row holds it. */
export interface SendRow {
  readonly id: string
  readonly name: string
  readonly templateKey: string
  readonly templateVersion: number
  readonly channel: AudienceSend['channel']
  readonly purpose: AudienceSend['purpose']
  readonly subject: string | null
  readonly body: string
  readonly state: AudienceSend['state']
  readonly createdAt: string
  readonly createdBy: string | null
  readonly endedAt: string | null
  readonly expiresAt: string
}

const columns = sql`id, name, template_key, template_version, channel, purpose, subject, body, state, created_at, created_by,
  ended_at, expires_at`

/** One notice; `lock` passes over it while another worker has it. */
export async function sendById(
  { tx, storeId }: Scope,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<SendRow | undefined> {
  const { rows } = await sql<SendRow>`
    SELECT ${columns} FROM audience_send WHERE store_id = ${storeId} AND id = ${id} ${lock ? sql`FOR UPDATE SKIP LOCKED` : sql``}`.execute(
    tx,
  )
  return rows[0]
}

/** Notices, newest first, behind a place. */
export async function sendsBehind(
  { tx, storeId }: Scope,
  after: { readonly at: string; readonly id: string } | undefined,
  limit: number,
): Promise<SendRow[]> {
  const behind = after ? sql`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql`true`
  const { rows } = await sql<SendRow>`
    SELECT ${columns} FROM audience_send WHERE store_id = ${storeId} AND ${behind}
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`.execute(tx)
  return rows
}

/** Notices that are not finished. */
export async function runningSends({ tx, storeId }: Scope): Promise<string[]> {
  const rows = await tx
    .selectFrom('audienceSend')
    .select('id')
    .where('storeId', '=', storeId)
    .where('state', '=', 'running')
    .orderBy('createdAt')
    .execute()
  return rows.map(({ id }) => id)
}

/** Writes a notice and its members; false when there is one of this id already. */
export async function insertSend(
  { tx, storeId, now, actor }: Scope,
  row: Omit<SendRow, 'state' | 'createdAt' | 'createdBy' | 'endedAt'> & { readonly filters: object },
  members: readonly string[],
): Promise<boolean> {
  const made = await tx
    .insertInto('audienceSend')
    .values({
      storeId,
      ...row,
      filters: JSON.stringify(row.filters),
      state: 'running',
      createdAt: now.toString(),
      createdBy: actor.id,
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) return false
  await sql`
    INSERT INTO audience_member (store_id, send_id, customer_id)
    SELECT ${storeId}::uuid, ${row.id}::uuid, m.id FROM unnest(${[...members]}::uuid[]) AS m (id)`.execute(tx)
  return true
}

/** Members that were not looked at yet. */
export async function waitingMembers({ tx, storeId }: Scope, sendId: string, most: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('audienceMember')
    .select('customerId')
    .where('storeId', '=', storeId)
    .where('sendId', '=', sendId)
    .where('state', '=', 'waiting')
    .orderBy('customerId')
    .limit(most)
    .execute()
  return rows.map(({ customerId }) => customerId)
}

export interface MemberEnd {
  readonly customerId: string
  readonly messageId: string | null
  readonly reason: string | null
}

/** Members with their message, or the reason why there is none. */
export async function endMembers({ tx, storeId }: Scope, sendId: string, ends: readonly MemberEnd[]): Promise<void> {
  await sql`
    UPDATE audience_member m SET message_id = e.message_id, reason = e.reason,
      state = CASE WHEN e.message_id IS NULL THEN 'left-out' ELSE 'queued' END
    FROM unnest(${ends.map((one) => one.customerId)}::uuid[], ${ends.map((one) => one.messageId)}::uuid[],
      ${ends.map((one) => one.reason)}::text[]) AS e (customer_id, message_id, reason)
    WHERE m.store_id = ${storeId}::uuid AND m.send_id = ${sendId}::uuid AND m.customer_id = e.customer_id`.execute(tx)
}

/** Ends a running notice; false when it was not running any more. */
export async function endSend({ tx, storeId, now }: Scope, id: string, state: 'done' | 'stopped'): Promise<boolean> {
  const ended = await tx
    .updateTable('audienceSend')
    .set((eb) => ({ state, endedAt: now.toString(), version: eb('version', '+', 1) }))
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  return ended !== undefined
}

/** How far some notices are, and what became of their messages. */
export async function progressOf({ tx, storeId }: Scope, ids: readonly string[]) {
  const { rows } = await sql<{
    sendId: string
    state: string
    reason: string | null
    messageState: string | null
    customers: number
  }>`
    SELECT m.send_id, m.state, m.reason, g.state AS message_state, count(*)::int AS customers
    FROM audience_member m
    LEFT JOIN message g ON g.store_id = m.store_id AND g.id = m.message_id
    WHERE m.store_id = ${storeId} AND m.send_id = ANY (${[...ids]}::uuid[])
    GROUP BY m.send_id, m.state, m.reason, g.state
    ORDER BY customers DESC, m.reason, g.state`.execute(tx)
  return rows
}
