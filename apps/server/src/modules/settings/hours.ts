import type { storeHours, storeSettings } from '@changhui/contract/settings'
import { DEFAULT_HOURS, holidaysKnown, statutoryDays } from '@changhui/rules/calendar'
import type { z } from 'zod'
import { found, Problem } from '../../platform/problem.ts'
import { forgetRead } from '../../platform/remember.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { selectSetting, writeSetting } from './store.ts'

type StoreHours = z.infer<typeof storeHours>
type StoreSettings = z.infer<typeof storeSettings>

/** The store with its opening hours, the defaults where nothing is set (version 0). */
export async function storeSettingsOf(scope: Scope): Promise<StoreSettings> {
  const [store, hours] = [
    found(
      await scope.tx
        .selectFrom('store')
        .select(['name', 'phone', 'address', 'timeZone'])
        .where('id', '=', scope.storeId)
        .executeTakeFirst(),
    ),
    await selectSetting<StoreHours>(scope, 'hours'),
  ]
  return { ...store, hours: hours?.value ?? structuredClone(DEFAULT_HOURS as StoreHours), version: hours?.version ?? 0 }
}

export type StoreChange = Pick<StoreSettings, 'name' | 'phone' | 'address' | 'hours' | 'version'>

/** Changes the store and its hours. Throws BAD_REQUEST for hours that end before they begin, CONFLICT for an old version. */
export async function changeStore(scope: Scope, change: StoreChange): Promise<StoreSettings> {
  requireHours(change.hours)
  await writeSetting(scope, 'hours', change.hours, change.version)
  await scope.tx
    .updateTable('store')
    .set({ name: change.name, phone: change.phone, address: change.address })
    .where('id', '=', scope.storeId)
    .execute()
  await recordAudit(scope, {
    action: 'setting.store',
    subjectKind: 'setting',
    subjectId: 'hours',
    detail: { hours: change.hours },
  })
  return storeSettingsOf(scope)
}

/** `HH:MM` compares as text. Parts of the day follow one another without overlap (CARE-14). */
function requireHours({ week, parts }: StoreHours): void {
  const backwards = (span: { from: string; to: string } | null) => span !== null && span.from >= span.to
  const day = week.findIndex(backwards)
  if (day >= 0) throw new Problem('BAD_REQUEST', 'hours.invalid', { field: `hours.week.${day}` })
  const part = parts.findIndex((span, i) => backwards(span) || (i > 0 && span.from < (parts[i - 1]?.to ?? '')))
  if (part >= 0) throw new Problem('BAD_REQUEST', 'hours.invalid', { field: `hours.parts.${part}` })
}

/** The store's own closures of a year beside the statutory calendar (ORG-03). */
export async function closuresOf(scope: Scope, year: number) {
  const closures = await scope.tx
    .selectFrom('storeClosure')
    .select(['day', 'reason'])
    .where('storeId', '=', scope.storeId)
    .where('day', '>=', `${year}-01-01`)
    .where('day', '<=', `${year}-12-31`)
    .orderBy('day')
    .execute()
  const days = statutoryDays(year).map(({ day, kind, name }) => ({
    day,
    kind: kind === 'holiday' ? ('holiday' as const) : ('make-up' as const),
    name,
  }))
  return { closures, calendar: { published: holidaysKnown(year), days } }
}

/** Adds a closure; naming a day again changes its reason. */
export async function addClosure(scope: Scope, day: string, reason: string): Promise<void> {
  await scope.tx
    .insertInto('storeClosure')
    .values({ storeId: scope.storeId, day, reason })
    .onConflict((conflict) => conflict.columns(['storeId', 'day']).doUpdateSet({ reason }))
    .execute()
  forgetRead(scope.tx)
  await recordAudit(scope, { action: 'setting.closure-added', subjectKind: 'closure', subjectId: day })
}

/** Takes a closure back. Throws NOT_FOUND when there is none. */
export async function removeClosure(scope: Scope, day: string): Promise<void> {
  found(
    await scope.tx
      .deleteFrom('storeClosure')
      .where('storeId', '=', scope.storeId)
      .where('day', '=', day)
      .returning('day')
      .executeTakeFirst(),
  )
  forgetRead(scope.tx)
  await recordAudit(scope, { action: 'setting.closure-removed', subjectKind: 'closure', subjectId: day })
}
