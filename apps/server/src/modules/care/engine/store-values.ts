import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Tx } from '../../../platform/db.ts'
import { readOnce } from '../../../platform/remember.ts'
import type { Scope } from '../../../platform/scope.ts'
import { calendarOfStore } from '../../stores/service.ts'
import type { Programme, ProgrammeInForce, ValueKind } from './programme.ts'

/** Opening hours, parts of the day and closures of the scope's store (ORG-03); the defaults where nothing is set. */
export function storeCalendar(scope: Scope): Promise<StoreCalendar> {
  return calendarOfStore(scope)
}

interface Stored {
  readonly enabled?: boolean
  readonly values?: Readonly<Record<string, ValueKind>>
}

/** A programme's values in the scope's store: its own settings over the defaults. */
export async function programmeInForce(scope: Scope, programme: Programme): Promise<ProgrammeInForce> {
  return (await allInForce(scope))(programme)
}

/** The same for every programme asked about, read at once. */
export function allInForce({ tx, storeId }: Scope): Promise<(programme: Programme) => ProgrammeInForce> {
  return readOnce(tx, `programmes ${storeId}`, () => readInForce(tx, storeId))
}

async function readInForce(tx: Tx, storeId: string): Promise<(programme: Programme) => ProgrammeInForce> {
  const rows = await tx
    .selectFrom('storeSetting')
    .select(['area', 'value'])
    .where('storeId', '=', storeId)
    .where('area', 'like', 'programme:%')
    .execute()
  const stored = new Map(rows.map(({ area, value }) => [area, value as unknown]))
  return (programme) => over(programme, stored.get(`programme:${programme.key}`) as Stored | undefined)
}

function over(programme: Programme, stored: Stored | undefined): ProgrammeInForce {
  const values = Object.fromEntries(programme.values.map((one) => [one.key, stored?.values?.[one.key] ?? one.default]))
  return { enabled: stored?.enabled ?? true, values }
}
