import type { MessageUnfitReason } from '@changhui/rules/messageWords'
import { type RawBuilder, sql } from 'kysely'
import type { MessageChannel, MessageTemplate } from './channels/channel.ts'

/** What a message says on one channel. */
export interface ChannelText {
  readonly subject: string | null
  readonly body: string
  readonly template: MessageTemplate | null
  /** It cannot go out there: the channel is passed over. */
  readonly unfit?: MessageUnfitReason
}

export type ChannelTexts = { readonly [channel in MessageChannel]?: ChannelText }

/** Something that says one text everywhere, or one of its own on each channel. */
interface Saying {
  readonly subject?: string | null
  readonly body: string
  readonly template?: MessageTemplate | null
  readonly texts?: ChannelTexts | null
}

/** What it says on a channel: a text approved for one channel is not sent by another (MSG-01). */
export function textOn({ subject = null, body, template = null, texts }: Saying, channel: MessageChannel): ChannelText {
  return texts?.[channel] ?? { subject, body, template }
}

/** The texts to keep with a message; null where it says the same on every channel, as most do. */
export function textsToKeep(saying: Saying, channels: readonly MessageChannel[]): ChannelTexts | null {
  const all = channels.map((channel) => [channel, textOn(saying, channel)] as const)
  const different = new Set(all.map(([, text]) => JSON.stringify(text)))
  return different.size > 1 || all.some(([, { unfit }]) => unfit) ? Object.fromEntries(all) : null
}

/** Sets the text columns of a message `m` that goes to a channel. */
export function setTextOf(channel: RawBuilder<string>): RawBuilder<unknown> {
  const own = sql`(m.texts -> ${channel})`
  const instead = (column: string, value: RawBuilder<unknown>) =>
    sql`${sql.ref(column)} = CASE WHEN ${own} IS NULL THEN m.${sql.ref(column)} ELSE ${value} END`
  return sql.join([
    instead('subject', sql`${own} ->> 'subject'`),
    instead('body', sql`${own} ->> 'body'`),
    instead('template_key', sql`${own} -> 'template' ->> 'key'`),
    instead('template_version', sql`(${own} -> 'template' ->> 'version')::integer`),
    instead('template_variables', sql`${own} -> 'template' -> 'variables'`),
  ])
}
