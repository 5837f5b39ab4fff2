import type { weatherAlert } from '@changhui/contract/weather'
import type { AlertLevel } from '@changhui/rules/weather'
import { type AlertArea, inArea, parseArea, wholeRegion } from '@changhui/rules/weatherArea'
import type { z } from 'zod'
import { deriveId } from '../../platform/ids.ts'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { planSome } from '../care/service.ts'
import type { ProviderAlert } from './provider.ts'
import { storeRegion } from './settings.ts'
import {
  type AlertRow,
  alertById,
  alertNumbers,
  alertsInForce,
  insertAlert,
  latestAlerts,
  liftAlerts,
  liftedByHand,
  regionsOf,
  setTouches,
  updateAlert,
} from './store.ts'

type WeatherAlertView = z.infer<typeof weatherAlert>

/** A warning without an end is over after a day: the services renew what goes on. */
const USUAL_HOURS = 24
/** The page shows a month unless asked for all. */
const SHOWN_HOURS = 31 * 24

const areaOf = (row: AlertRow): AlertArea => ({
  province: row.province,
  city: row.city,
  county: row.county,
  text: row.area,
})

/** The warnings of the last month, or all of them, newest first, each with how many customers it reaches. */
export async function listAlerts(scope: Scope, all: boolean): Promise<WeatherAlertView[]> {
  const since = scope.now.subtract({ hours: SHOWN_HOURS }).toString()
  return viewsOf(scope, await latestAlerts(scope, all ? undefined : since))
}

async function viewsOf(scope: Scope, rows: readonly AlertRow[]): Promise<WeatherAlertView[]> {
  const numbers = await alertNumbers(
    scope,
    rows.map(({ id }) => id),
  )
  return rows.map(({ sourceId: _, province: _p, city: _c, county: _t, ...row }) => ({
    ...row,
    level: row.level as AlertLevel,
    status: row.status as WeatherAlertView['status'],
    inForce: row.status !== 'lifted' && Temporal.Instant.compare(Temporal.Instant.from(row.endsAt), scope.now) > 0,
    ...(numbers.get(row.id) ?? { touched: 0, notices: 0, sent: 0 }),
  }))
}

const viewOf = async (scope: Scope, id: string) => found((await viewsOf(scope, [found(await alertById(scope, id))]))[0])

export interface HandAlert {
  readonly area: string
  readonly kind: string
  readonly level: AlertLevel
  readonly title?: string | undefined
  readonly issuedAt?: string | undefined
  readonly endsAt: string
}

/**
 * Enters a warning by hand and plans its notices. One of the same kind and area that is in force is changed instead of doubled.
 * Throws BAD_REQUEST for an area that is none or an end that has passed.
 */
export async function addAlert(scope: Scope, given: HandAlert): Promise<WeatherAlertView> {
  const area = parseArea(given.area)
  if (!area) throw new Problem('BAD_REQUEST', 'weather.area', { field: 'area' })
  const [issuedAt, endsAt] = [Temporal.Instant.from(given.issuedAt ?? scope.now), Temporal.Instant.from(given.endsAt)]
  if (Temporal.Instant.compare(endsAt, scope.now) <= 0 || Temporal.Instant.compare(endsAt, issuedAt) <= 0)
    throw new Problem('BAD_REQUEST', 'weather.over', { field: 'endsAt' })
  const title = given.title || `${area.text}${given.kind}预警`
  const same = sameEvent(await alertsInForce(scope), { kind: given.kind, area, id: '', supersedes: [] })
  const change = { source: 'hand' as const, sourceId: null, level: given.level, title, endsAt: endsAt.toString() }
  const id = same?.id ?? scope.newId()
  if (same) await updateAlert(scope, id, change)
  else
    await insertAlert(scope, { id, ...change, area, kind: given.kind, status: 'issued', issuedAt: issuedAt.toString() })
  await recordAudit(scope, {
    action: 'weather.alert-entered',
    subjectKind: 'weather-alert',
    subjectId: id,
    detail: { kind: given.kind, level: given.level },
  })
  await touchRegions(scope)
  await noticesFollow(scope)
  return viewOf(scope, id)
}

