import type { AuditAction } from '@changhui/contract/audit-actions'
import {
  type ChannelProvider,
  type ChannelSettings,
  channelSecrets,
  channelSettings,
} from '@changhui/contract/channels'
import { sql } from 'kysely'
import { type Seal, sealOf } from '../../../platform/auth/seal.ts'
import type { Config } from '../../../platform/config.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { callbackPath } from './callback-address.ts'
import type { MessageChannel } from './channel.ts'
import { requireEndpoint } from './endpoint.ts'
import { channelOf, neededSecrets } from './providers.ts'

export interface AccountInput {
  readonly name: string
  readonly enabled: boolean
  readonly priority: number
  readonly fenPerSegment: number
  readonly settings: ChannelSettings
  readonly secrets: Readonly<Record<string, string | undefined>>
}

/** An account as its adapter needs it; `secrets` undefined where this installation cannot open them. */
export interface OpenAccount {
  readonly id: string
  readonly provider: ChannelProvider
  readonly channel: MessageChannel
  readonly name: string
  readonly version: number
  readonly enabled: boolean
  readonly settings: ChannelSettings
  readonly secrets: Readonly<Record<string, string>> | undefined
}

const placeOf = (storeId: string, accountId: string) => `${storeId}|${accountId}|secrets`

function openSecrets(
  seal: Seal,
  storeId: string,
  row: { id: string; secrets: string },
): Record<string, string> | undefined {
  const plain = seal.open(placeOf(storeId, row.id), row.secrets)
  return plain === undefined ? undefined : (JSON.parse(plain) as Record<string, string>)
}

/** Four characters of a secret of 16 or more are still no help to anybody who lacks the rest. */
const tailOf = (secret: string) => (secret.length >= 16 ? secret.slice(-4) : '')

const inForce = (scope: Scope) =>
  scope.tx.selectFrom('channelAccount').where('storeId', '=', scope.storeId).where('removedAt', 'is', null)

/** All accounts of the store in their order, without anything that would open them. */
export async function listAccounts(scope: Scope, config: Config) {
  const seal = sealOf(config)
  const rows = await inForce(scope).selectAll().orderBy('channel').orderBy('priority').orderBy('createdAt').execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    priority: row.priority,
    fenPerSegment: row.fenPerSegment,
    settings: channelSettings.parse(row.settings),
    secretTails: row.secretTails as Record<string, string>,
    callbackPath: callbackPath(seal, {
      provider: row.provider as ChannelProvider,
      storeId: scope.storeId,
      accountId: row.id,
    }),
    readable: openSecrets(seal, scope.storeId, row) !== undefined,
    lastAcceptedAt: row.lastAcceptedAt,
    lastRefusal: refusalOf(row.lastRefusedAt, row.lastRefusal),
    version: row.version,
  }))
}

function refusalOf(at: string | null, kept: string | null) {
  if (at === null || kept === null) return null
  const { code, kind, reason } = JSON.parse(kept) as { code: string; kind: string; reason: string }
  return { at, code, kind, reason }
}

/** Adds an account. Throws for a missing secret or an address that cannot be a provider's. */
export async function addAccount(scope: Scope, config: Config, input: AccountInput): Promise<{ id: string }> {
  const { provider } = input.settings
  const id = scope.newId()
  const secrets = chosenSecrets(provider, input.secrets)
  requireSecrets(provider, secrets)
  requireEndpoints(input.settings)
  await scope.tx
    .insertInto('channelAccount')
    .values({
      ...columnsOf(scope, config, id, input, secrets),
      storeId: scope.storeId,
      id,
      provider,
      channel: channelOf[provider],
      createdAt: scope.now.toString(),
    })
    .execute()
  await audited(scope, 'channel.added', id, { provider, name: input.name })
  return { id }
}

/** Changes an account; a secret that is not given stays. Throws CONFLICT when somebody else was first. */
export async function changeAccount(
  scope: Scope,
  config: Config,
  id: string,
  version: number,
  input: AccountInput,
): Promise<void> {
  const row = found(await inForce(scope).selectAll().where('id', '=', id).forUpdate().executeTakeFirst())
  const provider = row.provider as ChannelProvider
  if (row.version !== version) throw new Problem('CONFLICT', 'version.changed')
  if (input.settings.provider !== provider) throw new Problem('BAD_REQUEST', 'channel.provider-fixed')
  requireEndpoints(input.settings)
  const given = chosenSecrets(provider, input.secrets)
  const kept = openSecrets(sealOf(config), scope.storeId, row)
  if (!kept && neededSecrets(provider).some((name) => !given[name]))
    throw new Problem('BAD_REQUEST', 'channel.secret-unreadable', { field: neededSecrets(provider)[0] })
  const secrets = { ...kept, ...given }
  requireSecrets(provider, secrets)
  await scope.tx
    .updateTable('channelAccount')
    .set({
      ...columnsOf(scope, config, id, input, secrets),
      // another key may belong to another account: its token is not this one's
      accessToken: null,
      accessTokenUntil: null,
      lastRefusal: null,
      lastRefusedAt: null,
      version: version + 1,
    })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .execute()
  const changed = { provider, name: input.name, enabled: input.enabled, secrets: Object.keys(given) }
  await audited(scope, 'channel.changed', id, changed)
}

