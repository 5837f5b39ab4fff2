import type { AttemptPolicy } from '@changhui/rules/attemptPolicy'
import type { RawBuilder } from 'kysely'

export type ValueKind = number | boolean | string

/** One value a store may set: range, unit, the id of the rule it comes from and its default. */
export interface ProgrammeValue {
  readonly key: string
  readonly default: ValueKind
  readonly min?: number
  readonly max?: number
  readonly unit?: string
  readonly zh: string
  readonly en: string
  readonly source: string
}

export type ProgrammeValues = Readonly<Record<string, ValueKind>>

/** What a due query is told: nothing in it reads a clock, so that a second run of the day finds the same rows. */
export interface DueParameters {
  readonly storeId: string
  readonly asOf: Temporal.PlainDate
  /** The day by which a vehicle found too late for its normal call is called. */
  readonly lateCallBy: Temporal.PlainDate
  readonly values: ProgrammeValues
}

/** A kind of care: everything the engine, the call list and the settings page need to know about it, in one file. */
export interface Programme {
  readonly key: string
  readonly zh: string
  readonly en: string
  readonly values: readonly ProgrammeValue[]
  /**
   * Who is due: one set-based SELECT of store_id, vehicle_id, customer_id, cycle, due_on, opens_on, call_by, closes_on, answer,
   * priority and why, for each vehicle that has a round running, whenever it is due; the engine takes the rows whose window holds
   * the as-of day. `cycle` names the round, ascending from round to round: with it the id of the task is derived, and an open task
   * of an earlier round is closed with the outcome `answer`. Missing: a person or another task makes these tasks.
   */
  readonly dueSql?: (parameters: DueParameters) => RawBuilder<unknown>
  /** Without a due query: the outcome the facts give an open task `t` of a customer `c`, as an SQL expression; NULL = still owed. */
  readonly answered?: RawBuilder<unknown>
  /** Working days within which a vehicle found late is called. */
  readonly lateCallDays?: (values: ProgrammeValues) => number
  /** How often and when to try (CARE-14). */
  readonly policy: (values: ProgrammeValues) => AttemptPolicy
  readonly script: string
  /** Work at the desk: its tasks never stand in the call list. */
  readonly desk?: true
  /** Share of due customers to be reminded (KPI-03 counts against it). */
  readonly standard: { readonly reminded: number }
}

/** A programme the daily plan makes tasks for. */
export type PlannedProgramme = Programme & Required<Pick<Programme, 'dueSql' | 'lateCallDays'>>

export function isPlanned(programme: Programme): programme is PlannedProgramme {
  return programme.dueSql !== undefined && programme.lateCallDays !== undefined
}
