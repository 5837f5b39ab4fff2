import type { ChannelProvider, ChannelSettings } from '@changhui/contract/channels'
import type { client } from '../../app/api.ts'

export type Account = Awaited<ReturnType<typeof client.channels.list>>[number]
export type Secret = keyof Parameters<typeof client.channels.add>[0]['secrets']

/** The settings of each provider that are one line of text each, in the order of the form; `?`: may stay empty. */
export const plainFields = {
  aliyun: ['accessKeyId', 'signature', 'endpoint?'],
  tencent: ['secretId', 'appId', 'signature', 'region', 'endpoint?'],
  wechat: ['appId', 'endpoint?'],
  wecom: ['corpId', 'agentId', 'endpoint?'],
  smtp: ['host', 'port', 'encryption', 'username?', 'from', 'fromName?', 'replyTo?'],
} as const satisfies Record<ChannelProvider, readonly string[]>
type Bare<Name extends string> = Name extends `${infer Plain}?` ? Plain : Name
export type PlainField = Bare<(typeof plainFields)[ChannelProvider][number]>

/** The name of a field without the mark of what may stay empty. */
export const bare = <Name extends string>(field: Name) => field.replace('?', '') as Bare<Name>

/** Secrets by provider, the optional ones with `?`. Said here again: the contract's own list would bring its checks into the page. */
export const secretFields = {
  aliyun: ['accessKeySecret'],
  tencent: ['secretKey'],
  wechat: ['appSecret', 'callbackToken?', 'encodingAesKey?'],
  wecom: ['corpSecret', 'callbackToken?', 'encodingAesKey?'],
  smtp: ['password?'],
} as const satisfies Record<ChannelProvider, readonly string[]>

export const providers = Object.keys(plainFields) as ChannelProvider[]
export const channelOf = { aliyun: 'sms', tencent: 'sms', wechat: 'wechat', wecom: 'wecom', smtp: 'email' } as const
/** Providers that send templates of theirs only. */
export const hasTemplates = (provider: ChannelProvider) => ['aliyun', 'tencent', 'wechat'].includes(provider)

/** One line of the list of templates; the fields as they are typed, `name=value` a line. */
export interface TemplateLine {
  readonly template: string
  readonly code: string
  readonly fields: string
  readonly kind: 'template' | 'subscription'
  readonly url: string
}

/** What the form holds: everything as it is typed. */
export interface ChannelDraft {
  readonly provider: ChannelProvider
  readonly name: string
  readonly enabled: boolean
  readonly priority: number
  readonly fenPerSegment: number
  readonly plain: Readonly<Partial<Record<PlainField, string>>>
  readonly secrets: Readonly<Partial<Record<Secret, string>>>
  readonly templates: readonly TemplateLine[]
}

export const blankLine: TemplateLine = { template: '*', code: '', fields: '', kind: 'template', url: '' }

const defaults: Partial<Record<PlainField, string>> = { region: 'ap-guangzhou', port: '465', encryption: 'tls' }

export function newDraft(provider: ChannelProvider): ChannelDraft {
  const firstField = { aliyun: 'content', tencent: '1', wechat: 'thing1', wecom: '', smtp: '' }[provider]
  const first = firstField ? [{ ...blankLine, fields: `${firstField}={{body}}` }] : []
  const common = { name: '', enabled: true, priority: 100, fenPerSegment: channelOf[provider] === 'sms' ? 5 : 0 }
  return { ...common, provider, plain: defaults, secrets: {}, templates: first }
}

export function draftOf({ settings, name, enabled, priority, fenPerSegment }: Account): ChannelDraft {
  const { provider } = settings
  const plain = Object.fromEntries(
    plainFields[provider].map((field) => [bare(field), String(settings[bare(field) as keyof typeof settings] ?? '')]),
  )
  const templates = 'templates' in settings ? settings.templates : []
  return {
    ...{ provider, name, enabled, priority, fenPerSegment, plain, secrets: {} },
    templates: templates.map((line) => ({
      ...blankLine,
      ...line,
      fields: line.fields.map((field) => `${field.name}=${field.value}`).join('\n'),
    })),
  }
}

/** The settings as the API takes them; what is wrong with them it says itself. */
export function settingsOf({ provider, plain, templates }: ChannelDraft): ChannelSettings {
  const texts = Object.fromEntries(
    plainFields[provider].map((field) => [bare(field), (plain[bare(field)] ?? '').trim()]),
  )
  const numbers = Object.fromEntries(
    (['port', 'agentId'] as const).flatMap((name) => (name in texts ? [[name, Number(texts[name])]] : [])),
  )
  const lines = templates.map(({ template, code, fields, kind, url }) => ({
    ...{ template: template.trim(), code: code.trim(), fields: fieldsOf(fields) },
    ...(provider === 'wechat' ? { kind, url: url.trim() } : {}),
  }))
  return { provider, ...texts, ...numbers, ...(hasTemplates(provider) ? { templates: lines } : {}) } as ChannelSettings
}

/** `name=value` a line; a line without `=` is a name whose value is empty. */
export function fieldsOf(typed: string): { name: string; value: string }[] {
  return typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf('=')
      return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }
    })
}

/** Secrets that were typed; the rest stay as they are. */
export function typedSecrets({ provider, secrets }: ChannelDraft): Partial<Record<Secret, string>> {
  return Object.fromEntries(
    secretFields[provider].flatMap((field) => {
      const name = bare(field)
      const typed = secrets[name]?.trim()
      return typed ? [[name, typed]] : []
    }),
  )
}
