import type { MessageState } from '@changhui/rules/messageWords'
import { sql } from 'kysely'
import { deriveId } from '../../platform/ids.ts'
import type { Scope } from '../../platform/scope.ts'
import { appendTimeline } from '../base/customers/service.ts'
import {
  type Message,
  type MessageChange,
  type MessageRow,
  messageColumns,
  toMessage,
  writeChanges,
} from './message.ts'
import { onward } from './settle.ts'
import { tellEnds } from './tell.ts'

/** What a provider reports of a message it had accepted. */
export interface Receipt {
  readonly provider: string
  readonly providerId: string
  /** The provider's own name of the sending it reports on, where one message may be sent twice under the same id. */
  readonly sending?: string | null
  readonly state: 'delivered' | 'failed'
  /** The provider's code as it came. */
  readonly code?: string | null
  readonly reason?: string | null
  /** The address itself is no good: an empty number, a mailbox that does not exist. */
  readonly badAddress?: boolean
  readonly at: Temporal.Instant
}

/** One that nobody claims is forgotten after so long; the receipt itself is kept. */
const WAIT = { hours: 24 * 7 } as const

/** See the service. */
export async function takeReceipt(scope: Scope, receipt: Receipt): Promise<boolean> {
  const { storeId, tx, now } = scope
  const { provider, providerId, state, code = null } = receipt
  const id = deriveId(storeId, 'receipt', provider, providerId, state, code, receipt.sending)
  const made = await tx
    .insertInto('messageReceipt')
    .values({
      storeId,
      id,
      provider,
      providerId,
      state,
      code,
      reason: receipt.reason?.slice(0, 300) ?? null,
      badAddress: receipt.badAddress ?? false,
      at: receipt.at.toString(),
      receivedAt: now.toString(),
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) return true
  if (await applyReceipt(scope, receipt)) return true
  await tx.insertInto('messageReceiptWaiting').values({ storeId, receiptId: id, receivedAt: now.toString() }).execute()
  return false
}

/** Receipts that came before the answer they belong to was written. Those of nobody are forgotten in time. */
export async function applyWaitingReceipts(scope: Scope): Promise<void> {
  const { tx, storeId, now } = scope
  const { rows } = await sql<Omit<Receipt, 'at'> & { id: string; at: string; old: boolean }>`
    SELECT r.id, r.provider, r.provider_id, r.state, r.code, r.reason, r.bad_address, r.at,
      w.received_at < ${now.subtract(WAIT).toString()}::timestamptz AS old
    FROM message_receipt_waiting w JOIN message_receipt r ON r.store_id = w.store_id AND r.id = w.receipt_id
    WHERE w.store_id = ${storeId}::uuid
      AND (w.received_at < ${now.subtract(WAIT).toString()}::timestamptz OR EXISTS (SELECT FROM message_try t
        WHERE t.store_id = r.store_id AND t.provider = r.provider AND t.provider_id = r.provider_id))
    ORDER BY w.received_at FOR UPDATE OF w SKIP LOCKED LIMIT 500`.execute(tx)
  for (const { id, at, old, ...receipt } of rows) {
    const applied = await applyReceipt(scope, { ...receipt, at: Temporal.Instant.from(at) })
    if (!applied && !old) continue
    await tx.deleteFrom('messageReceiptWaiting').where('storeId', '=', storeId).where('receiptId', '=', id).execute()
  }
}

interface Known extends MessageRow {
  readonly state: MessageState
  readonly recipient: string | null
  readonly provider: string | null
  readonly providerId: string | null
  readonly segments: number | null
  readonly sentAt: string | null
  readonly triedOn: Message['channel']
}

/** False when the provider's id is not known here (yet). */
async function applyReceipt(scope: Scope, receipt: Receipt): Promise<boolean> {
  const { rows } = await sql<Known>`
    SELECT ${messageColumns}, m.state, m.recipient, m.provider, m.provider_id, m.segments, m.sent_at, t.channel AS tried_on
    FROM message_try t JOIN message m ON m.store_id = t.store_id AND m.id = t.message_id
    WHERE t.store_id = ${scope.storeId}::uuid AND t.provider = ${receipt.provider} AND t.provider_id = ${receipt.providerId}
    ORDER BY t.at DESC LIMIT 1 FOR UPDATE OF m`.execute(scope.tx)
  const [row] = rows
  if (!row) return false
  const change = changeBy(scope, receipt, row)
  if (change) {
    await writeChanges(scope, [change])
    await tellEnds(scope, [toMessage(row)], [change])
  }
  if (receipt.badAddress) await noteAddress(scope, receipt, row)
  return true
}

/**
 * Arrived is arrived, whatever was said before or after and whatever channel was taken meanwhile. A failure counts only for
 * the try the message stands on, and only while nothing better is known.
 */
function changeBy(scope: Scope, receipt: Receipt, row: Known): MessageChange | undefined {
  const { id, claim, state, provider, providerId } = row
  if (state === 'delivered') return undefined
  const sentAt = row.sentAt ?? receipt.at.toString()
  const same = {
    id,
    wasClaim: claim,
    channel: row.triedOn,
    attempts: row.attempts,
    recipient: row.recipient,
    segments: row.segments,
  }
  const ours = { provider: receipt.provider, providerId: receipt.providerId, code: receipt.code ?? null }
  if (receipt.state === 'delivered') {
    return { ...same, ...ours, state: 'delivered', sentAt, endedAt: receipt.at.toString() }
  }
  if (state !== 'sent' || provider !== receipt.provider || providerId !== receipt.providerId) return undefined
  return { ...same, ...ours, sentAt, ...onward(scope, toMessage(row), 'not-delivered') }
}

/** An address that turned out to be none stands on the timeline, for whoever corrects it. */
async function noteAddress(scope: Scope, receipt: Receipt, row: Known): Promise<void> {
  const { customerId, vehicleId, taskId, id } = row
  const data = { messageId: id, channel: row.triedOn, code: receipt.code ?? null }
  await appendTimeline(scope, [{ kind: 'message.bad-address', customerId, vehicleId, taskId, data }])
}
