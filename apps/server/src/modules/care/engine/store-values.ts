import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Scope } from '../../../platform/scope.ts'
import { calendarOfStore, storeSettings } from '../../stores/service.ts'
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
export async function allInForce(scope: Scope): Promise<(programme: Programme) => ProgrammeInForce> {
  const settings = await storeSettings(scope)
  return (programme) => over(programme, settings.get(`programme:${programme.key}`) as Stored | undefined)
}

function over(programme: Programme, stored: Stored | undefined): ProgrammeInForce {
  const values = Object.fromEntries(programme.values.map((one) => [one.key, stored?.values?.[one.key] ?? one.default]))
  return { enabled: stored?.enabled ?? true, values }
}
