import { addWorkingDays } from '@changhui/rules/calendar'
import { sql } from 'kysely'
import type { Scope } from '../../../../platform/scope.ts'
import { type Contact, contactsOf } from './contacts.ts'
import { counted } from './count.ts'
import type { Invariant } from './invariant.ts'
import { localClock } from './local.ts'

interface Try {
  readonly task: string
  readonly at: number
  readonly result: string
  readonly phone: string | null
  readonly programme: string
  /** When the customer's number was last corrected before this call, the due date last moved away by a week or more, or the window began. */
  readonly anew: number | null
}

const missed = new Set(['no-answer', 'busy', 'off'])
const partOf = (minute: number) => (minute < 11 * 60 + 30 ? 0 : minute < 14 * 60 + 30 ? 1 : 2)

/** Unanswered tries of a task: at most three, in three parts of the day, within three days (CARE-14); a second phone may be tried at once. */
const threeParts: Invariant = {
  name: 'three-tries-three-parts-three-days',
  check: async (scope) => {
    const { rows } = await sql<Try>`
      SELECT a.task_id AS task, (extract(epoch FROM a.at) * 1000)::float8 AS at, a.result, a.phone_id AS phone, t.programme,
        (extract(epoch FROM greatest(
          (SELECT max(k.closed_at) FROM task k
            WHERE k.store_id = t.store_id AND k.customer_id = t.customer_id AND k.programme = 'number-correction'
              AND k.outcome = 'corrected' AND k.closed_at < a.at),
          (SELECT max(e.at) FROM timeline_event e
            WHERE e.store_id = t.store_id AND e.customer_id = t.customer_id AND e.task_id = t.id AND e.kind = 'task.due-moved'
              AND e.at < a.at AND (e.data ->> 'dueOn')::date - (e.data ->> 'from')::date >= 7),
          -- tries a week before the window belong to the one that was
          (SELECT w.at FROM (SELECT (t.opens_on - 7)::timestamp AT TIME ZONE ${scope.timeZone}::text AS at) w WHERE w.at <= a.at)
          )) * 1000)::float8 AS anew
      FROM attempt a JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
      WHERE a.store_id = ${scope.storeId}::uuid AND a.channel = 'call'
      ORDER BY a.task_id, a.at, a.id`.execute(scope.tx)
    const broken: Record<string, unknown>[] = []
    const tasks = Map.groupBy(rows, (one) => one.task)
    for (const [task, calls] of tasks) {
      for (const round of roundsOf(calls)) {
        const why = wrongRound(round, scope.timeZone)
        if (why) broken.push({ task, programme: calls[0]?.programme, why })
      }
    }
    return { checked: tasks.size, broken }
  },
}

/** The unanswered tries that belong together: since somebody was reached, a number was corrected, or the window opened anew. */
function roundsOf(calls: readonly Try[]): Try[][] {
  const rounds: Try[][] = [[]]
  let anew: number | null = null
  for (const call of calls) {
    if (call.anew !== anew) rounds.push([])
    anew = call.anew
    if (call.result === 'reached') rounds.push([])
    else if (missed.has(call.result)) rounds.at(-1)?.push(call)
  }
  return rounds.filter((round) => round.length > 0)
}

/** A second phone dialled within a minute of the first belongs to the same try. */
function wrongRound(round: readonly Try[], timeZone: string): string | null {
  const tries = round.filter((call, place) => {
    const before = round[place - 1]
    return !(before && before.phone !== call.phone && call.at - before.at < 15 * 60_000)
  })
  const clocks = tries.map((call) => localClock(call.at, timeZone))
  if (tries.length > 3) return `${tries.length} tries`
  if (new Set(clocks.map((clock) => partOf(clock.minute))).size < tries.length) return 'the same part of the day'
  const [first] = clocks
  const last = clocks.at(-1)
  if (!first || !last) return null
  const days = Temporal.PlainDate.from(first.day).until(Temporal.PlainDate.from(last.day)).days
  return days > 2 ? `spread over ${days + 1} days` : null
}

