import { DEFAULT_HOURS, type StoreCalendar, type StoreHours } from '@changhui/rules/calendar'
import { sql } from 'kysely'
import type { Db } from '../../platform/db.ts'
import { sqlState } from '../../platform/db.ts'
import { readOnce } from '../../platform/remember.ts'
import type { Scope } from '../../platform/scope.ts'

export interface StoreRow {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly timeZone: string
  readonly demo: boolean
}

export interface NewStore {
  readonly id: string
  /** Capital letters, digits, `_` and `-`, up to 32. */
  readonly code: string
  readonly name: string
  readonly timeZone?: string
  readonly demo?: boolean
}

/** Why a store could not be added. */
export type StoreRefusal = 'code-form' | 'code-taken' | 'time-zone'

/** Adds a store (ORG-01). Unscoped: a store is a reference row that comes before every scope. */
export async function addStore(db: Db, store: NewStore, now: Temporal.Instant): Promise<StoreRow | StoreRefusal> {
  if (!/^[A-Z0-9][A-Z0-9_-]{0,31}$/.test(store.code)) return 'code-form'
  const timeZone = store.timeZone ?? 'Asia/Shanghai'
  if (!isTimeZone(timeZone, now)) return 'time-zone'
  const row = { id: store.id, code: store.code, name: store.name, timeZone, demo: store.demo ?? false }
  try {
    await db
      .insertInto('store')
      .values({ ...row, createdAt: now.toString() })
      .execute()
  } catch (error) {
    if (sqlState(error) === '23505') return 'code-taken'
    throw error
  }
  return row
}

/** All stores in order of code. Unscoped. */
export async function listStores(db: Db): Promise<readonly StoreRow[]> {
  return db.selectFrom('store').select(['id', 'code', 'name', 'timeZone', 'demo']).orderBy('code').execute()
}

/** The store of a code, in any case. Unscoped. */
export async function findStore(db: Db, code: string): Promise<StoreRow | undefined> {
  return db
    .selectFrom('store')
    .select(['id', 'code', 'name', 'timeZone', 'demo'])
    .where('code', '=', sql<string>`upper(${code})`)
    .executeTakeFirst()
}

/** Opening hours, parts of the day and closures of the scope's store (ORG-03); the defaults where nothing is set. */
export function calendarOfStore(scope: Scope): Promise<StoreCalendar> {
  return readOnce(scope.tx, `calendar ${scope.storeId}`, () => readCalendar(scope))
}

async function readCalendar(scope: Scope): Promise<StoreCalendar> {
  const { tx, storeId, timeZone } = scope
  const [settings, closures] = await Promise.all([
    storeSettings(scope),
    tx.selectFrom('storeClosure').select(['day', 'reason']).where('storeId', '=', storeId).execute(),
  ])
  return { timeZone, hours: (settings.get('hours') as StoreHours | undefined) ?? DEFAULT_HOURS, closures }
}

/** The settings in force of the scope's store by area, all in one read: nearly every transaction wants several. */
export function storeSettings({ tx, storeId }: Scope): Promise<ReadonlyMap<string, unknown>> {
  return readOnce(tx, `settings ${storeId}`, async () => {
    const rows = await tx.selectFrom('storeSetting').select(['area', 'value']).where('storeId', '=', storeId).execute()
    return new Map(rows.map(({ area, value }) => [area, value as unknown]))
  })
}

function isTimeZone(name: string, now: Temporal.Instant): boolean {
  try {
    now.toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}
