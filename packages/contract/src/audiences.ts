import { PURPOSES } from '@changhui/rules/gate'
import { z } from 'zod'
import { customerFilters } from './customers.ts'
import { fen, id, ofStore, pageInput, pageOf, route, text } from './meta.ts'
import { messageChannel, tariff, templateKey } from './templates.ts'

/** A one-off notice goes to so many customers at most; more are narrowed by filters first. */
export const AUDIENCE_MOST = 20_000

const counted = z.array(z.object({ reason: z.string(), customers: z.number() }))
export const audiencePreview = z.object({
  customers: z.number(),
  /** More customers than one notice may have: nothing below is counted. */
  tooMany: z.boolean(),
  purpose: z.enum(PURPOSES),
  version: z.number(),
  subject: z.string().nullable(),
  body: z.string(),
  /** Have an address on the channel; the others by the reason. */
  reachable: z.number(),
  unreachable: counted,
  /** What the contact gate would say of the reachable ones now. */
  now: z.number(),
  held: counted,
  dropped: counted,
  /** Their text would have an empty place. */
  incomplete: counted,
  /** Of those sent now or later. */
  recipients: z.number(),
  segments: z.number(),
  costFen: fen,
  tariff,
  samples: z.array(
    z.object({
      customerId: id,
      customerName: z.string(),
      subject: z.string().nullable(),
      text: z.string(),
      segments: z.number(),
    }),
  ),
})
export type AudiencePreview = z.infer<typeof audiencePreview>

export const audienceSend = z.object({
  id,
  name: z.string(),
  templateKey: z.string(),
  templateVersion: z.number(),
  channel: messageChannel,
  purpose: z.enum(PURPOSES),
  body: z.string(),
  state: z.enum(['running', 'done', 'stopped']),
  createdAt: z.string(),
  createdByName: z.string().nullable(),
  endedAt: z.string().nullable(),
  expiresAt: z.string(),
  customers: z.number(),
  waiting: z.number(),
  queued: z.number(),
  leftOut: counted,
  /** What became of the queued ones so far, by the state of the message. */
  messages: z.array(z.object({ state: z.string(), customers: z.number() })),
})
export type AudienceSend = z.infer<typeof audienceSend>

const about = {
  key: templateKey,
  channel: messageChannel,
  /** Messages still held after so many days are pointless. */
  validDays: z.coerce.number().int().min(1).max(30).default(3),
}
export const audiencesContract = {
  preview: route(
    'GET',
    '/stores/{storeId}/audiences/preview',
    'message.send',
    'Whom a notice would reach now, what the gate says and what it costs (MSG-03)',
  )
    .input(ofStore({ ...customerFilters, ...about }))
    .output(audiencePreview),
  send: route(
    'POST',
    '/stores/{storeId}/audiences',
    'message.send',
    'Queue one message for each customer the filters leave; logged. The id makes a repeat the same notice',
  )
    .input(
      ofStore({
        ...about,
        id,
        name: text(60).min(1),
        filters: z.object(customerFilters),
        /** As counted by the preview: another number is a CONFLICT. */
        customers: z.number().int().min(1).max(AUDIENCE_MOST),
        templateVersion: z.number().int().min(0),
      }),
    )
    .output(audienceSend),
  list: route('GET', '/stores/{storeId}/audiences', 'message.read', 'One-off notices, newest first')
    .input(ofStore(pageInput))
    .output(pageOf(audienceSend)),
  get: route('GET', '/stores/{storeId}/audiences/{audienceId}', 'message.read', 'One notice with its progress')
    .input(ofStore({ audienceId: id }))
    .output(audienceSend),
  stop: route(
    'POST',
    '/stores/{storeId}/audiences/{audienceId}/stop',
    'message.send',
    'Queue no more of it; what is queued already goes its way',
  )
    .input(ofStore({ audienceId: id }))
    .output(audienceSend),
}
