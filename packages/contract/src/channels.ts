import { z } from 'zod'
import { done, fen, id, ofStore, route, text, version } from './meta.ts'

/** The secrets each provider wants; the optional ones are needed for its callbacks only. */
export const channelSecrets = {
  aliyun: { accessKeySecret: 'needed' },
  tencent: { secretKey: 'needed' },
  wechat: { appSecret: 'needed', callbackToken: 'optional', encodingAesKey: 'optional' },
  wecom: { corpSecret: 'needed', callbackToken: 'optional', encodingAesKey: 'optional' },
  smtp: { password: 'optional' },
} as const satisfies Record<string, Record<string, 'needed' | 'optional'>>
export type ChannelProvider = keyof typeof channelSecrets
export const channelProviders = Object.keys(channelSecrets) as [ChannelProvider, ...ChannelProvider[]]

const word = (max: number) => text(max).min(1)
/** Default: the provider's public address; another for a private deployment. */
const endpoint = z.union([z.url({ protocol: /^https?$/ }).max(300), z.literal('')]).default('')
/** Which template of the provider carries which of ours. `*` stands for all that have no line of their own. */
const template = z.object({
  template: word(80),
  /** The provider's id of it. */
  code: word(120),
  /** Its variables in its order; the value is a text with our variables in `{{}}`, `{{body}}` being the whole message. */
  fields: z.array(z.object({ name: word(40), value: text(200) })).max(20),
})
const templates = z.array(template).max(100).default([])

/** What is set up for each provider, secrets aside. */
export const channelSettings = z.discriminatedUnion('provider', [
  z.object({ provider: z.literal('aliyun'), accessKeyId: word(80), signature: word(20), endpoint, templates }),
  z.object({
    provider: z.literal('tencent'),
    secretId: word(80),
    appId: z.string().regex(/^\d{6,14}$/),
    signature: word(20),
    region: z
      .string()
      .regex(/^[a-z]{2,3}(-[a-z0-9]+){1,3}$/)
      .default('ap-guangzhou'),
    endpoint,
    templates,
  }),
  z.object({
    provider: z.literal('wechat'),
    appId: word(40),
    endpoint,
    templates: z
      .array(template.extend({ kind: z.enum(['template', 'subscription']), url: z.union([z.url(), z.literal('')]) }))
      .max(100)
      .default([]),
  }),
  z.object({ provider: z.literal('wecom'), corpId: word(40), agentId: z.int().min(1).max(1e9), endpoint }),
  z.object({
    provider: z.literal('smtp'),
    host: z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?$/),
    port: z.int().min(1).max(65_535),
    encryption: z.enum(['tls', 'starttls', 'none']),
    username: text(200),
    from: z.email().max(200),
    fromName: text(60),
    replyTo: z.union([z.email().max(200), z.literal('')]).default(''),
  }),
])
export type ChannelSettings = z.infer<typeof channelSettings>

export const refusalKinds = ['recipient', 'content', 'template', 'limit', 'account', 'settings', 'system'] as const

const secretsInput = z.partialRecord(
  z.enum(['accessKeySecret', 'secretKey', 'appSecret', 'corpSecret', 'password', 'callbackToken', 'encodingAesKey']),
  text(200).min(1),
)
const common = {
  name: word(40),
  enabled: z.boolean(),
  /** Within its channel the lowest number goes first. */
  priority: z.int().min(1).max(999),
  fenPerSegment: fen.max(100_000),
  settings: channelSettings,
}

export const channelAccount = z.object({
  id,
  ...common,
  /** Set secrets with the last four characters of long ones, '' of short ones. The rest is never readable again. */
  secretTails: z.record(z.string(), z.string()),
  /** Below the address the console is opened at. */
  callbackPath: z.string(),
  /** Whether this installation can open the stored secrets. */
  readable: z.boolean(),
  lastAcceptedAt: z.string().nullable(),
  lastRefusal: z.object({ at: z.string(), code: z.string(), kind: z.string(), reason: z.string() }).nullable(),
  version,
})

/** Where messages know a customer by an id of the provider's. */
const linked = z.enum(['wechat', 'wecom'])
const ofCustomer = { customerId: id }

export const channelsContract = {
  list: route('GET', '/stores/{storeId}/channels', 'integration.manage', 'Accounts with message providers')
    .input(ofStore({}))
    .output(z.array(channelAccount)),
  add: route('POST', '/stores/{storeId}/channels', 'integration.manage', 'Add an account with a message provider')
    .input(ofStore({ ...common, secrets: secretsInput }))
    .output(z.object({ id })),
  change: route(
    'PUT',
    '/stores/{storeId}/channels/{channelId}',
    'integration.manage',
    'Change an account; secrets left out stay as they are',
  )
    .input(ofStore({ channelId: id, ...common, secrets: secretsInput, version }))
    .output(done),
  remove: route('DELETE', '/stores/{storeId}/channels/{channelId}', 'integration.manage', 'Remove an account')
    .input(ofStore({ channelId: id }))
    .output(done),
  links: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/links',
    'customer.read',
    'WeChat open ids and WeCom user ids of a customer, and whether the store can make codes to follow it by',
  )
    .input(ofStore(ofCustomer))
    .output(
      z.object({
        links: z.array(
          z.object({ channel: linked, address: z.string(), reachable: z.boolean(), changedAt: z.string() }),
        ),
        codes: z.boolean(),
      }),
    ),
  followCode: route(
    'POST',
    '/stores/{storeId}/customers/{customerId}/follow-code',
    'customer.edit',
    'A WeChat code for this customer: who scans it follows the store’s official account and is known by it (MSG-01)',
  )
    .input(ofStore(ofCustomer))
    .output(
      z.object({
        /** What the code holds. */
        address: z.string(),
        expiresAt: z.string(),
      }),
    ),
  link: route('POST', '/stores/{storeId}/customers/{customerId}/links', 'customer.edit', 'Write an id down by hand')
    .input(ofStore({ ...ofCustomer, channel: linked, address: word(64) }))
    .output(done),
  unlink: route('DELETE', '/stores/{storeId}/customers/{customerId}/links', 'customer.edit', 'Take an id away')
    .input(ofStore({ ...ofCustomer, channel: linked, address: word(64) }))
    .output(done),
  test: route(
    'POST',
    '/stores/{storeId}/channels/{channelId}/test',
    'integration.manage',
    'Send a test message through the provider and tell its answer',
  )
    .input(ofStore({ channelId: id, to: word(200), body: word(500) }))
    .output(
      z.object({
        state: z.enum(['accepted', 'refused', 'unknown']),
        providerId: z.string().nullable(),
        code: z.string().nullable(),
        kind: z.enum(refusalKinds).nullable(),
        /** In the provider's words. */
        reason: z.string().nullable(),
        permanent: z.boolean(),
      }),
    ),
}
