import type { templateDetail, templateSummary } from '@changhui/contract/templates'
import { messageChannels, type TemplateVersion } from '@changhui/contract/templates'
import type { Purpose } from '@changhui/rules/gate'
import { unknownVariables } from '@changhui/rules/script'
import { variableList } from '@changhui/rules/scriptSamples'
import { SMS_MAX } from '@changhui/rules/sms'
import { decideText, type TextDecision, type TextState, textInUse } from '@changhui/rules/textVersions'
import type { z } from 'zod'
import { sqlState } from '../../../platform/db.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { staffNames } from '../../staff/service.ts'
import type { MessageChannel } from '../channels/channel.ts'
import { defaultTemplate, defaultTemplates } from './defaults.ts'
import * as rows from './store.ts'
import { filingsOf, tariffOf } from './tariff.ts'

type Summary = z.infer<typeof templateSummary>
type Detail = z.infer<typeof templateDetail>

/** Every text with what is in force on each channel; the store's own come last. */
export async function listTemplates(scope: Scope): Promise<{ templates: Summary[]; tariff: Detail['tariff'] }> {
  const saved = await rows.textsInForce(scope)
  const of = (key: string, channel: MessageChannel) => saved.find((one) => one.key === key && one.channel === channel)
  const shipped = defaultTemplates.map(({ key, zh, en, purpose, subject, body }) => ({
    key,
    zh,
    en,
    purpose,
    own: false,
    channels: messageChannels.map((channel) => {
      const row = of(key, channel)
      const inForce = row?.version ? row : { version: 0, subject, body }
      return {
        channel,
        version: inForce.version,
        subject: channel === 'email' ? inForce.subject : null,
        body: inForce.body,
        drafts: row?.drafts ?? 0,
      }
    }),
  }))
  const ownKeys = [...new Set(saved.map((one) => one.key))].filter((key) => !defaultTemplate(key))
  const own = ownKeys.map((key) => {
    const versions = saved.filter((one) => one.key === key)
    const name = versions[0]?.name ?? key
    return {
      key,
      zh: name,
      en: name,
      purpose: versions[0]?.purpose ?? 'reminder',
      own: true,
      channels: versions.map(({ channel, version, subject, body, drafts }) => ({
        channel,
        version,
        subject,
        body,
        drafts,
      })),
    }
  })
  return { templates: [...shipped, ...own], tariff: await tariffOf(scope) }
}

/** One text on one channel with its versions, the shipped one last as version 0. Throws NOT_FOUND for a key nobody wrote. */
export async function templateOf(scope: Scope, key: string, channel: MessageChannel): Promise<Detail> {
  const saved = await rows.versionsOf(scope, key, channel)
  const shipped = defaultTemplate(key)
  const about = shipped ?? named(found(saved[0] ?? (await anyVersion(scope, key))))
  const names = await staffNames(
    scope.tx,
    saved.flatMap((one) => [one.createdBy, one.decidedBy]),
  )
  const nameOf = (id: string | null) => (id && names.get(id)) ?? null
  const versions: TemplateVersion[] = saved.map((one) => ({
    version: one.version,
    subject: one.subject,
    body: one.body,
    state: one.state,
    createdAt: one.createdAt,
    createdByName: nameOf(one.createdBy),
    decidedAt: one.decidedAt,
    decidedByName: nameOf(one.decidedBy),
  }))
  const origin = { createdAt: null, createdByName: null, decidedAt: null, decidedByName: null }
  if (shipped) {
    const subject = channel === 'email' ? shipped.subject : null
    versions.push({ version: 0, subject, body: shipped.body, state: 'approved', ...origin })
  }
  return {
    key,
    zh: about.zh,
    en: about.en,
    purpose: about.purpose,
    own: shipped === undefined,
    channel,
    inUse: textInUse(versions)?.version ?? null,
    versions,
    variables: variableList,
    tariff: await tariffOf(scope),
    filings: await filingsOf(scope, key, channel),
  }
}

const named = ({ name, key, purpose }: { name: string | null; key: string; purpose: Purpose }) => ({
  zh: name ?? key,
  en: name ?? key,
  purpose,
})

