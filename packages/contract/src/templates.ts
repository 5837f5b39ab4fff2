import { PURPOSES } from '@changhui/rules/gate'
import { TEXT_DECISIONS, TEXT_STATES } from '@changhui/rules/textVersions'
import { z } from 'zod'
import { fen, id, ofStore, pageInput, pageOf, route, text } from './meta.ts'

/** The channels a message can take; calls are made by people. */
export const messageChannels = ['sms', 'wechat', 'wecom', 'email', 'in-app'] as const
export const messageChannel = z.enum(messageChannels)
/** A programme's key, or `own-…` for a text of the store's own. */
export const templateKey = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(60)
/** A text of the store's own is never about something the customer has running: those are the system's. */
export const ownPurposes = ['reminder', 'greeting', 'marketing'] as const

/** What SMS are counted, checked and priced by: the provider set up for the store, or the embedded outbox. */
export const tariff = z.object({
  signature: z.string(),
  provider: z.enum(['aliyun', 'tencent', 'other']),
  counting: z.enum(['mainland', 'international']),
  fenPerSegment: fen,
})
export type Tariff = z.infer<typeof tariff>

export const templateVersion = z.object({
  /** 0: the text that ships with the product. */
  version: z.number(),
  subject: z.string().nullable(),
  body: z.string(),
  state: z.enum(TEXT_STATES),
  createdAt: z.string().nullable(),
  createdByName: z.string().nullable(),
  decidedAt: z.string().nullable(),
  decidedByName: z.string().nullable(),
})
export type TemplateVersion = z.infer<typeof templateVersion>

const named = {
  key: z.string(),
  zh: z.string(),
  en: z.string(),
  purpose: z.enum(PURPOSES),
  /** The store's own, not one that ships. */
  own: z.boolean(),
}
export const templateSummary = z.object({
  ...named,
  channels: z.array(
    z.object({
      channel: messageChannel,
      /** In force; null: an own text of which no version is approved yet. */
      version: z.number().nullable(),
      subject: z.string().nullable(),
      body: z.string(),
      drafts: z.number(),
    }),
  ),
})
export const templateDetail = z.object({
  ...named,
  channel: messageChannel,
  inUse: z.number().nullable(),
  versions: z.array(templateVersion),
  variables: z.array(z.object({ name: z.string(), zh: z.string(), en: z.string(), sample: z.string() })),
  tariff,
  /** What the text is called at providers that only send texts of theirs. */
  filings: z.array(z.object({ provider: z.string(), name: z.string(), code: z.string() })),
})
export const testRow = z.object({
  id,
  at: z.string(),
  byName: z.string().nullable(),
  templateKey: z.string(),
  channel: messageChannel,
  recipientMasked: z.string(),
  body: z.string(),
  state: z.enum(['sending', 'accepted', 'refused', 'unknown']),
  provider: z.string().nullable(),
  reason: z.string().nullable(),
})

const one = { key: templateKey, channel: messageChannel }
const content = {
  /** Of an e-mail. */
  subject: text(120).nullable().default(null),
  body: text(2000).min(1),
}

export const templatesContract = {
  list: route('GET', '/stores/{storeId}/templates', 'message.read', 'Message texts in force, by programme and channel')
    .input(ofStore({}))
    .output(z.object({ templates: z.array(templateSummary), tariff })),
  get: route(
    'GET',
    '/stores/{storeId}/templates/{key}/{channel}',
    'message.read',
    'Versions of a message text, newest first',
  )
    .input(ofStore(one))
    .output(templateDetail),
  create: route('POST', '/stores/{storeId}/templates', 'script.edit', 'A text of the store’s own; a draft')
    .input(ofStore({ id, name: text(40).min(1), purpose: z.enum(ownPurposes), channel: messageChannel, ...content }))
    .output(templateDetail),
  save: route(
    'POST',
    '/stores/{storeId}/templates/{key}/{channel}',
    'script.edit',
    'Save a new version of a message text; a draft',
  )
    .input(ofStore({ ...one, ...content, after: z.number().int().min(0) }))
    .output(templateDetail),
  decide: route(
    'POST',
    '/stores/{storeId}/templates/{key}/{channel}/{version}/decision',
    'script.approve',
    'Approve a version or withdraw it; the newest approved one is in force',
  )
    .input(
      ofStore({
        ...one,
        version: z.coerce.number().int().min(1),
        state: z.enum(TEXT_STATES),
        decision: z.enum(TEXT_DECISIONS),
      }),
    )
    .output(templateDetail),
  facts: route(
    'GET',
    '/stores/{storeId}/text-facts/{customerId}',
    'customer.read',
    'The values of a text’s variables for one customer, for previews (MSG-03)',
  )
    .input(ofStore({ customerId: id, programme: z.string().max(60).optional() }))
    .output(z.object({ customerName: z.string(), values: z.record(z.string(), z.string()) })),
  test: route(
    'POST',
    '/stores/{storeId}/template-tests',
    'message.send',
    'Send a text to a number or address typed in, to see how it arrives; logged',
  )
    .input(
      ofStore({
        id,
        key: templateKey,
        channel: messageChannel,
        ...content,
        recipient: text(120).min(3),
        customerId: id.nullable().default(null),
      }),
    )
    .output(testRow),
  tests: route('GET', '/stores/{storeId}/template-tests', 'message.read', 'Test messages, newest first')
    .input(ofStore(pageInput))
    .output(pageOf(testRow)),
}
