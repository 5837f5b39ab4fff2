import { DEFAULT_HOURS, type StoreCalendar, type StoreHours } from '@changhui/rules/calendar'
import type { Scope } from '../../../platform/scope.ts'
import type { Programme, ProgrammeValues, ValueKind } from './programme.ts'

/** Opening hours, parts of the day and closures of the scope's store (ORG-03); the defaults where nothing is set. */
export async function storeCalendar(scope: Scope): Promise<StoreCalendar> {
  const { tx, storeId, timeZone } = scope
  const hours = await setting(scope, 'hours')
  const closures = await tx
    .selectFrom('storeClosure')
    .select(['day', 'reason'])
    .where('storeId', '=', storeId)
    .execute()
  return { timeZone, hours: (hours as StoreHours | undefined) ?? DEFAULT_HOURS, closures }
}

export interface ProgrammeInForce {
  readonly enabled: boolean
  readonly values: ProgrammeValues
}

/** A programme's values in the scope's store: its own settings over the defaults. */
export async function programmeInForce(scope: Scope, programme: Programme): Promise<ProgrammeInForce> {
  const stored = (await setting(scope, `programme:${programme.key}`)) as
    | { enabled?: boolean; values?: Record<string, ValueKind> }
    | undefined
  const values = Object.fromEntries(programme.values.map((one) => [one.key, stored?.values?.[one.key] ?? one.default]))
  return { enabled: stored?.enabled ?? true, values }
}

async function setting({ tx, storeId }: Scope, area: string): Promise<unknown> {
  const query = tx.selectFrom('storeSetting').select('value').where('storeId', '=', storeId).where('area', '=', area)
  return (await query.executeTakeFirst())?.value
}