/** An own text may have versions on another channel only. */
async function anyVersion(scope: Scope, key: string): Promise<rows.TemplateRow | undefined> {
  for (const channel of messageChannels) {
    const [newest] = await rows.versionsOf(scope, key, channel)
    if (newest) return newest
  }
  return undefined
}

export interface TextContent {
  readonly subject: string | null
  readonly body: string
}

export interface OwnTemplate extends TextContent {
  /** Made by the page: creating twice is once. */
  readonly id: string
  readonly name: string
  readonly purpose: Purpose
  readonly channel: MessageChannel
}

/** Writes a text of the store's own, a draft. Throws BAD_REQUEST naming unknown variables or a text no SMS can hold. */
export async function createTemplate(scope: Scope, { id, name, purpose, channel, ...content }: OwnTemplate) {
  const key = `own-${id}`
  if ((await rows.versionsOf(scope, key, channel)).length > 0) return templateOf(scope, key, channel)
  await addVersion(scope, { key, channel, name, purpose, version: 1 }, content)
  return templateOf(scope, key, channel)
}

export interface NewVersion extends TextContent {
  readonly key: string
  readonly channel: MessageChannel
  /** The newest version the writer had seen; 0: the shipped one or none. */
  readonly after: number
}

/** Saves a new version, a draft. Throws NOT_FOUND, BAD_REQUEST, CONFLICT when somebody saved one meanwhile. */
export async function saveTemplate(scope: Scope, { key, channel, after, ...content }: NewVersion): Promise<Detail> {
  const { own, zh, purpose } = await templateOf(scope, key, channel)
  await addVersion(scope, { key, channel, name: own ? zh : null, purpose, version: after + 1 }, content)
  return templateOf(scope, key, channel)
}

async function addVersion(
  scope: Scope,
  about: Pick<rows.TemplateRow, 'key' | 'channel' | 'name' | 'purpose' | 'version'>,
  { subject, body }: TextContent,
): Promise<void> {
  checkContent(about.channel, { subject, body })
  const newest = (await rows.versionsOf(scope, about.key, about.channel))[0]?.version ?? 0
  if (newest !== about.version - 1) throw new Problem('CONFLICT', 'version.changed')
  const row = { ...about, id: scope.newId(), subject: about.channel === 'email' ? subject : null, body }
  try {
    await rows.insertVersion(scope, row)
  } catch (error) {
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'version.changed')
    throw error
  }
  await recordAudit(scope, {
    action: 'template.saved',
    subjectKind: 'template',
    subjectId: `${about.key}/${about.channel}`,
    detail: { version: about.version },
  })
}

/** Throws BAD_REQUEST for what no message can be made of. */
export function checkContent(channel: MessageChannel, { subject, body }: TextContent): void {
  const unknown = unknownVariables(`${channel === 'email' ? (subject ?? '') : ''}${body}`)
  if (unknown.length > 0) {
    const values = { names: unknown.join('、') }
    throw new Problem('BAD_REQUEST', 'script.unknown-variable', { field: 'body', values })
  }
  if (channel === 'sms' && [...body].length > SMS_MAX) {
    throw new Problem('BAD_REQUEST', 'template.too-long', { field: 'body', values: { most: SMS_MAX } })
  }
  if (channel === 'email' && !subject)
    throw new Problem('BAD_REQUEST', 'template.subject-missing', { field: 'subject' })
}

export interface TemplateDecision {
  readonly key: string
  readonly channel: MessageChannel
  readonly version: number
  /** As the page saw it. */
  readonly state: TextState
  readonly decision: TextDecision
}

/** Approves a version or withdraws it; the newest approved one is in force. Throws NOT_FOUND, CONFLICT when somebody was quicker. */
export async function decideTemplate(scope: Scope, { decision, ...at }: TemplateDecision): Promise<Detail> {
  const { key, channel, version, state } = at
  found((await rows.versionsOf(scope, key, channel)).find((one) => one.version === version))
  const next = decideText(state, decision)
  if (!next || !(await rows.moveVersion(scope, at, next))) throw new Problem('CONFLICT', 'version.changed')
  await recordAudit(scope, {
    action: decision === 'approve' ? 'template.approved' : 'template.withdrawn',
    subjectKind: 'template',
    subjectId: `${key}/${channel}`,
    detail: { version },
  })
  return templateOf(scope, key, channel)
}
