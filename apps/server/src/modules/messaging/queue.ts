import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { keepStatistics } from '../../platform/statistics.ts'
import { appendTimeline } from '../base/customers/service.ts'
import { textOn, textsToKeep } from './channel-text.ts'
import type { MessageChannel } from './channels/channel.ts'
import { type Gate, openGate } from './gate-facts.ts'
import { matterOf } from './message.ts'
import type { MessageWish } from './wish.ts'

/** Rows written by one statement. */
const CHUNK = 1_000
/** More than this at once is a bulk write. */
const FEW = 100

/** See the service. */
export async function queueWishes(scope: Scope, wishes: readonly MessageWish[]): Promise<number> {
  let made = 0
  for (let from = 0; from < wishes.length; from += CHUNK)
    made += await queueChunk(scope, wishes.slice(from, from + CHUNK))
  if (wishes.length > FEW) await keepStatistics(scope.tx)
  return made
}

async function queueChunk(scope: Scope, wishes: readonly MessageWish[]): Promise<number> {
  const gate = await openGate(
    scope,
    wishes.map(({ customerId }) => customerId),
  )
  const rows = wishes.map((wish) => {
    const state = firstState(scope, gate, wish)
    return { ...asRecord(wish, state.channel), ...state }
  })
  const { rows: made } = await sql<{ id: string }>`
    INSERT INTO message (store_id, id, customer_id, vehicle_id, task_id, visit_id, purpose, channels, channel, subject, body,
      template_key, template_version, template_variables, texts, waited_for, ends_with_visit, not_before, expires_at, state, next_at,
      held, reason, ended_at, created_at)
    SELECT ${scope.storeId}::uuid, r.id, r.customer_id, r.vehicle_id, r.task_id, r.visit_id, r.purpose, r.channels, r.channel,
      r.subject, r.body, r.template_key, r.template_version, r.template_variables, r.texts, r.waited_for, r.ends_with_visit,
      r.not_before, r.expires_at, r.state, r.next_at, r.held, r.reason, r.ended_at, ${scope.now.toString()}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, customer_id uuid, vehicle_id uuid, task_id uuid,
      visit_id uuid, purpose text, channels text[], channel text, subject text, body text, template_key text,
      template_version integer, template_variables jsonb, texts jsonb, waited_for boolean, ends_with_visit boolean, not_before timestamptz,
      expires_at timestamptz, state text, next_at timestamptz, held text, reason text, ended_at timestamptz)
    ON CONFLICT (store_id, id) DO NOTHING
    RETURNING id`.execute(scope.tx)
  const isNew = new Set(made.map(({ id }) => id))
  const news = rows.filter(({ id }) => isNew.delete(id))
  await appendTimeline(
    scope,
    news.map((row) => ({
      kind: row.state === 'dropped' ? 'message.dropped' : 'message.queued',
      customerId: row.customer_id,
      vehicleId: row.vehicle_id,
      taskId: row.task_id,
      data: {
        messageId: row.id,
        channel: row.channel,
        purpose: row.purpose,
        ...(row.reason === null ? {} : { reason: row.reason }),
      },
    })),
  )
  return news.length
}

function asRecord(wish: MessageWish, channel: MessageChannel) {
  const channels = [...new Set(wish.channels)]
  const { subject, body, template } = textOn(wish, channel)
  return {
    id: wish.id,
    customer_id: wish.customerId,
    vehicle_id: wish.vehicleId ?? null,
    task_id: wish.taskId ?? null,
    visit_id: wish.visitId ?? null,
    purpose: wish.purpose,
    channels,
    subject,
    body,
    template_key: template?.key ?? null,
    template_version: template?.version ?? null,
    template_variables: template?.variables ?? null,
    texts: textsToKeep(wish, channels),
    waited_for: wish.waitedFor ?? false,
    ends_with_visit: wish.endsWithVisit ?? false,
    not_before: wish.notBefore?.toString() ?? null,
    expires_at: wish.expiresAt?.toString() ?? null,
  }
}

/**
 * On the first channel the customer did not refuse and whose text may go there; where no text may, on the first he did not refuse, and on
 * the first of all where he refused every one, so that delivery and gate say so.
 */
function firstState(scope: Scope, gate: Gate, wish: MessageWish) {
  const consents = gate.consents(wish.customerId)
  const allowed = wish.channels.filter((one) => consents?.[one] !== false)
  const channel = allowed.find((one) => !textOn(wish, one).unfit) ?? allowed[0] ?? wish.channels[0]
  if (channel === undefined) throw new Error('a message was wished without a channel')
  const earliest =
    wish.notBefore && Temporal.Instant.compare(wish.notBefore, scope.now) > 0 ? wish.notBefore : scope.now
  const answer = gate.ask(
    { ...wish, channel, taskId: matterOf({ id: wish.id, taskId: wish.taskId ?? null }) },
    earliest,
  )
  const waiting = { channel, state: 'queued', reason: null, ended_at: null }
  if (answer.decision === 'wait') return { ...waiting, next_at: answer.until.toString(), held: answer.reason }
  if (answer.decision === 'allow') {
    return { ...waiting, next_at: earliest.toString(), held: earliest === scope.now ? null : 'not-before' }
  }
  return { channel, state: 'dropped', reason: answer.reason, next_at: null, held: null, ended_at: scope.now.toString() }
}
