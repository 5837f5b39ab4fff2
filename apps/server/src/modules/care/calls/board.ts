import type { careContract } from '@changhui/contract/care'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { programmeOf } from '../programmes/all.ts'

type Board = z.infer<NonNullable<(typeof careContract)['board']['~orpc']['outputSchema']>>

/**
 * The day's completion (CARE-21). `due`: tasks whose call was owed by that day and still open, and those closed on it;
 * `overdue`: open though their call was owed before; `blocked`: open without a usable number.
 */
export async function dayBoard(scope: Scope, day: Temporal.PlainDate): Promise<Board> {
  const from = day.toZonedDateTime(scope.timeZone).toInstant().toString()
  const to = day.add({ days: 1 }).toZonedDateTime(scope.timeZone).toInstant().toString()
  return {
    day: day.toString(),
    programmes: await programmesOf(scope, day.toString(), from, to),
    people: await peopleOf(scope, from, to),
    hours: await hoursOf(scope, from, to),
    recent: await recentOf(scope, from, to),
  }
}

async function programmesOf(
  { tx, storeId, now }: Scope,
  day: string,
  from: string,
  to: string,
): Promise<Board['programmes']> {
  const { rows } = await sql<Omit<Board['programmes'][number], 'work'>>`
    SELECT programme, (count(*) FILTER (WHERE ended OR (live AND call_by <= ${day}::date AND blocked_by IS NULL)))::int AS due,
      (count(*) FILTER (WHERE ended AND state = 'done'))::int AS done,
      (count(*) FILTER (WHERE live AND state = 'attempting' AND blocked_by IS NULL))::int AS attempting,
      (count(*) FILTER (WHERE live AND state = 'open' AND blocked_by IS NULL))::int AS open,
      (count(*) FILTER (WHERE ended AND state = 'failed'))::int AS failed,
      (count(*) FILTER (WHERE live AND call_by < ${day}::date AND blocked_by IS NULL))::int AS overdue,
      (count(*) FILTER (WHERE live AND blocked_by IS NOT NULL))::int AS blocked,
      (count(*) FILTER (WHERE live AND blocked_by IS NULL AND waits))::int AS held
    FROM (
      SELECT programme, state, call_by, blocked_by, (held_by IS NOT NULL AND next_at > ${now.toString()}::timestamptz) OR id IN (
          SELECT m.task_id FROM message m
          WHERE m.store_id = ${storeId}::uuid AND m.state = 'queued' AND m.held IS NOT NULL AND m.task_id IS NOT NULL) AS waits, state IN ('open', 'attempting') AS live,
        state IN ('done', 'failed') AND closed_at >= ${from}::timestamptz AND closed_at < ${to}::timestamptz AS ended
      FROM task
      WHERE store_id = ${storeId}::uuid AND opens_on <= ${day}::date
        AND (state IN ('open', 'attempting') OR (closed_at >= ${from}::timestamptz AND closed_at < ${to}::timestamptz))
    ) t GROUP BY programme ORDER BY programme`.execute(tx)
  return rows.map((row) => ({ ...row, work: programmeOf(row.programme).work }))
}

async function peopleOf(scope: Scope, from: string, to: string): Promise<Board['people']> {
  const { tx, storeId } = scope
  const { rows } = await sql<{
    userId: string | null
    calls: number
    reached: number
    booked: number
    done: number
    lastCallAt: string | null
  }>`
    SELECT a.by_user AS user_id, count(*)::int AS calls, (count(*) FILTER (WHERE a.result IN ('reached', 'refused')))::int AS reached,
      (count(*) FILTER (WHERE a.outcome = 'booked'))::int AS booked,
      (count(DISTINCT a.task_id) FILTER (WHERE t.state IN ('done', 'failed', 'cancelled') AND t.closed_at = a.at))::int AS done,
      max(a.at) AS last_call_at
    FROM attempt a JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
    WHERE a.store_id = ${storeId}::uuid AND a.at >= ${from}::timestamptz AND a.at < ${to}::timestamptz
    GROUP BY a.by_user`.execute(tx)
  const calling = await tx
    .selectFrom('task as t')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 't.storeId').onRef('c.id', '=', 't.customerId'))
    .select(['t.claimedBy', 'c.name'])
    .where('t.storeId', '=', storeId)
    .where('t.state', 'in', ['open', 'attempting'])
    .where('t.claimedUntil', '>', scope.now.toString())
    .execute()
  const ids = [...new Set([...rows.map((one) => one.userId), ...calling.map((one) => one.claimedBy)])]
  const names = await staffNames(tx, ids)
  return ids
    .map((userId) => {
      const done = rows.find((one) => one.userId === userId)
      return {
        userId,
        name: names.get(userId ?? '') ?? '—',
        calls: done?.calls ?? 0,
        reached: done?.reached ?? 0,
        booked: done?.booked ?? 0,
        done: done?.done ?? 0,
        lastCallAt: done?.lastCallAt ?? null,
        calling: calling.find((one) => one.claimedBy === userId)?.name ?? null,
      }
    })
    .sort((a, b) => b.calls - a.calls || a.name.localeCompare(b.name))
}

async function hoursOf({ tx, storeId, timeZone }: Scope, from: string, to: string): Promise<Board['hours']> {
  const { rows } = await sql<Board['hours'][number]>`
    SELECT extract(hour FROM at AT TIME ZONE ${timeZone}::text)::int AS hour, count(*)::int AS calls,
      (count(*) FILTER (WHERE result IN ('reached', 'refused')))::int AS reached
    FROM attempt WHERE store_id = ${storeId}::uuid AND at >= ${from}::timestamptz AND at < ${to}::timestamptz
    GROUP BY 1 ORDER BY 1`.execute(tx)
  return rows
}

async function recentOf({ tx, storeId }: Scope, from: string, to: string): Promise<Board['recent']> {
  const rows = await tx
    .selectFrom('attempt as a')
    .innerJoin('task as t', (join) => join.onRef('t.storeId', '=', 'a.storeId').onRef('t.id', '=', 'a.taskId'))
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 't.storeId').onRef('c.id', '=', 't.customerId'))
    .select(['a.at', 'a.byUser', 'a.result', 'a.outcome', 'c.name as customerName'])
    .where('a.storeId', '=', storeId)
    .where('a.at', '>=', from)
    .where('a.at', '<', to)
    .orderBy('a.at', 'desc')
    .limit(20)
    .execute()
  const names = await staffNames(
    tx,
    rows.map((row) => row.byUser),
  )
  return rows.map(({ byUser, ...row }) => ({ ...row, name: names.get(byUser ?? '') ?? '—' }))
}
