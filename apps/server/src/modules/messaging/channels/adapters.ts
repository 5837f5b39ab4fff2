import { createHash } from 'node:crypto'
import { sealOf } from '../../../platform/auth/seal.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { readHttpSettings } from '../../../platform/http/settings.ts'
import { type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { noteAnswer, type OpenAccount, openAccounts } from './accounts.ts'
import type { ChannelAdapter, SendResult } from './channel.ts'
import { makeAdapter } from './providers.ts'
import { refused } from './results.ts'

type Store = Pick<StoreContext, 'id' | 'timeZone'>
type Made = ChannelAdapter & { close?(): void }

/** Adapters are kept while their account stays as it is: connections, SDKs and tokens with them. */
const kept = new WeakMap<Platform['pool'], Map<string, { stamp: string; adapter: Made }>>()

function keptOf({ pool }: Platform) {
  const known = kept.get(pool) ?? new Map<string, { stamp: string; adapter: Made }>()
  kept.set(pool, known)
  return known
}

/** The adapters in force in a store, each channel's in the order of preference; a channel without one has none here. */
export async function adaptersOf(platform: Platform, store: Store): Promise<ChannelAdapter[]> {
  const accounts = await withStore(platform.pool, platform.clock, store, systemActor, (scope) =>
    openAccounts(scope, platform.config),
  )
  return accounts.map((account) => noting(platform, store, account, adapterOf(platform, store, account)))
}

/** The adapter of one account, whether in force or not: for a test message. */
export function adapterOf(platform: Platform, store: Store, account: OpenAccount): ChannelAdapter {
  const { secrets } = account
  if (!secrets) return unreadable(account)
  const key = `${store.id}|${account.id}`
  const stamp = createHash('sha256')
    .update(JSON.stringify([account.version, account.settings, secrets]))
    .digest('hex')
  const adapters = keptOf(platform)
  const known = adapters.get(key)
  if (known?.stamp === stamp) return known.adapter
  known?.adapter.close?.()
  const adapter = makeAdapter({
    platform,
    seal: sealOf(platform.config),
    storeId: store.id,
    timeZone: store.timeZone,
    accountId: account.id,
    settings: account.settings,
    secrets,
    origin: readHttpSettings(platform.config.root).origins[0],
  })
  adapters.set(key, { stamp, adapter })
  return adapter
}

/** Hangs up every kept connection. */
export function closeAdapters(platform: Platform): void {
  const adapters = keptOf(platform)
  for (const { adapter } of adapters.values()) adapter.close?.()
  adapters.clear()
}

function unreadable({ provider, channel }: OpenAccount): ChannelAdapter {
  const reason = '本机打不开已保存的密钥 / the stored secrets cannot be opened on this machine'
  return { key: provider, channel, send: () => Promise.resolve(refused('settings', 'secret-unreadable', reason)) }
}

/** An account's page shows its last answer; a busy one is written down once a minute at most. */
const noteEveryMs = 60_000
const noted = new Map<string, number>()

function noting(platform: Platform, store: Store, account: OpenAccount, adapter: ChannelAdapter): ChannelAdapter {
  return {
    ...adapter,
    send: async (message, signal) => {
      const result = await adapter.send(message, signal)
      const kind = result.state === 'refused' ? (result.kind ?? 'system') : result.state
      const key = `${account.id}|${kind}`
      const at = performance.now()
      if ((noted.get(key) ?? Number.NEGATIVE_INFINITY) + noteEveryMs < at) {
        noted.set(key, at)
        await note(platform, store, account.id, result)
      }
      return result
    },
  }
}

/** Keeps the provider's answer on the account. A refusal of one recipient or text says nothing about the account. */
export async function note(platform: Platform, store: Store, accountId: string, result: SendResult): Promise<void> {
  const aboutUs = result.state === 'refused' && result.kind !== 'recipient' && result.kind !== 'content'
  if (result.state !== 'accepted' && !aboutUs) return
  await withStore(platform.pool, platform.clock, store, systemActor, (scope) =>
    noteAnswer(scope, accountId, {
      accepted: result.state === 'accepted',
      refusal: aboutUs ? { code: result.code, kind: result.kind ?? 'system', reason: result.reason } : undefined,
    }),
  )
}
