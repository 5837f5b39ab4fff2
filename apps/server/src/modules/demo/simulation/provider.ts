import type { ChannelAdapter, MessageChannel, OutgoingMessage, SendResult } from '../../messaging/channels/channel.ts'
import type { Luck } from './luck.ts'

/** The name of the provider: stands on its messages and receipts. */
export const PROVIDER = 'simulated'

/**
 * A provider inside the process, for every channel: it takes most messages, refuses some, and sometimes does not answer. What it does
 * depends on the message's own id and try alone, so that a message sent again after a crash fares the same.
 */
export function simulatedAdapters(luck: Luck): ChannelAdapter[] {
  const channels: MessageChannel[] = ['sms', 'wechat', 'wecom', 'email', 'in-app']
  const send = (message: OutgoingMessage): Promise<SendResult> => Promise.resolve(answer(luck, message))
  return channels.map((channel) => ({ key: PROVIDER, channel, send }))
}

function answer(luck: Luck, { id, channel, attempt }: OutgoingMessage): SendResult {
  const fate = luck.of('send', id, channel, attempt)
  if (fate < 0.02) return { state: 'unknown', reason: 'no answer in time' }
  if (fate < 0.05)
    return { state: 'refused', code: 'BUSY', reason: 'too many at once', kind: 'limit', permanent: false }
  if (fate < 0.07)
    return { state: 'refused', code: 'NUMBER', reason: 'no such number', kind: 'recipient', permanent: true }
  return { state: 'accepted', providerId: `${id}.${channel}`, segments: 1 }
}