/** Lifts a warning by hand: its notices that were not sent yet are withdrawn. Throws NOT_FOUND; lifting twice is lifting once. */
export async function liftAlert(scope: Scope, id: string): Promise<WeatherAlertView> {
  found(await alertById(scope, id))
  if ((await liftAlerts(scope, [id], 'hand')) > 0) {
    await recordAudit(scope, { action: 'weather.alert-lifted', subjectKind: 'weather-alert', subjectId: id })
    await noticesFollow(scope)
  }
  return viewOf(scope, id)
}

/** The warning in force that a new one is an edition of: by the source's own word, else by kind and area. */
function sameEvent(
  inForce: readonly AlertRow[],
  { id, supersedes, kind, area }: Pick<ProviderAlert, 'id' | 'supersedes' | 'kind' | 'area'>,
): AlertRow | undefined {
  const named = inForce.find(({ sourceId }) => sourceId !== null && (sourceId === id || supersedes.includes(sourceId)))
  return named ?? inForce.find((one) => one.kind === kind && one.area === area.text)
}

/**
 * Takes over what the provider has in force: new warnings are added, later editions change theirs, and what it no longer has is
 * lifted (those entered by hand stay until a person lifts them or they end). Returns whether anything changed.
 */
export async function takeAlerts(scope: Scope, told: readonly ProviderAlert[]): Promise<boolean> {
  let changed = false
  const still = new Set<string>()
  for (const alert of told) {
    const inForce = await alertsInForce(scope)
    const same = sameEvent(inForce, alert)
    const endsAt = (alert.endsAt ?? (alert.issuedAt ?? scope.now).add({ hours: USUAL_HOURS })).toString()
    if (alert.status === 'lifted') {
      // the end of an old edition is not the end of the one that has taken its place in the same answer
      if (same && !still.has(same.id) && (await liftAlerts(scope, [same.id])) > 0) changed = true
      continue
    }
    const { level, title } = alert
    const change = { source: 'provider' as const, sourceId: alert.id, level, title: title || alert.area.text, endsAt }
    if (same) {
      still.add(same.id)
      const known = same.sourceId === alert.id && same.level === level && sameMoment(same.endsAt, endsAt)
      if (known) continue
      await updateAlert(scope, same.id, change)
    } else {
      const id = deriveId('weather', scope.storeId, alert.id)
      still.add(id)
      // one that is over by its own word is history, not news
      if (Temporal.Instant.compare(Temporal.Instant.from(endsAt), scope.now) <= 0) continue
      if (await liftedByHand(scope, alert.id)) continue
      const issuedAt = (alert.issuedAt ?? scope.now).toString()
      await insertAlert(scope, { id, ...change, area: alert.area, kind: alert.kind, status: 'issued', issuedAt })
    }
    changed = true
  }
  const gone = (await alertsInForce(scope)).filter(({ id, source }) => source === 'provider' && !still.has(id))
  const lifted = await liftAlerts(
    scope,
    gone.map(({ id }) => id),
  )
  return changed || lifted > 0
}

const sameMoment = (a: string, b: string) => Temporal.Instant.from(a).equals(Temporal.Instant.from(b))

/** Works out anew which regions of customers the warnings in force reach. */
export async function touchRegions(scope: Scope): Promise<void> {
  const alerts = await alertsInForce(scope)
  if (alerts.length === 0) return
  const home = await storeRegion(scope)
  const places = (await regionsOf(scope)).map((one) => ({
    ...one,
    whole: wholeRegion(one.region, one.outOfTown, home),
  }))
  const touches = alerts.flatMap((alert) => {
    const area = areaOf(alert)
    const reached = places.filter(({ whole }) => whole !== '' && inArea(whole, area))
    return reached.map(({ region, outOfTown }) => ({ alertId: alert.id, region, outOfTown }))
  })
  await setTouches(
    scope,
    alerts.map(({ id }) => id),
    touches,
  )
}

/** What has run out counts as lifted when it ended, so that nobody is told of it any more. */
export async function endWhatIsOver({ tx, storeId, now }: Scope): Promise<void> {
  await tx
    .updateTable('weatherAlert')
    .set((eb) => ({ status: 'lifted', liftedAt: eb.ref('endsAt'), version: eb('version', '+', 1) }))
    .where('storeId', '=', storeId)
    .where('status', '<>', 'lifted')
    .where('endsAt', '<=', now.toString())
    .execute()
}

/** Lets the weather notices follow: those of lifted warnings close, those of new ones are planned. */
export async function noticesFollow(scope: Scope): Promise<void> {
  await planSome(scope, ['weather'])
}
