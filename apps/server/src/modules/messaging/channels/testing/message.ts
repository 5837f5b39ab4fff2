import type { OutgoingMessage } from '../channel.ts'

/** A message to nobody in particular. */
export function outgoing(given: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    id: '019a0000-0000-7000-8000-0000000000aa',
    storeId: '019a0000-0000-7000-8000-000000000001',
    channel: 'sms',
    recipient: '13800138000',
    customerId: '019a0000-0000-7000-8000-0000000000cc',
    purpose: 'reminder',
    subject: null,
    body: '您的爱车保养将到期',
    template: null,
    attempt: 1,
    ...given,
  }
}
