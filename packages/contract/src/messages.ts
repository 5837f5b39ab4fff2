import { CHANNELS, PURPOSES } from '@changhui/rules/gate'
import { dropReasons, failReasons, holdReasons, messageStates } from '@changhui/rules/messageWords'
import { z } from 'zod'
import { day, file, id, list, ofStore, pageInput, pageOf, route } from './meta.ts'
import { span } from './settings.ts'

const purpose = z.enum(PURPOSES)
const channel = z.enum(CHANNELS)
const state = z.enum(messageStates)

export const messageRow = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  taskId: id.nullable(),
  programme: z.string().nullable(),
  purpose,
  /** As wished, in order of preference. */
  channels: z.array(channel),
  /** The one it is on, or ended on. */
  channel,
  recipientMasked: z.string().nullable(),
  subject: z.string().nullable(),
  body: z.string(),
  state,
  /** What it waits for, and until when. */
  held: z.enum(holdReasons).nullable(),
  nextAt: z.string().nullable(),
  /** Why it was dropped or failed, with the provider's code. */
  reason: z.enum([...dropReasons, ...failReasons]).nullable(),
  code: z.string().nullable(),
  provider: z.string().nullable(),
  segments: z.number().nullable(),
  attempts: z.number(),
  expiresAt: z.string().nullable(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
  endedAt: z.string().nullable(),
})
export const messageFilters = {
  state: state.optional(),
  channel: channel.optional(),
  purpose: purpose.optional(),
  /** Days the messages were queued on, both inside. */
  from: day.optional(),
  to: day.optional(),
}
const messageDetail = messageRow.extend({
  tries: z.array(
    z.object({
      at: z.string(),
      channel,
      provider: z.string(),
      attempt: z.number(),
      result: z.enum(['accepted', 'refused', 'unknown']),
      code: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  receipts: z.array(
    z.object({
      at: z.string(),
      provider: z.string(),
      state: z.enum(['delivered', 'failed']),
      code: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
})
/** The contact gate's word at this moment. */
export const gateAnswer = z.object({
  purpose,
  channel,
  decision: z.enum(['allow', 'wait', 'drop']),
  reason: z.string(),
  until: z.string().nullable(),
})
const hours = (most: number) => z.number().int().min(0).max(most)
const coolDowns = z.object({
  progress: hours(2_160),
  rescue: hours(2_160),
  appointment: hours(2_160),
  complaint: hours(2_160),
  reminder: hours(2_160),
  greeting: hours(2_160),
  survey: hours(2_160),
  marketing: hours(2_160),
})
export const gateSettings = z.object({
  quiet: span.nullable(),
  marketingQuiet: span.nullable(),
  caps: z
    .array(
      z.object({
        days: z.number().int().min(1).max(366),
        most: z.number().int().min(1).max(100),
        purposes: z.array(purpose).min(1).optional(),
        channels: z.array(channel).min(1).optional(),
      }),
    )
    .max(20),
  coolDownHours: coolDowns,
  uncapped: z.array(purpose),
})

export const messagesContract = {
  list: route('GET', '/stores/{storeId}/messages', 'message.read', 'Outbox: every message, the newest first (MSG-02)')
    .input(ofStore({ ...pageInput, ...messageFilters }))
    .output(pageOf(messageRow)),
  counts: route('GET', '/stores/{storeId}/messages/counts', 'message.read', 'How many messages are in which state')
    .input(ofStore({ channel: channel.optional(), purpose: purpose.optional(), from: day, to: day }))
    .output(z.object({ states: z.record(state, z.number()), segments: z.number() })),
  export: route('GET', '/stores/{storeId}/messages/export', 'task.supervise', 'The outbox as .xlsx; logged')
    .input(ofStore(messageFilters))
    .output(file),
  detail: route('GET', '/stores/{storeId}/messages/{messageId}', 'message.read', 'A message with every try and receipt')
    .input(ofStore({ messageId: id }))
    .output(messageDetail),
  retry: route(
    'POST',
    '/stores/{storeId}/messages/retry',
    'task.supervise',
    'Send dead letters again, from their first channel; the contact gate is asked again',
  )
    .input(ofStore({ ids: list(id) }))
    .output(z.object({ changed: z.number() })),
  giveUp: route(
    'POST',
    '/stores/{storeId}/messages/give-up',
    'task.supervise',
    'Give messages up that were not sent yet',
  )
    .input(ofStore({ ids: list(id) }))
    .output(z.object({ changed: z.number() })),
  ofCustomer: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/messages',
    'customer.read',
    'Why was this not sent: a customer’s messages, replies and what the contact gate says now (CARE-18)',
  )
    .input(ofStore({ customerId: id }))
    .output(
      z.object({
        messages: z.array(messageRow),
        replies: z.array(z.object({ id, at: z.string(), channel, body: z.string(), optOut: z.boolean() })),
        gate: z.array(gateAnswer),
        /** Whether there is an address for the channel. */
        reachable: z.object({ sms: z.boolean(), wechat: z.boolean(), email: z.boolean() }),
      }),
    ),
  gate: route('GET', '/stores/{storeId}/settings/gate', 'setting.read', 'Quiet hours, caps and cool-downs (CARE-18)')
    .input(ofStore({}))
    .output(gateSettings.extend({ version: z.number() })),
  setGate: route('PUT', '/stores/{storeId}/settings/gate', 'setting.edit', 'Change quiet hours, caps and cool-downs')
    .input(ofStore({ ...gateSettings.shape, version: z.number().int().min(0) }))
    .output(gateSettings.extend({ version: z.number() })),
}
