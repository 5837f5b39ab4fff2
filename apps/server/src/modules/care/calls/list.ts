import type { careContract } from '@changhui/contract/care'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import type { Scope } from '../../../platform/scope.ts'
import { deskWork } from '../programmes/all.ts'
import { type Caller, type Desk, deskOf } from './desk.ts'
import { selectTasks, type TaskFacts, type TaskRow, toTaskRows } from './rows.ts'

type Output<Route extends keyof typeof careContract> = z.infer<
  NonNullable<(typeof careContract)[Route]['~orpc']['outputSchema']>
>
export interface CallFilters {
  readonly programme?: string | undefined
  readonly when: 'now' | 'today' | 'all'
  readonly query?: string | undefined
  readonly whose?: 'mine' | 'all' | undefined
  /** A person, or `none` for what nobody is assigned to. */
  readonly assignee?: string | undefined
}
interface Page {
  readonly cursor?: string | undefined
  readonly limit: number
}

const moment = z.union([z.literal('infinity'), z.iso.datetime()])
const cursorForm = z.tuple([z.int().min(0).max(2), moment, z.int().min(0).max(1000), z.iso.date(), z.guid()])
/** A task without an hour of its own comes behind those whose hour has come. */
const hour = sql<string>`coalesce(t.next_at, 'infinity')`
const endOfDay = ({ today, timeZone }: Scope) => today.add({ days: 1 }).toZonedDateTime(timeZone).toInstant().toString()
const startOfDay = ({ today, timeZone }: Scope) => today.toZonedDateTime(timeZone).toInstant().toString()

/** What can be called: open, inside its window, with a number; corrections are desk work. */
function callable(
  { tx, storeId, today }: Scope,
  { programme, query, whose, assignee }: Omit<CallFilters, 'when'>,
  desk: Desk,
) {
  const part = query ? `%${query.replaceAll(/[\\%_]/g, (one) => `\\${one}`)}%` : undefined
  return tx
    .selectFrom('task as t')
    .where('t.storeId', '=', storeId)
    .where('t.state', 'in', ['open', 'attempting'])
    .where('t.blockedBy', 'is', null)
    .where('t.opensOn', '<=', today.toString())
    .where('t.closesOn', '>=', today.toString())
    .where('t.programme', 'not in', deskWork)
    .$if(whose !== 'all', (rows) => rows.where(desk.visible))
    .$if(assignee === 'none', (rows) => rows.where('t.assigneeId', 'is', null))
    .$if(assignee !== undefined && assignee !== 'none', (rows) => rows.where('t.assigneeId', '=', assignee ?? ''))
    .$if(programme !== undefined, (rows) => rows.where('t.programme', '=', programme ?? ''))
    .$if(part !== undefined, (rows) =>
      rows.where(
        sql<boolean>`(EXISTS (SELECT FROM customer c WHERE c.store_id = t.store_id AND c.id = t.customer_id AND c.name ILIKE ${part})
          OR EXISTS (SELECT FROM vehicle v WHERE v.store_id = t.store_id AND v.id = t.vehicle_id AND v.plate ILIKE ${part}))`,
      ),
    )
}

export type ListedTask = TaskFacts & { readonly rank: number }

/**
 * The call list by hour and priority (CARE-21): the person's own, his role's, the rest; of each whose hour has come, then the most
 * urgent; at most `limit` behind `after`. The rows are chosen before names and plates are looked up for them.
 */
