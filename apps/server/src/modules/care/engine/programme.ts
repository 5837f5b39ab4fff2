import type { AttemptPolicy } from '@changhui/rules/attemptPolicy'
import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Channel, Purpose } from '@changhui/rules/gate'
import type { RawBuilder } from 'kysely'

export type ValueKind = number | boolean | string

/** One value a store may set: range, unit, the id of the rule it comes from and its default. */
export interface ProgrammeValue {
  readonly key: string
  readonly default: ValueKind
  readonly min?: number
  readonly max?: number
  readonly unit?: string
  /** A text that is one of these. */
  readonly options?: readonly { readonly value: string; readonly zh: string; readonly en: string }[]
  readonly zh: string
  readonly en: string
  readonly source: string
}

export type ProgrammeValues = Readonly<Record<string, ValueKind>>

/** Whether a store wants a programme, and its values there. */
export interface ProgrammeInForce {
  readonly enabled: boolean
  readonly values: ProgrammeValues
}

/** What a due query is told: nothing in it reads a clock, so that a second run of the day finds the same rows. */
export interface DueParameters {
  readonly storeId: string
  readonly asOf: Temporal.PlainDate
  /** The day by which a vehicle found too late for its normal call is called. */
  readonly lateCallBy: Temporal.PlainDate
  readonly values: ProgrammeValues
  readonly calendar: StoreCalendar
  /** The vehicles to look at, all of the store or a few: `FROM ${vehicles} v`. A programme of vehicles reads no other source for them. */
  readonly vehicles: RawBuilder<unknown>
  /** The customers to look at, likewise for a programme of customers; merged ones are among them. */
  readonly customers: RawBuilder<unknown>
  /** Another programme in this store, so that two never remind of the same thing. */
  readonly other: (key: string) => ProgrammeInForce
  /** The programmes that share this one's rounds, itself among them: whose tasks its rows may find. */
  readonly sameRounds: readonly string[]
}

/**
 * What the task asks for: a call from the list; a message, sent by itself; a word at the reception, shown on the customer page
 * and the card until its reason has gone; work at a desk.
 */
export type Work = 'call' | 'message' | 'reception' | 'desk'

/** A kind of care: everything the engine, the call list and the settings page need to know about it, in one file. */
export interface Programme {
  readonly key: string
  readonly zh: string
  readonly en: string
  /** Only calls stand in the call list, need a phone and end when the customer refuses calls. */
  readonly work: Work
  /** Whom a round belongs to. A programme of customers gives NULL for `vehicle_id`. */
  readonly subject: 'vehicle' | 'customer'
  /** Why one gets in touch, for the contact gate (CARE-18). */
  readonly purpose: Purpose
  /** Who does it, missing = the care department. `advisor`: assigned to the customer's advisor at planning unless the value `advisorCalls` is off. */
  readonly by?: 'advisor' | 'insurance' | 'care'
  readonly values: readonly ProgrammeValue[]
  /** Pairs of values of which the first must be less. */
  readonly rising?: readonly (readonly [less: string, more: string])[]
  /**
   * Who is due: one set-based SELECT of store_id, vehicle_id, customer_id, cycle, due_on, opens_on, call_by, closes_on, answer,
   * priority and why, for each subject that has a round running, whenever it is due; the engine takes the rows whose window holds
   * the as-of day. `cycle` names the round, ascending from round to round: with it the id of the task is derived, and an open task
   * of an earlier round is closed with the outcome `answer`. Missing: a person or another task makes these tasks.
   */
  readonly dueSql?: (parameters: DueParameters) => RawBuilder<unknown>
  /** Several rounds of one subject may run at once: a task belongs to the row of its own cycle and never hears of later ones. */
  readonly rounds?: 'many'
  /** The outcome of an open task `t` (vehicle `v`, customer `c`) whose round stands no longer in the due query; NULL = superseded. */
  readonly gone?: RawBuilder<unknown>
  /** Its tasks share their ids with this programme's: of the two, whichever comes first keeps the round of a subject. */
  readonly roundsOf?: string
  /** Why a subject (vehicle `v` or customer `c`) has no row in the due query, as an SQL expression giving a word; NULL = nothing to say. */
  readonly notDue?: (parameters: DueParameters) => RawBuilder<unknown>
  /** An invitation to the workshop: any appointment from today on answers it. */
  readonly endsWhenBooked?: true
  /** Without a due query: the outcome the facts give an open task `t` of a customer `c`, as an SQL expression; NULL = still owed. */
  readonly answered?: RawBuilder<unknown>
  /** Working days within which a vehicle found late is called; missing = the same day. */
  readonly lateCallDays?: (values: ProgrammeValues) => number
  /** How often and when to try (CARE-14). */
  readonly policy: (values: ProgrammeValues) => AttemptPolicy
  /** What the caller says; empty where nobody calls. */
  readonly script: string
  /** The ways of a message, in order of preference. */
  readonly channels?: (values: ProgrammeValues) => readonly Channel[]
  /** A call that counts on its day only until a moment (CARE-07): who was not called by then gets the message; null = no such moment. */
  readonly messageAfter?: (
    day: Temporal.PlainDate,
    calendar: StoreCalendar,
    values: ProgrammeValues,
  ) => Temporal.Instant | null
  /** The message itself, with {{variables}}. */
  readonly template?: string
  /** What "done elsewhere" in a call tells of the car: a service (missing), its inspection, or nothing the books keep. */
  readonly elsewhere?: 'inspection' | 'nothing'
  /** Share of due customers to be reminded (KPI-03 counts against it). */
  readonly standard: { readonly reminded: number }
}

/** A programme the daily plan makes tasks for. */
export type PlannedProgramme = Programme & Required<Pick<Programme, 'dueSql'>>

export function isPlanned(programme: Programme): programme is PlannedProgramme {
  return programme.dueSql !== undefined
}

/** What the ids of a programme's tasks are derived with: its own key, or that of the programme it shares its rounds with. */
export const roundsKey = ({ key, roundsOf }: Programme): string => roundsOf ?? key
