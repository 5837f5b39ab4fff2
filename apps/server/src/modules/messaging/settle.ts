import { retryAt } from '@changhui/rules/retry'
import { sql } from 'kysely'
import { deriveId } from '../../platform/ids.ts'
import type { Scope } from '../../platform/scope.ts'
import type { SendResult } from './channels/channel.ts'
import { type Message, type MessageChange, nextChannel, writeChanges } from './message.ts'
import type { Taken } from './take.ts'
import { tellEnds } from './tell.ts'

/** What became of a message that was taken. `released`: not tried; `restSeconds`: not before so long. */
export type Sent = Taken & {
  readonly outcome: SendResult | { readonly state: 'released'; readonly restSeconds: number }
}

/** Writes what providers answered, all at once: states, tries and the timeline. */
export async function settleBatch(scope: Scope, batch: readonly Sent[]): Promise<readonly MessageChange[]> {
  const changes = batch.map((one) => changeOf(scope, one))
  const written = await writeChanges(scope, changes)
  await insertTries(
    scope,
    batch.filter(({ outcome }) => outcome.state !== 'released'),
  )
  const stood = changes.filter(({ id }) => written.has(id))
  await tellEnds(
    scope,
    batch.map(({ message }) => message),
    stood,
  )
  return stood
}

function changeOf(scope: Scope, { message, outgoing, adapter, claim, outcome }: Sent): MessageChange {
  const { id, channel, attempts } = message
  const now = scope.now.toString()
  const same = { id, wasClaim: claim, channel, attempts, recipient: outgoing.recipient, provider: adapter.key }
  switch (outcome.state) {
    case 'accepted': {
      const { providerId, segments = null, delivered } = outcome
      const state = delivered ? 'delivered' : 'sent'
      return { ...same, state, providerId, segments, sentAt: now, endedAt: delivered ? now : null }
    }
    case 'released': {
      const nextAt = scope.now.add({ seconds: outcome.restSeconds }).toString()
      // one taken over from a dead worker may have gone out: it stays a tried one, about which the provider is asked first
      const before = message.claim === null ? attempts - 1 : attempts
      return { id, wasClaim: claim, channel, attempts: before, state: 'queued', nextAt }
    }
    case 'refused': {
      const code = outcome.code
      if (outcome.permanent) return { ...same, ...onward(scope, message, 'refused'), code }
      return { ...same, ...again(scope, message, 'refused'), code }
    }
    case 'unknown':
      return { ...same, ...again(scope, message, 'no-answer') }
  }
}

type Step = Pick<MessageChange, 'state'> & Partial<MessageChange>

/** Another try later, unless the tries are used up or it would then be pointless. */
function again(scope: Scope, message: Message, reason: 'refused' | 'no-answer'): Step {
  const at = retryAt(scope.now, `${message.id}|${message.channel}`, message.attempts)
  if (!at || (message.expiresAt && Temporal.Instant.compare(at, message.expiresAt) >= 0))
    return onward(scope, message, reason)
  return { state: 'queued', nextAt: at.toString(), held: 'retry' }
}

/** The next channel, or the end. */
export function onward(
  { now }: Pick<Scope, 'now'>,
  message: Pick<Message, 'channels' | 'channel'>,
  reason: 'refused' | 'no-answer' | 'not-delivered',
): Step {
  const channel = nextChannel(message)
  if (!channel) return { state: 'failed', reason, endedAt: now.toString() }
  const fresh = { recipient: null, provider: null, providerId: null, sentAt: null, endedAt: null, segments: null }
  return { ...fresh, state: 'queued', channel, attempts: 0, nextAt: now.toString() }
}

async function insertTries({ tx, storeId, now }: Scope, batch: readonly Sent[]): Promise<void> {
  if (batch.length === 0) return
  const rows = batch.map(({ message: { id, channel, attempts }, adapter, claim, outcome }) => ({
    id: deriveId(id, channel, attempts, claim),
    message_id: id,
    channel,
    provider: adapter.key,
    attempt: attempts,
    result: outcome.state,
    provider_id: outcome.state === 'accepted' ? outcome.providerId : null,
    code: outcome.state === 'refused' ? outcome.code : null,
    reason: outcome.state === 'refused' || outcome.state === 'unknown' ? outcome.reason.slice(0, 300) : null,
  }))
  await sql`
    INSERT INTO message_try (store_id, id, message_id, at, channel, provider, attempt, result, provider_id, code, reason)
    SELECT ${storeId}::uuid, r.id, r.message_id, ${now.toString()}::timestamptz, r.channel, r.provider, r.attempt, r.result,
      r.provider_id, r.code, r.reason
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (id uuid, message_id uuid, channel text, provider text,
      attempt smallint, result text, provider_id text, code text, reason text)
    ON CONFLICT (store_id, id) DO NOTHING`.execute(tx)
}
