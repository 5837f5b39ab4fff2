import type { ContactDecision } from '@changhui/rules/gate'
import type { Platform } from '../../platform/http/context.ts'
import type { Scope, StoreContext } from '../../platform/scope.ts'
import { adaptersOf } from './channels/adapters.ts'
import type { ChannelAdapter } from './channels/channel.ts'
import { embeddedAdapter, messageChannels } from './channels/embedded.ts'
import { type DeliveryCount, type DeliveryOptions, deliverMessages, showMessages } from './deliver.ts'
import { openGate } from './gate-facts.ts'
import { queueWishes } from './queue.ts'
import { type Receipt, takeReceipt } from './receipts.ts'
import { type Reply, takeReply } from './replies.ts'
import type { GateQuestion, MessageWish, StillOwed } from './wish.ts'

export type { ChannelText, ChannelTexts } from './channel-text.ts'
export type { ChannelAdapter } from './channels/channel.ts'
export type { DeliveryCount, DeliveryOptions } from './deliver.ts'
export type { Receipt } from './receipts.ts'
export type { Reply } from './replies.ts'
export type { MessageWish } from './wish.ts'

/**
 * Queues messages in the transaction of their cause (MSG-02). One that is known by its id already stays as it is. The gate is
 * asked at once: what it refuses is written down as dropped with its reason, what has to wait waits; it is asked again at
 * sending. Returns how many are new. Throws when a wish names no channel.
 */
export function queueMessages(scope: Scope, wishes: readonly MessageWish[]): Promise<number> {
  return queueWishes(scope, wishes)
}

/** The contact gate's answer for one contact at the scope's moment (CARE-18). */
export async function askGate(scope: Scope, question: GateQuestion): Promise<ContactDecision> {
  return (await openGate(scope, [question.customerId])).ask(question)
}

/** The gate's answers in the order of the questions, read from the database at once. */
export async function askGateMany(scope: Scope, questions: readonly GateQuestion[]): Promise<ContactDecision[]> {
  const gate = await openGate(
    scope,
    questions.map(({ customerId }) => customerId),
  )
  return questions.map((question) => gate.ask(question))
}

/**
 * Sends what is due in one store until nothing is, in transactions of its own. Any number of workers and processes may do this
 * at once: nothing is sent twice under different keys, nothing is lost when one of them dies.
 */
export function deliverDue(
  platform: Pick<Platform, 'pool' | 'clock'>,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  options: DeliveryOptions,
): Promise<DeliveryCount> {
  return deliverMessages(platform, store, options)
}

/**
 * Shows what is due in the scope's store instead of sending it, inside the scope's transaction: gate, states and timeline as in
 * `deliverDue`, every channel embedded. For stores that are made up.
 */
export function showDue(scope: Scope, stillOwed: StillOwed): Promise<void> {
  return showMessages(scope, { adapters: messageChannels.map((channel) => embeddedAdapter(channel)), stillOwed })
}

/**
 * Writes a provider's report down and lets the message follow: the same one twice counts once, in whatever order they come; a
 * failure sends the message on to its next channel. False when nothing of that name is known yet: it is kept and looked at again.
 */
export function recordReceipt(scope: Scope, receipt: Receipt): Promise<boolean> {
  return takeReceipt(scope, receipt)
}

/**
 * What a customer wrote back. 退订, T, TD and their like end the channel's consent of everybody with that number and drop what
 * still waits for them there (MSG-02); anything else is kept and shown on the timeline. The same reply twice is one.
 */
export function receiveReply(
  scope: Scope,
  reply: Reply,
): Promise<{ optedOut: boolean; customerIds: readonly string[] }> {
  return takeReply(scope, reply)
}

/**
 * The channels a store sends by: those it has set up, and messages in its own pages. A store that has set up none shows every
 * message in its outbox instead of sending it (MSG-01).
 */
export async function channelsOf(
  platform: Platform,
  store: Pick<StoreContext, 'id' | 'timeZone'> & { readonly name?: string },
): Promise<readonly ChannelAdapter[]> {
  const own = await adaptersOf(platform, store)
  const shown = own.length === 0 ? messageChannels : messageChannels.filter((channel) => channel === 'in-app')
  return [...own, ...shown.map((channel) => embeddedAdapter(channel, store.name))]
}