export async function listedCalls(
  scope: Scope,
  filters: CallFilters,
  limit: number,
  desk: Desk,
  after?: z.infer<typeof cursorForm>,
): Promise<ListedTask[]> {
  const until = filters.when === 'now' ? scope.now.toString() : endOfDay(scope)
  const chosen = callable(scope, filters, desk)
    .$if(filters.when !== 'all', (rows) =>
      rows.where((eb) => eb.or([eb('t.nextAt', 'is', null), eb('t.nextAt', '<=', until)])),
    )
    .$if(after !== undefined, (rows) =>
      rows.where(
        sql<boolean>`(${desk.rank}, coalesce(t.next_at, 'infinity'), t.priority, t.call_by, t.id) > (${after?.[0]}::int, ${after?.[1]}::timestamptz, ${after?.[2]}::smallint, ${after?.[3]}::date, ${after?.[4]}::uuid)`,
      ),
    )
    .select('t.id')
    .orderBy(desk.rank)
    .orderBy(hour)
    .orderBy('t.priority')
    .orderBy('t.callBy')
    .orderBy('t.id')
    .limit(limit)
  return selectTasks(scope)
    .where('t.id', 'in', chosen)
    .select(desk.rank.as('rank'))
    .orderBy(desk.rank)
    .orderBy(hour)
    .orderBy('t.priority')
    .orderBy('t.callBy')
    .orderBy('t.id')
    .execute()
}

/** One page of the call list with the day's counts. */
export async function callList(scope: Scope, input: CallFilters & Page, caller?: Caller): Promise<Output<'calls'>> {
  const desk = await deskOf(scope, caller)
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, cursorForm)
  const tasks = await listedCalls(scope, input, input.limit + 1, desk, after)
  const page = tasks.slice(0, input.limit)
  const last = tasks.length > input.limit ? page.at(-1) : undefined
  return {
    rows: await toTaskRows(scope, page),
    nextCursor: last ? encodeCursor(last.rank, last.nextAt ?? 'infinity', last.priority, last.callBy, last.id) : null,
    ...(await dayCounts(scope, input, desk)),
  }
}

/** What is open and what was done today, of the same people: one's own closings beside one's own calls, the store's beside the store's. */
async function dayCounts(scope: Scope, filters: CallFilters, desk: Desk) {
  const now = scope.now.toString()
  const today = scope.today.toString()
  const tonight = endOfDay(scope)
  const { programme, whose, assignee } = filters
  const open = await callable(scope, { programme, whose, assignee }, desk)
    .select([
      sql<number>`(count(*) FILTER (WHERE t.next_at IS NULL OR t.next_at <= ${now}))::int`.as('waiting'),
      sql<number>`(count(*) FILTER (WHERE t.next_at > ${now}))::int`.as('later'),
      sql<number>`(count(*) FILTER (WHERE t.call_by <= ${today} OR t.next_at < ${tonight}))::int`.as('owed'),
    ])
    .executeTakeFirstOrThrow()
  const person = whose !== 'all' ? scope.actor.id : assignee === 'none' ? undefined : assignee
  const closed = await scope.tx
    .selectFrom('task as t')
    .select(sql<number>`count(*)::int`.as('done'))
    .where('t.storeId', '=', scope.storeId)
    .where('t.closedAt', '>=', startOfDay(scope))
    .where('t.closedAt', '<', tonight)
    // a person's call that ended with "sold" is work done; what the facts called off is none
    .where('t.state', 'in', person === undefined ? ['done', 'failed'] : ['done', 'failed', 'cancelled'])
    // greetings that went out by themselves are no calls made
    .where('t.programme', 'not in', deskWork)
    .$if(programme !== undefined, (rows) => rows.where('t.programme', '=', programme ?? ''))
    .$if(assignee === 'none', (rows) => rows.where('t.assigneeId', 'is', null))
    .$if(person !== undefined, (rows) =>
      rows.where(
        sql<boolean>`EXISTS (SELECT FROM attempt a WHERE a.store_id = t.store_id AND a.task_id = t.id AND a.at = t.closed_at AND a.by_user = ${person})`,
      ),
    )
    .executeTakeFirstOrThrow()
  return { waiting: open.waiting, later: open.later, doneToday: closed.done, dueToday: open.owed + closed.done }
}

/** Open and past tasks of a customer, the open ones first. */
export async function customerTasks(scope: Scope, customerId: string): Promise<TaskRow[]> {
  const tasks = await selectTasks(scope)
    .where('t.customerId', '=', customerId)
    .orderBy(sql`t.state NOT IN ('open', 'attempting')`)
    .orderBy('t.dueOn', 'desc')
    .orderBy('t.id')
    .limit(200)
    .execute()
  return toTaskRows(scope, tasks)
}
