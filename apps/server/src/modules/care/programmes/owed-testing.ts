import { sql } from 'kysely'
import { dueOfStore } from '../engine/follow.ts'
import { dueRows } from '../engine/plan-sql.ts'
import { isPlanned, type Programme } from '../engine/programme.ts'
import type { careStore } from '../testing.ts'

/** A row of a due query. */
export interface DueRow {
  readonly customerId: string
  readonly vehicleId: string | null
  readonly cycle: string
  readonly dueOn: string
  readonly callBy: string
  readonly closesOn: string
  readonly why: Record<string, unknown>
}

/** Whom a programme owes something on a day, as the plan sees it. */
export function owed(
  programme: Programme,
  asOf: Temporal.PlainDate,
  store: Awaited<ReturnType<typeof careStore>>,
): Promise<DueRow[]> {
  if (!isPlanned(programme)) throw new Error(`${programme.key} is not planned`)
  return store.scoped(async (scope) => {
    const { parameters } = (await dueOfStore(scope, asOf))(programme)
    const { rows } = await sql<DueRow>`
      SELECT customer_id, vehicle_id, cycle, due_on, call_by, closes_on, why FROM (${dueRows(programme, parameters)}) d`.execute(
      scope.tx,
    )
    return rows
  })
}

/** Mulberry32: the same facts every time. */
export function chance(seed: number): (from: number, to: number) => number {
  let state = seed
  return (from, to) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return from + Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * (to - from + 1))
  }
}

/** Ids in groups, easily told apart. */
export const idAt = (group: number, i: number) =>
  `00000000-${String(group).padStart(4, '0')}-7000-8000-${String(i).padStart(12, '0')}`
