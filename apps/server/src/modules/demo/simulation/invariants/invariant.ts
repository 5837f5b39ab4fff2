import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Scope } from '../../../../platform/scope.ts'
import type { SimAsk } from '../cursor.ts'
import type { Luck } from '../luck.ts'

/** What an invariant is told beside the database. */
export interface InvariantFacts {
  readonly ask: SimAsk
  readonly luck: Luck
  /** Customers by their place among the simulated ones. */
  readonly indexOf: ReadonlyMap<string, number>
  readonly calendar: StoreCalendar
  readonly start: Temporal.PlainDate
  /** The first day that was not lived any more. */
  readonly end: Temporal.PlainDate
}

export interface Verdict {
  /** How many things were looked at. */
  readonly checked: number
  /** The ids of what breaks it, all of them. */
  readonly broken: readonly Readonly<Record<string, unknown>>[]
}

/** A promise that must hold over the whole history, checked from the rows alone. */
export interface Invariant {
  readonly name: string
  check(scope: Scope, facts: InvariantFacts): Promise<Verdict>
}
