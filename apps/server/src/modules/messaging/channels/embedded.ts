import { smsLength, withOptOut } from '@changhui/rules/sms'
import type { ChannelAdapter, MessageChannel } from './channel.ts'

/** Every channel a message can take. */
export const messageChannels: readonly MessageChannel[] = ['sms', 'wechat', 'wecom', 'email', 'in-app']

/** The default of every channel: sends nothing, the outbox page shows the message. `signature`: what an SMS would carry in 【】. */
export function embeddedAdapter(channel: MessageChannel, signature = ''): ChannelAdapter {
  return {
    key: 'embedded',
    channel,
    send: ({ id, purpose, body }) => {
      const text = purpose === 'marketing' ? withOptOut(body, 'other') : body
      const segments = channel === 'sms' ? smsLength(text, signature).segments : 1
      return Promise.resolve({ state: 'accepted', providerId: id, segments, delivered: true })
    },
  }
}
