import type { Tariff } from '@changhui/contract/templates'
import type { Scope } from '../../../platform/scope.ts'
import type { MessageChannel } from '../channels/channel.ts'

interface AccountSettings {
  readonly signature?: string
  readonly templates?: readonly { readonly template: string; readonly code: string }[]
}

/**
 * What SMS are counted, checked and priced by: the store's first SMS account. Without one the outbox shows the messages and they
 * cost nothing; the store's name stands for the signature then.
 */
export async function tariffOf(scope: Scope): Promise<Tariff> {
  const [account] = await accountsOf(scope, 'sms')
  const store = await scope.tx
    .selectFrom('store')
    .select('name')
    .where('id', '=', scope.storeId)
    .executeTakeFirstOrThrow()
  const provider = account?.provider === 'aliyun' || account?.provider === 'tencent' ? account.provider : 'other'
  return {
    signature: account?.settings.signature ?? store.name,
    provider,
    counting: 'mainland',
    fenPerSegment: account?.fenPerSegment ?? 0,
  }
}

/** What a text is called at the store's providers of a channel, where they only send texts of theirs. */
export async function filingsOf(scope: Scope, key: string, channel: MessageChannel) {
  const accounts = await accountsOf(scope, channel)
  return accounts.flatMap(({ provider, name, settings }) => {
    const lines = settings.templates ?? []
    const line = lines.find(({ template }) => template === key) ?? lines.find(({ template }) => template === '*')
    return line ? [{ provider, name, code: line.code }] : []
  })
}

/** How a store sends on a channel: by an account, as shown by the outbox while it has no account at all, or not. */
export async function wayOf(scope: Scope, channel: MessageChannel): Promise<'account' | 'outbox' | 'none'> {
  if (channel === 'in-app') return 'outbox'
  const accounts = await accountsOf(scope)
  if (accounts.length === 0) return 'outbox'
  return accounts.some((one) => one.channel === channel) ? 'account' : 'none'
}

async function accountsOf({ tx, storeId }: Scope, channel?: MessageChannel) {
  const rows = await tx
    .selectFrom('channelAccount')
    .select(['provider', 'channel', 'name', 'settings', 'fenPerSegment'])
    .where('storeId', '=', storeId)
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel ?? ''))
    .where('enabled', '=', true)
    .where('removedAt', 'is', null)
    .orderBy('priority')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, settings: row.settings as AccountSettings }))
}
