import { sql } from 'kysely'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import type { SendResult } from './channel.ts'
import { refused } from './results.ts'

export interface Wanted {
  readonly messageId: string
  readonly openId: string
  readonly templateId: string
}

/**
 * Spends one credit for each message in the transaction of its claim: what is claimed is paid, what rolls back is not. A message claimed
 * again is not charged again. The answer names those who have no credit left.
 */
export async function reserveCredits(
  scope: Scope,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, SendResult>> {
  const without = new Map<string, SendResult>()
  // in one order everywhere, so that two claims never wait for each other
  const ordered = [...wanted].sort((a, b) => (a.openId + a.messageId < b.openId + b.messageId ? -1 : 1))
  for (const { messageId, openId, templateId } of ordered) {
    await lockPerson(scope, openId)
    const { rows } = await sql<{ paid: boolean; entries: number; balance: number }>`
      SELECT coalesce(sum(change) FILTER (WHERE message_id = ${messageId}::uuid), 0) < 0 AS paid,
        (count(*) FILTER (WHERE message_id = ${messageId}::uuid))::int AS entries, coalesce(sum(change), 0)::int AS balance
      FROM wechat_credit
      WHERE store_id = ${scope.storeId}::uuid AND open_id = ${openId} AND template_id = ${templateId}`.execute(scope.tx)
    const [{ paid, entries, balance } = { paid: false, entries: 0, balance: 0 }] = rows
    if (paid) continue
    if (balance < 1) {
      without.set(messageId, refused('recipient', 'no-credit', '没有剩余的订阅次数 / no subscription left'))
      continue
    }
    const id = deriveId('wechat-credit', scope.storeId, messageId, entries)
    await append(scope, { id, openId, templateId, change: -1, kind: 'spent', messageId })
  }
  return without
}

/** Credits of one person change one after the other: the row of the address is the lock. */
async function lockPerson(scope: Scope, openId: string): Promise<void> {
  await sql`
    INSERT INTO channel_address (store_id, channel, address, changed_at)
    VALUES (${scope.storeId}::uuid, 'wechat', ${openId}, ${scope.now.toString()}::timestamptz) ON CONFLICT DO NOTHING`.execute(
    scope.tx,
  )
  await sql`
    SELECT FROM channel_address WHERE store_id = ${scope.storeId}::uuid AND channel = 'wechat' AND address = ${openId} FOR UPDATE`.execute(
    scope.tx,
  )
}

interface Entry {
  readonly id: string
  readonly openId: string
  readonly templateId: string
  readonly change: number
  readonly kind: 'granted' | 'spent' | 'returned' | 'void'
  readonly messageId?: string
}

async function append(scope: Scope, { id, openId, templateId, change, kind, messageId }: Entry): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO wechat_credit (store_id, id, open_id, template_id, change, kind, message_id, at)
    VALUES (${scope.storeId}::uuid, ${id}::uuid, ${openId}, ${templateId}, ${change}, ${kind}, ${messageId ?? null}::uuid, ${scope.now.toString()}::timestamptz)
    ON CONFLICT DO NOTHING RETURNING id`.execute(scope.tx)
  return rows.length > 0
}

/** The customer agreed once more to one message of this template. `cause` names the provider's event, which may be told twice. */
export async function grantCredit(scope: Scope, openId: string, templateId: string, cause: string): Promise<boolean> {
  await lockPerson(scope, openId)
  const id = deriveId('wechat-grant', scope.storeId, openId, templateId, cause)
  return append(scope, { id, openId, templateId, change: 1, kind: 'granted' })
}

/** The provider did not take the message, so the person still allows one. */
export async function returnCredit(scope: Scope, { messageId, openId, templateId }: Wanted): Promise<void> {
  await lockPerson(scope, openId)
  const { rows } = await sql<{ entries: number }>`
    SELECT count(*)::int AS entries FROM wechat_credit
    WHERE store_id = ${scope.storeId}::uuid AND open_id = ${openId} AND template_id = ${templateId} AND message_id = ${messageId}::uuid
    HAVING sum(change) < 0`.execute(scope.tx)
  const [spent] = rows
  if (!spent) return
  const id = deriveId('wechat-credit', scope.storeId, messageId, spent.entries)
  await append(scope, { id, openId, templateId, change: 1, kind: 'returned', messageId })
}

/** The customer switched a template's messages off, or the provider says nothing is left: what the ledger thought is void. */
export async function voidCredits(scope: Scope, openId: string, templateId: string, cause: string): Promise<void> {
  await lockPerson(scope, openId)
  const balance = await creditsOf(scope, openId, templateId)
  const id = deriveId('wechat-void', scope.storeId, openId, templateId, cause)
  if (balance > 0) await append(scope, { id, openId, templateId, change: -balance, kind: 'void' })
}

/** Messages this person still allows for a template. */
export async function creditsOf(scope: Scope, openId: string, templateId: string): Promise<number> {
  const { rows } = await sql<{ balance: number }>`
    SELECT coalesce(sum(change), 0)::int AS balance FROM wechat_credit
    WHERE store_id = ${scope.storeId}::uuid AND open_id = ${openId} AND template_id = ${templateId}`.execute(scope.tx)
  return rows[0]?.balance ?? 0
}
