import { AUDIENCE_MOST, type AudiencePreview } from '@changhui/contract/audiences'
import { ownPurposes } from '@changhui/contract/templates'
import { asSent } from '@changhui/rules/messageText'
import { deriveId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { countCustomers, customerIds, type Filters } from '../../base/customers/list.ts'
import type { MessageChannel } from '../channels/channel.ts'
import { type TemplateInForce, templateInForce } from '../templates/fill.ts'
import { tariffOf, wayOf } from '../templates/tariff.ts'
import { byReason, type Notice, type Verdict, verdictsOf } from './verdicts.ts'

export interface AudienceAbout {
  readonly key: string
  readonly channel: MessageChannel
  readonly validDays: number
}

const SAMPLES = 5

/**
 * The text in force of a key on a channel. Throws BAD_REQUEST when no version is approved, or when it is about something a customer
 * has running: the gate does not count those, so they must not go to many.
 */
export async function textFor(scope: Scope, key: string, channel: MessageChannel): Promise<TemplateInForce> {
  const template = await templateInForce(scope, key, channel)
  if (!template) throw new Problem('BAD_REQUEST', 'template.no-text', { field: 'key' })
  if (!ownPurposes.some((one) => one === template.purpose)) {
    throw new Problem('BAD_REQUEST', 'template.not-for-many', { field: 'key' })
  }
  return template
}

/** A notice with this text, as the scope's moment sees it. `id`: of the sending; each customer's message derives from it. */
export async function noticeOf(
  scope: Scope,
  id: string,
  template: TemplateInForce,
  channel: MessageChannel,
  expiresAt: Temporal.Instant,
): Promise<Notice> {
  return {
    template,
    purpose: template.purpose,
    channel,
    tariff: await tariffOf(scope),
    expiresAt,
    way: await wayOf(scope, channel),
    messageId: (customerId) => deriveId('audience', scope.storeId, id, customerId),
  }
}

/**
 * Whom a notice would reach now, what the gate says of each, what it costs, and what five of them would read (MSG-03). Everything is
 * counted, nothing estimated; beyond 20,000 customers nothing but their number.
 */
export async function previewAudience(
  scope: Scope,
  filters: Filters,
  { key, channel, validDays }: AudienceAbout,
): Promise<AudiencePreview> {
  const template = await textFor(scope, key, channel)
  const { purpose, version, subject, body } = template
  const notice = await noticeOf(scope, scope.newId(), template, channel, scope.now.add({ hours: 24 * validDays }))
  const ids = await customerIds(scope, filters, AUDIENCE_MOST + 1)
  const tooMany = ids.length > AUDIENCE_MOST
  const verdicts = tooMany ? [] : await verdictsOf(scope, notice, ids)
  const recipients = verdicts.filter(isRecipient)
  const segments = recipients.reduce((sum, one) => sum + one.segments, 0)
  const samples = spread(recipients, SAMPLES)
  const names = await namesOf(
    scope,
    samples.map((one) => one.customerId),
  )
  return {
    customers: tooMany ? (await countCustomers(scope, filters)).count : ids.length,
    tooMany,
    purpose,
    version,
    subject: channel === 'email' ? subject : null,
    body,
    reachable: verdicts.filter(({ is }) => is !== 'unreachable').length,
    unreachable: byReason(verdicts, 'unreachable'),
    incomplete: byReason(verdicts, 'incomplete'),
    now: verdicts.filter(({ is }) => is === 'now').length,
    held: byReason(verdicts, 'held'),
    dropped: byReason(verdicts, 'dropped'),
    recipients: recipients.length,
    segments,
    costFen: segments * notice.tariff.fenPerSegment,
    tariff: notice.tariff,
    samples: samples.map((one) => ({
      customerId: one.customerId,
      customerName: names.get(one.customerId) ?? '',
      subject: channel === 'email' ? one.filled.subject : null,
      text: asSent(one.filled.body, channel, purpose, notice.tariff.provider),
      segments: one.segments,
    })),
  }
}

type Recipient = Extract<Verdict, { filled: unknown }>

const isRecipient = (one: Verdict): one is Recipient => one.is === 'now' || one.is === 'held'

/** Some of many, at equal distances. */
function spread<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most)
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]).filter(
    (one) => one !== undefined,
  )
}

async function namesOf({ tx, storeId }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('storeId', '=', storeId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
