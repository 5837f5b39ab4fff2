import type { AuditAction } from '@changhui/contract/audit-actions'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { setTextOf } from './channel-text.ts'
import type { Message } from './message.ts'
import { tellEnds } from './tell.ts'

/** Puts dead letters back in the queue, on their first channel. Those in another state stay as they are. */
export async function retryMessages(scope: Scope, ids: readonly string[]): Promise<{ changed: number }> {
  const { rows } = await sql<{ id: string }>`
    UPDATE message m SET state = 'queued', channel = m.channels[1], recipient = NULL, attempts = 0,
      next_at = ${scope.now.toString()}::timestamptz, held = NULL, claim = NULL, provider = NULL, provider_id = NULL,
      reason = NULL, code = NULL, sent_at = NULL, ended_at = NULL, ${setTextOf(sql`m.channels[1]`)}
    WHERE m.store_id = ${scope.storeId}::uuid AND m.id = ANY (${[...ids]}::uuid[]) AND m.state = 'failed'
    RETURNING m.id`.execute(scope.tx)
  return logged(scope, 'message.retry', rows.length)
}

/** Ends messages that wait or failed: they are not sent any more. One that is just being sent stays. */
export async function giveUpMessages(scope: Scope, ids: readonly string[]): Promise<{ changed: number }> {
  const now = scope.now.toString()
  const { rows } = await sql<
    Pick<Message, 'id' | 'customerId' | 'vehicleId' | 'taskId' | 'purpose' | 'channel' | 'attempts'>
  >`
    UPDATE message m SET state = 'dropped', reason = 'given-up', next_at = NULL, held = NULL, ended_at = ${now}::timestamptz
    WHERE m.store_id = ${scope.storeId}::uuid AND m.id = ANY (${[...ids]}::uuid[]) AND m.state IN ('queued', 'failed')
    RETURNING m.id, m.customer_id, m.vehicle_id, m.task_id, m.purpose, m.channel, m.attempts`.execute(scope.tx)
  await tellEnds(
    scope,
    rows,
    rows.map(({ id, channel, attempts }) => ({
      id,
      channel,
      attempts,
      wasClaim: null,
      state: 'dropped',
      reason: 'given-up',
    })),
  )
  return logged(scope, 'message.give-up', rows.length)
}

async function logged(scope: Scope, action: AuditAction, changed: number): Promise<{ changed: number }> {
  if (changed > 0) await recordAudit(scope, { action, subjectKind: 'message', detail: { rows: changed } })
  return { changed }
}