/** A birthday call is made on the day, within two hours of opening, unless the customer named another hour (CARE-07). */
const birthdayCalls: Invariant = {
  name: 'birthday-within-two-hours',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(*) FROM task WHERE store_id = ${scope.storeId}::uuid AND programme = 'birthday'`,
      sql`SELECT t.id AS task, t.due_on AS "dueOn", a.at FROM task t
        JOIN LATERAL (SELECT a.at FROM attempt a WHERE a.store_id = t.store_id AND a.task_id = t.id ORDER BY a.at LIMIT 1) a ON true
        WHERE t.store_id = ${scope.storeId}::uuid AND t.programme = 'birthday'
          AND ((a.at AT TIME ZONE ${scope.timeZone})::date <> t.due_on OR (a.at AT TIME ZONE ${scope.timeZone})::time > '10:30')`,
    ),
}

interface Reminder {
  readonly customer: string
  readonly task: string
  readonly plannedOn: string
  readonly firstOn: string | null
  readonly closedOn: string | null
  /** Every due day with the day it was set. */
  readonly dues: readonly { readonly on: string; readonly due: string }[]
  readonly blocked: boolean
}

/** A service is reminded of at least seven days before it is due, one found late within three working days (CARE-03). */
const inGoodTime: Invariant = {
  name: 'reminded-in-good-time',
  check: async (scope, { calendar, end }) => {
    const reminders = await remindersOf(scope)
    const contacts = await contactsOf(scope)
    const broken: Record<string, unknown>[] = []
    let checked = 0
    for (const one of reminders) {
      // without a number nobody can be called, which is counted elsewhere
      if (one.blocked) continue
      const until = one.firstOn ?? one.closedOn ?? end.subtract({ days: 1 }).toString()
      const known = one.dues.filter((due) => due.on < until).at(-1) ?? one.dues[0]
      if (!known) continue
      checked += 1
      const early = Temporal.PlainDate.from(known.due).subtract({ days: 7 })
      const late = addWorkingDays(Temporal.PlainDate.from(known.on), 3, calendar)
      const last = early.toString() < known.on && late ? late.toString() : early.toString()
      if (until <= last || restsOn(last, one.task, contacts.get(one.customer) ?? [], scope.timeZone)) continue
      broken.push({
        task: one.task,
        due: known.due,
        known: known.on,
        calledOn: one.firstOn,
        closedOn: one.closedOn,
        last,
      })
    }
    return { checked, broken }
  },
}

/** Whether other matters kept the customer from being called on a day: two in the week before, five in the month, or one within a day. */
function restsOn(day: string, task: string, all: readonly Contact[], timeZone: string): boolean {
  const evening = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: '17:30' }).epochMilliseconds
  const others = (days: number) =>
    new Set(
      all
        .filter(
          (one) =>
            one.task !== task &&
            one.at <= evening &&
            one.at > evening - days * 86_400_000 &&
            one.purpose !== 'complaint',
        )
        .map((one) => one.task),
    ).size
  // from the last opening to this evening: whoever had a contact since rested then
  return others(8) >= 2 || others(31) >= 5 || others(2) >= 1
}

async function remindersOf(scope: Scope): Promise<Reminder[]> {
  const day = (moment: ReturnType<typeof sql>) => sql`((${moment}) AT TIME ZONE ${scope.timeZone})::date`
  const { rows } = await sql<Reminder>`
    SELECT t.id AS task, t.customer_id AS customer, t.planned_on, ${day(sql`t.closed_at`)} AS closed_on,
      (SELECT ${day(sql`min(a.at)`)} FROM attempt a WHERE a.store_id = t.store_id AND a.task_id = t.id) AS first_on,
      (SELECT jsonb_agg(jsonb_build_object('on', ${day(sql`e.at`)}, 'due', e.data ->> 'dueOn') ORDER BY e.at)
        FROM timeline_event e WHERE e.store_id = t.store_id AND e.customer_id = t.customer_id AND e.task_id = t.id
          AND e.kind IN ('task.planned', 'task.due-moved')) AS dues,
      t.blocked_by IS NOT NULL OR EXISTS (SELECT FROM task k WHERE k.store_id = t.store_id AND k.customer_id = t.customer_id
        AND k.programme = 'number-correction') OR NOT EXISTS (SELECT FROM customer_phone p
        WHERE p.store_id = t.store_id AND p.customer_id = t.customer_id AND p.source = 'staff' AND p.updated_at <= t.planned_on) AS blocked
    FROM task t WHERE t.store_id = ${scope.storeId}::uuid AND t.programme = 'regular-service'`.execute(scope.tx)
  return rows.map((row) => ({ ...row, dues: row.dues ?? [] }))
}

export const callInvariants: readonly Invariant[] = [threeParts, birthdayCalls, inGoodTime]
