import type {
  MessageDropReason,
  MessageFailReason,
  MessageHoldReason,
  MessageUnfitReason,
} from '@changhui/rules/messageWords'
import type { Scope } from '../../platform/scope.ts'
import { textOn } from './channel-text.ts'
import type { ChannelAdapter, MessageChannel, OutgoingMessage, SendResult } from './channels/channel.ts'
import { type Gate, openGate } from './gate-facts.ts'
import { type Message, type MessageChange, matterOf, writeChanges } from './message.ts'
import { type Addresses, addressesOf, answeredByFacts, lockDue } from './take-store.ts'
import { tellEnds } from './tell.ts'
import type { StillOwed } from './wish.ts'

/** A message that may go out now: claimed, the recipient chosen. */
export interface Taken {
  readonly message: Message
  readonly outgoing: OutgoingMessage
  readonly adapter: ChannelAdapter
  readonly claim: string
  /** Known before anything was sent. */
  readonly result?: SendResult
}

export interface Batch {
  /** Messages that were due and free. */
  readonly seen: number
  readonly taken: readonly Taken[]
  readonly held: number
  readonly dropped: number
  readonly failed: number
}

export type Adapters = ReadonlyMap<MessageChannel, ChannelAdapter>

/** A worker that is not heard of for so long is dead: its messages are taken by another. Far more than sending a batch may take. */
const LEASE = { minutes: 3 } as const

/**
 * Claims what is due in the scope's store, at most one message a customer, and asks once more whether it may go out: the facts
 * behind it, consent, cap, cool-down, hours, expiry (CARE-18, CARE-23). What may not is put off or ends here. Committed before
 * anything is sent.
 */
export async function takeBatch(scope: Scope, adapters: Adapters, stillOwed: StillOwed, most: number): Promise<Batch> {
  const messages = await lockDue(scope, most)
  if (messages.length === 0) return { seen: 0, taken: [], held: 0, dropped: 0, failed: 0 }
  const customerIds = messages.map(({ customerId }) => customerId)
  const tasks = [...new Set(messages.flatMap(({ taskId }) => taskId ?? []))]
  const gate = await openGate(scope, customerIds)
  const addresses = await addressesOf(scope, customerIds)
  const answered = await answeredByFacts(scope, messages)
  const owed = tasks.length > 0 ? await stillOwed(scope, tasks) : new Set<string>()
  const decisions = messages.map((message) => ({
    message,
    decision: decide(message, {
      gate,
      adapters,
      addresses: addresses.get(message.customerId),
      answered: message.taskId !== null && !owed.has(message.taskId) ? 'not-owed' : answered.get(message.id),
    }),
  }))
  const claim = scope.newId()
  const taken = decisions.flatMap(({ message, decision }) =>
    decision.act === 'send' ? [toTaken(scope, message, decision, claim)] : [],
  )
  const changes = decisions.map(({ message, decision }) => toChange(scope, message, decision, claim))
  await writeChanges(scope, changes)
  await tellEnds(scope, messages, changes)
  const count = (act: Decision['act']) => decisions.filter(({ decision }) => decision.act === act).length
  return {
    seen: messages.length,
    taken: await reserved(scope, taken),
    held: count('hold'),
    dropped: count('drop'),
    failed: count('fail'),
  }
}

type Decision =
  | { readonly act: 'send'; readonly adapter: ChannelAdapter; readonly recipient: string }
  | {
      readonly act: 'hold'
      readonly channel: MessageChannel
      readonly reason: MessageHoldReason
      readonly until: Temporal.Instant
    }
  | { readonly act: 'drop'; readonly reason: MessageDropReason }
  | { readonly act: 'fail'; readonly reason: MessageFailReason }

interface Facts {
  readonly gate: Gate
  readonly adapters: Adapters
  readonly addresses: Addresses | undefined
  readonly answered: MessageDropReason | undefined
}

/**
 * The first channel, from the present one on, that the customer did not refuse, the store has, the customer can be reached by and the
 * text may go by. A text that may not is the reason of one that could have reached him.
 */