/** Takes an account out of use and throws its secrets away. The row stays, for what was sent through it. */
export async function removeAccount(scope: Scope, id: string): Promise<void> {
  found(
    await scope.tx
      .updateTable('channelAccount')
      .set({ removedAt: scope.now.toString(), enabled: false, secrets: '', secretTails: '{}', accessToken: null })
      .where('storeId', '=', scope.storeId)
      .where('id', '=', id)
      .where('removedAt', 'is', null)
      .returning('id')
      .executeTakeFirst(),
  )
  await audited(scope, 'channel.removed', id, {})
}

const audited = (scope: Scope, action: AuditAction, subjectId: string, detail: Record<string, unknown>) =>
  recordAudit(scope, { action, subjectKind: 'channel', subjectId, detail })

function columnsOf(scope: Scope, config: Config, id: string, input: AccountInput, secrets: Record<string, string>) {
  const tails = Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, tailOf(secret)]))
  return {
    name: input.name,
    enabled: input.enabled,
    priority: input.priority,
    fenPerSegment: input.fenPerSegment,
    settings: JSON.stringify(input.settings),
    secrets: sealOf(config).close(placeOf(scope.storeId, id), JSON.stringify(secrets)),
    secretTails: JSON.stringify(tails),
  }
}

/** Of what was sent along, the secrets this provider knows. */
function chosenSecrets(provider: ChannelProvider, given: AccountInput['secrets']): Record<string, string> {
  return Object.fromEntries(
    Object.keys(channelSecrets[provider]).flatMap((name) => {
      const secret = given[name]
      return secret ? [[name, secret]] : []
    }),
  )
}

function requireSecrets(provider: ChannelProvider, secrets: Record<string, string>): void {
  const missing = neededSecrets(provider).find((name) => !secrets[name])
  if (missing)
    throw new Problem('BAD_REQUEST', 'channel.secret-missing', { field: missing, values: { field: missing } })
}

function requireEndpoints(settings: ChannelSettings): void {
  if (settings.provider === 'smtp') requireEndpoint('settings.host', settings.host)
  else if (settings.endpoint) requireEndpoint('settings.endpoint', new URL(settings.endpoint).hostname)
}

/** The accounts in force with their secrets, each channel's in its order; all of them where `id` names one. */
export async function openAccounts(scope: Scope, config: Config, id?: string): Promise<OpenAccount[]> {
  const seal = sealOf(config)
  const rows = await inForce(scope)
    .select(['id', 'provider', 'channel', 'name', 'version', 'enabled', 'settings', 'secrets'])
    .$if(id === undefined, (query) => query.where('enabled', '=', true))
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .orderBy('channel')
    .orderBy('priority')
    .orderBy('createdAt')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider as ChannelProvider,
    channel: row.channel as MessageChannel,
    name: row.name,
    version: row.version,
    enabled: row.enabled,
    settings: channelSettings.parse(row.settings),
    secrets: openSecrets(seal, scope.storeId, row),
  }))
}

/** Writes down on the account how the provider answered last, for the settings page. */
export async function noteAnswer(
  scope: Scope,
  id: string,
  answer: { accepted: boolean; refusal?: { code: string; kind: string; reason: string } | undefined },
): Promise<void> {
  const now = scope.now.toString()
  const refusal = answer.refusal ? JSON.stringify(answer.refusal) : null
  await sql`
    UPDATE channel_account SET
      last_accepted_at = CASE WHEN ${answer.accepted}::boolean THEN ${now}::timestamptz ELSE last_accepted_at END,
      last_refused_at = CASE WHEN ${refusal}::text IS NULL THEN last_refused_at ELSE ${now}::timestamptz END,
      last_refusal = coalesce(${refusal}::text, last_refusal)
    WHERE store_id = ${scope.storeId}::uuid AND id = ${id}::uuid`.execute(scope.tx)
}
