import type { Purpose } from '@changhui/rules/gate'
import { fillMessage } from '@changhui/rules/messageText'
import { SCRIPT_VARIABLES, type ScriptValues, type ScriptVariable, variablesIn } from '@changhui/rules/script'
import { refusedAsSms } from '@changhui/rules/smsRules'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import type { MessageChannel, MessageTemplate } from '../channels/channel.ts'
import { defaultTemplate } from './defaults.ts'
import { type TextSubject, textValues } from './values.ts'

export type { TextSubject } from './values.ts'

/** One text ready to be queued. A wish takes over `subject`, `body` and `template` as they are. */
export interface FilledTemplate {
  readonly subject: string | null
  readonly body: string
  readonly template: MessageTemplate
  /** Facts the text needs and nobody knows: it must not be sent. Empty = complete. */
  readonly missing: readonly ScriptVariable[]
}

/** The text of a key in force on a channel. */
export interface TemplateInForce {
  readonly key: string
  /** 0: the one that ships with the product. */
  readonly version: number
  readonly subject: string | null
  readonly body: string
  /** What the care is called, for the variable 保养项目. */
  readonly name: string
  readonly purpose: Purpose
}

/** A customer's text as one channel has it. `refused`: no SMS provider would take it, so it goes by another one (MSG-04). */
export interface ChannelFill extends FilledTemplate {
  readonly refused: boolean
}

export type FilledByChannel = ReadonlyMap<MessageChannel, ChannelFill>

/**
 * Fills a text for each subject, in their order, as each of the channels has it: the store's newest approved version there, else the one
 * that ships with the product, else `fallback` (a programme's own default). Undefined for a customer who is not there. Throws for a key
 * nobody has a text for.
 */
export async function fillTemplates(
  scope: Scope,
  key: string,
  channels: readonly MessageChannel[],
  subjects: readonly TextSubject[],
  fallback?: string,
): Promise<(FilledByChannel | undefined)[]> {
  const templates: [MessageChannel, TemplateInForce][] = []
  for (const channel of channels) {
    const template = await templateInForce(scope, key, channel, fallback)
    if (!template) throw new Error(`no text for ${key} on ${channel}`)
    templates.push([channel, template])
  }
  const values = await textValues(scope, subjects, templates[0]?.[1].name)
  return values.map((one) => one && new Map(templates.map(([channel, text]) => [channel, fillOn(channel, text, one)])))
}

function fillOn(channel: MessageChannel, template: TemplateInForce, values: ScriptValues): ChannelFill {
  const filled = fillOne(template, values)
  const refused = channel === 'sms' && refusedAsSms(template.body, Object.values(filled.template.variables))
  return { ...filled, refused }
}

/** The same for one customer and channel. */
export async function fillTemplate(
  scope: Scope,
  key: string,
  channel: MessageChannel,
  subject: TextSubject,
  fallback?: string,
): Promise<FilledTemplate | undefined> {
  return (await fillTemplates(scope, key, [channel], [subject], fallback))[0]?.get(channel)
}

/** A text with its values put in. */
export function fillOne(template: Omit<TemplateInForce, 'purpose' | 'name'>, values: ScriptValues): FilledTemplate {
  const { text, missing } = fillMessage(template.body, values)
  const subject = template.subject === null ? null : fillMessage(template.subject, values).text
  // by both names, since a provider's own text may call a variable by either
  const used = Object.fromEntries(
    variablesIn(template.body).flatMap((name) => {
      const { text: value } = fillMessage(`{{${name}}}`, values)
      return [name, SCRIPT_VARIABLES[name][0]].map((one) => [one, value])
    }),
  )
  return {
    subject,
    body: text,
    template: { key: template.key, version: template.version, variables: used },
    missing,
  }
}

/** The text of a key in force on a channel; undefined when neither the store nor the product nor the caller has one. */
export async function templateInForce(
  { tx, storeId }: Scope,
  key: string,
  channel: MessageChannel,
  fallback?: string,
): Promise<TemplateInForce | undefined> {
  const own = await tx
    .selectFrom('messageTemplate')
    .select(['version', 'subject', 'body', 'name'])
    .select(sql<Purpose>`purpose`.as('purpose'))
    .where('storeId', '=', storeId)
    .where('key', '=', key)
    .where('channel', '=', channel)
    .where('state', '=', 'approved')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const shipped = defaultTemplate(key)
  if (own) return { key, ...own, name: own.name ?? shipped?.zh ?? '' }
  if (shipped) return { ...shipped, version: 0, name: shipped.zh }
  return fallback === undefined
    ? undefined
    : { key, version: 0, subject: null, body: fallback, name: '', purpose: 'reminder' }
}