function decide(message: Message, { gate, adapters, addresses, answered }: Facts): Decision {
  if (answered) return { act: 'drop', reason: answered }
  let refused = false
  let missing: MessageFailReason = 'no-channel'
  let unfit: MessageUnfitReason | undefined
  for (const channel of message.channels.slice(message.channels.indexOf(message.channel))) {
    const answer = gate.ask({ ...message, channel, taskId: matterOf(message) })
    if (answer.decision === 'drop' && answer.reason === 'opted-out') {
      refused = true
      continue
    }
    if (answer.decision === 'drop') return { act: 'drop', reason: answer.reason }
    const adapter = adapters.get(channel)
    const recipient = adapter && recipientOf(message.customerId, channel, adapter, addresses)
    if (adapter && !recipient) missing = 'no-recipient'
    if (!adapter || !recipient) continue
    const text = textOn(message, channel)
    if (text.unfit) {
      unfit ??= text.unfit
      continue
    }
    if (answer.decision === 'wait') return { act: 'hold', channel, reason: answer.reason, until: answer.until }
    return { act: 'send', adapter, recipient }
  }
  if (unfit) return { act: 'fail', reason: unfit }
  return refused ? { act: 'drop', reason: 'opted-out' } : { act: 'fail', reason: missing }
}

/** The outbox page needs no open id: it shows a WeChat message by the name the customer goes by there. */
function recipientOf(
  customerId: string,
  channel: MessageChannel,
  adapter: ChannelAdapter,
  addresses: Addresses | undefined,
): string | null {
  if (channel === 'in-app') return customerId
  const address = addresses?.[channel] ?? null
  return address ?? (adapter.key === 'embedded' && channel === 'wechat' ? (addresses?.wechatName ?? null) : null)
}

function toTaken(
  { storeId }: Scope,
  message: Message,
  { adapter, recipient }: Extract<Decision, { act: 'send' }>,
  claim: string,
): Taken {
  const { id, customerId, purpose } = message
  const { channel } = adapter
  const { subject, body, template } = textOn(message, channel)
  const attempts = tryNumber(message, channel)
  const attempt = message.claim !== null && channel === message.channel ? attempts + 1 : attempts
  const outgoing = { id, storeId, channel, recipient, customerId, purpose, subject, body, template, attempt }
  return { message: { ...message, channel, attempts }, outgoing, adapter, claim }
}

/** One whose worker died is on the same try as before: nobody knows whether there was one, and dying often must not use up the tries. */
const tryNumber = (message: Message, channel: MessageChannel): number =>
  channel !== message.channel ? 1 : message.claim === null ? message.attempts + 1 : message.attempts

function toChange(scope: Scope, message: Message, decision: Decision, claim: string): MessageChange {
  const same = { id: message.id, wasClaim: message.claim, channel: message.channel, attempts: message.attempts }
  const now = scope.now.toString()
  switch (decision.act) {
    case 'send': {
      const { channel } = decision.adapter
      const attempts = tryNumber(message, channel)
      const nextAt = scope.now.add(LEASE).toString()
      return { ...same, state: 'sending', channel, attempts, recipient: decision.recipient, nextAt, claim }
    }
    case 'hold': {
      const { channel, reason, until } = decision
      const attempts = channel === message.channel ? message.attempts : 0
      return { ...same, state: 'queued', channel, attempts, nextAt: until.toString(), held: reason }
    }
    case 'drop':
      return { ...same, state: 'dropped', reason: decision.reason, endedAt: now }
    case 'fail':
      return { ...same, state: 'failed', reason: decision.reason, endedAt: now }
  }
}

/** Lets adapters take what sending uses up; who gets nothing has his result already. */
async function reserved(scope: Scope, taken: readonly Taken[]): Promise<readonly Taken[]> {
  const results = new Map<string, SendResult>()
  for (const adapter of new Set(taken.map((one) => one.adapter))) {
    if (!adapter.reserve) continue
    const wanted = taken.filter((one) => one.adapter === adapter).map(({ outgoing }) => outgoing)
    for (const [id, result] of await adapter.reserve(scope, wanted)) results.set(id, result)
  }
  if (results.size === 0) return taken
  return taken.map((one) => {
    const result = results.get(one.message.id)
    return result ? { ...one, result } : one
  })
}
