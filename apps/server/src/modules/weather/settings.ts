import type { weatherSettings, weatherSource } from '@changhui/contract/weather'
import { parseArea } from '@changhui/rules/weatherArea'
import type { z } from 'zod'
import type { Seal } from '../../platform/auth/seal.ts'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { saveSetting, settingOf } from '../settings/service.ts'
import type { WeatherAccount } from './provider.ts'

const SETTINGS = 'weather'
const SOURCE = 'weather-source'

interface Stored {
  readonly provider: 'none' | 'qweather'
  readonly host: string
  /** Sealed: it can be read again by this installation only. */
  readonly key: string | null
  readonly latitude: number | null
  readonly longitude: number | null
  readonly region: string
}
const unset: Stored = { provider: 'none', host: '', key: null, latitude: null, longitude: null, region: '' }

type Settings = z.infer<typeof weatherSettings>
export type WeatherSource = z.infer<typeof weatherSource>

async function stored(scope: Scope): Promise<{ value: Stored; version: number }> {
  const setting = await settingOf<Partial<Stored>>(scope, SETTINGS)
  return { value: { ...unset, ...setting?.value }, version: setting?.version ?? 0 }
}

/** Provider, place and region of the store; of the key only whether there is one. */
export async function settingsOf(scope: Scope): Promise<Settings> {
  const { value, version } = await stored(scope)
  const { key, ...rest } = value
  return { ...rest, keySet: key !== null, version }
}

/** Where the store is, as far as it said: 北京市朝阳区; empty where it did not. */
export async function storeRegion(scope: Scope): Promise<string> {
  return (await stored(scope)).value.region
}

const placeOfKey = (storeId: string) => `weather:${storeId}`

/** The account to ask with, undefined where no provider is set up whole; its key null when this machine cannot open it. */
export async function accountOf(
  scope: Scope,
  seal: Seal,
): Promise<(Omit<WeatherAccount, 'key'> & { readonly key: string | null }) | undefined> {
  const { provider, host, key: sealed, latitude, longitude, region } = (await stored(scope)).value
  const key = sealed && (seal.open(placeOfKey(scope.storeId), sealed) ?? null)
  if (provider !== 'qweather' || !host || !sealed || latitude === null || longitude === null) return undefined
  return { host, key, latitude, longitude, region }
}

export type SettingsChange = Omit<Settings, 'keySet'> & { readonly key?: string | undefined }

/** An account's own host; nothing else is ever asked, so that no address typed here can lead into the internal network. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+qweatherapi\.com$/

/** Changes provider and region. Throws BAD_REQUEST naming the field, CONFLICT for an old version. */
export async function changeSettings(scope: Scope, seal: Seal, change: SettingsChange): Promise<Settings> {
  const { version, key, ...rest } = change
  const before = (await stored(scope)).value
  const value: Stored = {
    ...rest,
    host: rest.host.toLowerCase(),
    key: key === undefined ? before.key : seal.close(placeOfKey(scope.storeId), key),
  }
  if (value.region && !parseArea(value.region)) throw new Problem('BAD_REQUEST', 'weather.area', { field: 'region' })
  if (value.host && !HOST.test(value.host)) throw new Problem('BAD_REQUEST', 'weather.host', { field: 'host' })
  if (value.provider === 'qweather') {
    const missing = (['host', 'key', 'latitude', 'longitude'] as const).find(
      (field) => !value[field] && value[field] !== 0,
    )
    if (missing) throw new Problem('BAD_REQUEST', 'weather.account', { field: missing })
  }
  await saveSetting(scope, SETTINGS, value, version)
  await recordAudit(scope, {
    action: 'setting.weather',
    subjectKind: 'setting',
    subjectId: SETTINGS,
    detail: { provider: value.provider, region: value.region, keyChanged: key !== undefined },
  })
  return settingsOf(scope)
}

type Checked = Pick<WeatherSource, 'checkedAt' | 'problem' | 'attributions'>
const unchecked: Checked = { checkedAt: null, problem: null, attributions: [] }

/** How the provider was last asked. */
export async function sourceOf(scope: Scope): Promise<WeatherSource> {
  const { provider, region } = (await stored(scope)).value
  const last = await settingOf<Checked>(scope, SOURCE)
  return { provider, regionKnown: region !== '', ...(last?.value ?? unchecked) }
}

/** Writes down how asking went. Being one row it also lets two that ask at once follow one another. */
export async function noteChecked(
  scope: Scope,
  problem: string | null,
  attributions?: readonly string[],
): Promise<void> {
  const { tx, storeId, now } = scope
  const last = await settingOf<Checked>(scope, SOURCE)
  const value: Checked = {
    checkedAt: now.toString(),
    problem,
    attributions: [...(attributions ?? last?.value.attributions ?? [])],
  }
  const fields = { value: JSON.stringify(value), updatedAt: now.toString() }
  await tx
    .insertInto('storeSetting')
    .values({ storeId, area: SOURCE, ...fields })
    .onConflict((conflict) => conflict.columns(['storeId', 'area']).doUpdateSet(fields))
    .execute()
}
