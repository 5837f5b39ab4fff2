import type { Purpose } from '@changhui/rules/gate'
import { type SmsTariff, sentLength } from '@changhui/rules/messageText'
import type { Scope } from '../../../platform/scope.ts'
import type { MessageChannel } from '../channels/channel.ts'
import { openGate } from '../gate-facts.ts'
import { addressesOf } from '../take-store.ts'
import { type FilledTemplate, fillOne, type TemplateInForce } from '../templates/fill.ts'
import { textValues } from '../templates/values.ts'

/** What is to be said to many. */
export interface Notice {
  readonly template: Omit<TemplateInForce, 'purpose'>
  readonly purpose: Purpose
  readonly channel: MessageChannel
  readonly tariff: SmsTariff
  /** From then on it is pointless. */
  readonly expiresAt: Temporal.Instant
  /** How the store sends on the channel; the outbox shows a WeChat message to whom it knows a name there. */
  readonly way: 'account' | 'outbox' | 'none'
  /** The matter of a customer's message, which is the message itself. */
  messageId(customerId: string): string
}

/**
 * What would become of one customer's message now: `out` has no address or an empty place in the text and gets none; the others
 * are the gate's answers.
 */
export type Verdict = { readonly customerId: string } & (
  | { readonly is: 'unreachable' | 'incomplete'; readonly reason: string }
  | {
      readonly is: 'now' | 'held' | 'dropped'
      readonly reason: string
      readonly filled: FilledTemplate
      readonly segments: number
    }
)

/** Customers whose facts are read at once. */
const CHUNK = 2_000

/** The verdict for each customer, in their order; set-based, some thousands a statement. */
export async function verdictsOf(scope: Scope, notice: Notice, customerIds: readonly string[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (let from = 0; from < customerIds.length; from += CHUNK) {
    verdicts.push(...(await ofChunk(scope, notice, customerIds.slice(from, from + CHUNK))))
  }
  return verdicts
}

async function ofChunk(scope: Scope, notice: Notice, ids: readonly string[]): Promise<Verdict[]> {
  const { channel, purpose, template, expiresAt, tariff, way } = notice
  const addresses = await addressesOf(scope, ids)
  const gate = await openGate(scope, ids)
  const values = await textValues(
    scope,
    ids.map((customerId) => ({ customerId })),
    template.name,
  )
  return ids.map((customerId, at): Verdict => {
    if (way === 'none') return { customerId, is: 'unreachable', reason: 'no-channel' }
    const known = addresses.get(customerId)
    const address =
      channel === 'in-app'
        ? customerId
        : (known?.[channel] ?? (channel === 'wechat' && way === 'outbox' ? known?.wechatName : null))
    if (!address) return { customerId, is: 'unreachable', reason: 'no-recipient' }
    const filled = fillOne(template, values[at] ?? {})
    const [missing] = filled.missing
    if (missing) return { customerId, is: 'incomplete', reason: missing }
    const segments = channel === 'sms' ? sentLength(filled.body, purpose, tariff).segments : 0
    const answer = gate.ask({ customerId, taskId: notice.messageId(customerId), purpose, channel, expiresAt })
    const is = answer.decision === 'allow' ? 'now' : answer.decision === 'wait' ? 'held' : 'dropped'
    return { customerId, is, reason: answer.reason, filled, segments }
  })
}

/** How many verdicts of a kind there are, by reason, the most frequent first. */
export function byReason(verdicts: readonly Verdict[], kind: Verdict['is']): { reason: string; customers: number }[] {
  const counts = new Map<string, number>()
  for (const { is, reason } of verdicts) if (is === kind) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, customers]) => ({ reason, customers }))
    .sort((a, b) => b.customers - a.customers || (a.reason < b.reason ? -1 : 1))
}
