import type { Purpose } from '@changhui/rules/gate'
import type {
  MessageDropReason,
  MessageFailReason,
  MessageHoldReason,
  MessageState,
} from '@changhui/rules/messageWords'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { type ChannelTexts, setTextOf } from './channel-text.ts'
import type { MessageChannel, MessageTemplate } from './channels/channel.ts'

/** A message row while it is worked on. */
export interface Message {
  readonly id: string
  readonly customerId: string
  readonly vehicleId: string | null
  readonly taskId: string | null
  readonly visitId: string | null
  readonly purpose: Purpose
  readonly channels: readonly MessageChannel[]
  readonly channel: MessageChannel
  readonly subject: string | null
  readonly body: string
  readonly template: MessageTemplate | null
  /** What it says on each channel, where that differs; the three above are those of the present one. */
  readonly texts: ChannelTexts | null
  readonly waitedFor: boolean
  readonly endsWithVisit: boolean
  readonly expiresAt: Temporal.Instant | null
  readonly attempts: number
  readonly claim: string | null
  readonly createdAt: Temporal.Instant
}

/** What may change of a message, all of it named. Moments as ISO text. */
export interface MessageChange {
  readonly id: string
  /** Nothing is written unless this claim still stands on the row; null: nobody's. */
  readonly wasClaim: string | null
  readonly state: MessageState
  readonly channel: MessageChannel
  readonly recipient?: string | null
  readonly attempts: number
  readonly nextAt?: string | null
  readonly held?: MessageHoldReason | null
  readonly claim?: string | null
  readonly provider?: string | null
  readonly providerId?: string | null
  readonly segments?: number | null
  readonly reason?: MessageDropReason | MessageFailReason | null
  readonly code?: string | null
  readonly sentAt?: string | null
  readonly endedAt?: string | null
}

/** The channel that follows in the order of preference. */
export function nextChannel(message: Pick<Message, 'channels' | 'channel'>): MessageChannel | undefined {
  return message.channels[message.channels.indexOf(message.channel) + 1]
}

/** What a message counts as: its task, or itself. */
export const matterOf = (message: Pick<Message, 'id' | 'taskId'>): string => message.taskId ?? message.id

/** The columns of `Message` of a row `m`. */
export const messageColumns = sql`m.id, m.customer_id, m.vehicle_id, m.task_id, m.visit_id, m.purpose, m.channels, m.channel, m.subject,
  m.body, m.template_key, m.template_version, m.template_variables, m.texts, m.waited_for, m.ends_with_visit, m.expires_at,
  m.attempts, m.claim, m.created_at`

export interface MessageRow extends Omit<Message, 'template' | 'expiresAt' | 'createdAt'> {
  readonly templateKey: string | null
  readonly templateVersion: number | null
  readonly templateVariables: Record<string, string> | null
  readonly expiresAt: string | null
  readonly createdAt: string
}

export function toMessage({ templateKey, templateVersion, templateVariables, ...row }: MessageRow): Message {
  return {
    ...row,
    template:
      templateKey === null
        ? null
        : { key: templateKey, version: templateVersion ?? 0, variables: templateVariables ?? {} },
    expiresAt: row.expiresAt === null ? null : Temporal.Instant.from(row.expiresAt),
    createdAt: Temporal.Instant.from(row.createdAt),
  }
}

/**
 * Writes many changes in one statement. Who lost the claim in the meantime changes nothing: a worker that was thought dead
 * cannot overwrite what another one did. Returns the ids that were written.
 */
export async function writeChanges(scope: Scope, changes: readonly MessageChange[]): Promise<ReadonlySet<string>> {
  if (changes.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    UPDATE message m SET state = r.state, channel = r.channel, recipient = r.recipient, attempts = r.attempts, next_at = r.next_at,
      held = r.held, claim = r.claim, provider = r.provider, provider_id = r.provider_id, segments = r.segments, reason = r.reason,
      code = r.code, sent_at = r.sent_at, ended_at = r.ended_at, ${setTextOf(sql`r.channel`)}
    FROM json_to_recordset(${JSON.stringify(changes.map(asRecord))}::json) AS r (id uuid, was uuid, state text, channel text,
      recipient text, attempts smallint, next_at timestamptz, held text, claim uuid, provider text, provider_id text,
      segments smallint, reason text, code text, sent_at timestamptz, ended_at timestamptz)
    WHERE m.store_id = ${scope.storeId}::uuid AND m.id = ANY (${changes.map(({ id }) => id)}::uuid[]) AND m.id = r.id AND m.claim IS NOT DISTINCT FROM r.was
    RETURNING m.id`.execute(scope.tx)
  return new Set(rows.map(({ id }) => id))
}

const asRecord = (change: MessageChange) => ({
  id: change.id,
  was: change.wasClaim,
  state: change.state,
  channel: change.channel,
  recipient: change.recipient,
  attempts: change.attempts,
  next_at: change.nextAt,
  held: change.held,
  claim: change.claim,
  provider: change.provider,
  provider_id: change.providerId,
  segments: change.segments,
  reason: change.reason,
  code: change.code,
  sent_at: change.sentAt,
  ended_at: change.endedAt,
})
