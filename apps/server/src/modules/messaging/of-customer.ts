import type { messagesContract } from '@changhui/contract/messages'
import type { Channel, Purpose } from '@changhui/rules/gate'
import type { z } from 'zod'
import { found } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { openGate } from './gate-facts.ts'
import { selectMessages, toRow } from './outbox.ts'
import { addressesOf } from './take-store.ts'

type Answer = z.infer<NonNullable<(typeof messagesContract)['ofCustomer']['~orpc']['outputSchema']>>

/** What one may ask to do of one's own accord; the rest belongs to something the customer has running. */
const PURPOSES_ASKED: readonly Purpose[] = ['reminder', 'greeting', 'survey', 'marketing']
const CHANNELS_ASKED: readonly Channel[] = ['call', 'sms', 'wechat', 'email']
const SHOWN = 30

/**
 * "Why was this not sent" (CARE-18): a customer's latest messages with what became of them, his replies, and what the gate
 * says at this moment of a new matter. Throws NOT_FOUND.
 */
export async function messagesOfCustomer(scope: Scope, customerId: string): Promise<Answer> {
  const { tx, storeId } = scope
  found(
    await tx
      .selectFrom('customer')
      .select('id')
      .where('storeId', '=', storeId)
      .where('id', '=', customerId)
      .executeTakeFirst(),
  )
  const messages = await selectMessages(scope, { customerId }).limit(SHOWN).execute()
  // by way of the timeline, whose index is by customer
  const told = await tx
    .selectFrom('timelineEvent')
    .select('data')
    .where('storeId', '=', storeId)
    .where('customerId', '=', customerId)
    .where('kind', '=', 'message.reply')
    .orderBy('at', 'desc')
    .limit(SHOWN)
    .execute()
  const replyIds = told.flatMap(({ data }) => (data as { inboundId?: string }).inboundId ?? [])
  const replies = replyIds.length
    ? await tx
        .selectFrom('inboundMessage')
        .select(['id', 'at', 'channel', 'body', 'optOut'])
        .where('storeId', '=', storeId)
        .where('id', 'in', replyIds)
        .orderBy('at', 'desc')
        .execute()
    : []
  const gate = await openGate(scope, [customerId])
  const addresses = (await addressesOf(scope, [customerId])).get(customerId)
  return {
    messages: messages.map(toRow),
    replies: replies as Answer['replies'],
    gate: PURPOSES_ASKED.flatMap((purpose) =>
      CHANNELS_ASKED.map((channel) => {
        const answer = gate.ask({ customerId, taskId: customerId, purpose, channel })
        const until = answer.decision === 'wait' ? answer.until.toString() : null
        return { purpose, channel, decision: answer.decision, reason: answer.reason, until }
      }),
    ),
    reachable: { sms: !!addresses?.sms, wechat: !!addresses?.wechat, email: !!addresses?.email },
  }
}
