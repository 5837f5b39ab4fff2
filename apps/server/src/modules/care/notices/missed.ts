import { before, openWindow } from '@changhui/rules/calendar'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { queueMessages } from '../../messaging/service.ts'
import { allInForce, storeCalendar } from '../engine/store-values.ts'
import { programmes } from '../programmes/all.ts'
import { closeTasks } from './close.ts'
import { wishesFor } from './dispatch.ts'
import { type NoticeTask, waysOf } from './text.ts'

/**
 * Calls that count only until a moment of their day (CARE-07: a birthday within two hours of opening) and were not made by then: each
 * gets the message instead and ends as `unreachable`, counted as a missed call. Who is on the phone just now, or has asked for a
 * later hour, is left alone; who has waited for a number since the store opened, until it closes: found by then, he is called
 * still. Returns how many ended.
 */
export async function endMissedCalls(scope: Scope): Promise<number> {
  const { tx, storeId, today, now } = scope
  const calendar = await storeCalendar(scope)
  const inForce = await allInForce(scope)
  const window = openWindow(today, calendar)
  // without a number all day, or with one found since: `updated_at` is when it came or changed its state
  const reachable =
    window && before(now, window.closes)
      ? sql`AND EXISTS (
          SELECT FROM customer_phone p WHERE p.store_id = t.store_id AND p.customer_id = t.customer_id AND p.state = 'usable'
            AND p.updated_at <= ${window.opens.toString()}::timestamptz)`
      : sql``
  let ended = 0
  for (const programme of programmes) {
    const { values } = inForce(programme)
    const moment = programme.messageAfter?.(today, calendar, values)
    if (!moment || Temporal.Instant.compare(now, moment) < 0) continue
    const { rows: tasks } = await sql<NoticeTask>`
      SELECT t.id, t.programme, t.customer_id, t.vehicle_id, t.closes_on, t.version, t.why FROM task t
      WHERE t.store_id = ${storeId}::uuid AND t.programme = ${programme.key} AND t.due_on = ${today.toString()}::date AND t.state IN ('open', 'attempting')
        AND (t.claimed_until IS NULL OR t.claimed_until <= ${now.toString()}::timestamptz)
        AND NOT (t.waited_for AND t.next_at > ${now.toString()}::timestamptz) ${reachable}
      FOR UPDATE OF t SKIP LOCKED`.execute(tx)
    if (tasks.length === 0) continue
    const { wishes, unsent } = await wishesFor(scope, programme, waysOf(programme, values), tasks)
    await queueMessages(scope, wishes)
    const reasons = new Map(unsent.map(({ id, detail }) => [id, detail]))
    ended += await closeTasks(
      scope,
      tasks.map(({ id }) => ({ id, outcome: 'unreachable', detail: { missed: true, ...reasons.get(id) } })),
    )
  }
  return ended
}
