import { addWorkingDays, nextOpenDay } from '@changhui/rules/calendar'
import { ORDER_STEPS, type OrderStep } from '@changhui/rules/newOwner'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters } from '../engine/programme.ts'
import { dayOf, whole } from './due-sql.ts'
import { toldSelect } from './told.ts'

/** What a step is called to the customer. */
const WORDS: Readonly<Record<OrderStep, string>> = {
  ordered: '订单已确认',
  scheduled: '已安排生产',
  built: '已生产下线',
  shipped: '已发运',
  arrived: '已到达本店',
  ready: '已完成交车前检查，随时可以交车',
}
const GREETING = '仍在按计划推进，感谢您的耐心等待'

/** A step or greeting that was not told in time is told so many days later at most. */
const LATE_DAYS = 7
/** A step noted longer ago is history when the order is entered. */
const FAR_DAYS = 60

/** For each day back, the last day on which what happened then is told, and the next open day. */
function lastDays({ asOf, calendar }: DueParameters, tellWithinDays: number): RawBuilder<unknown> {
  const rows = Array.from({ length: FAR_DAYS + 1 }, (_, back) => {
    const day = asOf.subtract({ days: back })
    const by = addWorkingDays(day, tellWithinDays, calendar) ?? day
    return { day: day.toString(), by: by.toString(), next: (nextOpenDay(day, calendar) ?? day).toString() }
  })
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS n (day date, by date, next date)`
}

/**
 * The waiting orders with what `waitingTouches` of the rules looks at: the newest step by the as-of day and whether it was told,
 * whether the invitation is due, and since when the customer has heard nothing. Reads the CTE `told` of the query it stands in.
 */
export function waitingOrders(parameters: DueParameters, inviteDaysBefore: number): RawBuilder<unknown> {
  const { storeId, asOf, customers } = parameters
  return sql`
    SELECT o.store_id, o.id, o.customer_id, o.model, o.promised_on, s.step, s.reached_on, h.heard_on,
      EXISTS (SELECT FROM told t WHERE t.store_id = o.store_id AND t.order_id = o.id AND t.about = s.step) AS step_told,
      o.promised_on - ${whole(inviteDaysBefore)} AS invite_on,
      coalesce(o.promised_on - ${whole(inviteDaysBefore)} <= ${dayOf(asOf)} AND ${dayOf(asOf)} < o.promised_on, false)
        AND NOT EXISTS (SELECT FROM told t WHERE t.store_id = o.store_id AND t.order_id = o.id AND t.about = 'invitation') AS inviting
    FROM new_car_order o
    JOIN ${customers} c ON c.store_id = o.store_id AND c.id = o.customer_id
    LEFT JOIN LATERAL (
      SELECT p.step, p.reached_on FROM new_car_step p
      WHERE p.store_id = o.store_id AND p.order_id = o.id AND p.reached_on <= ${dayOf(asOf)}
      ORDER BY array_position(${[...ORDER_STEPS]}::text[], p.step) DESC LIMIT 1
    ) s ON true
    LEFT JOIN LATERAL (
      SELECT max(w.heard_on) AS heard_on FROM (
        SELECT t.told_on AS heard_on FROM told t WHERE t.store_id = o.store_id AND t.order_id = o.id
        UNION ALL
        SELECT p.reached_on FROM new_car_step p WHERE p.store_id = o.store_id AND p.order_id = o.id AND p.step = 'ordered'
      ) w
    ) h ON true
    WHERE o.store_id = ${storeId}::uuid AND o.state = 'waiting'`
}

/** The words a customer is owed of his order: the newest step not told yet, else a greeting after a long silence (CARE-24). */
export function waitingSql(
  parameters: DueParameters,
  settings: { readonly tellWithinDays: number; readonly quietDays: number; readonly inviteDaysBefore: number },
): RawBuilder<unknown> {
  const { storeId, asOf, calendar } = parameters
  const days = lastDays(parameters, settings.tellWithinDays)
  const quiet = whole(settings.quietDays)
  const columns = (
    about: RawBuilder<unknown>,
    on: RawBuilder<unknown>,
    by: RawBuilder<unknown>,
    words: RawBuilder<unknown>,
  ) => sql`
    o.store_id, NULL::uuid AS vehicle_id, o.customer_id, o.id || ':' || ${about} AS cycle, ${on} AS due_on, ${on} AS opens_on, ${by} AS call_by,
    ${by} + ${LATE_DAYS}::int AS closes_on, 'expired' AS answer, 2::smallint AS priority,
    jsonb_build_object('orderId', o.id, 'about', ${about}, 'variables', jsonb_build_object('车型', o.model, '用车提示', ${words})) AS why`
  const word = sql`${JSON.stringify(WORDS)}::jsonb ->> o.step`
  return sql`
    WITH told AS (${toldSelect(storeId, calendar.timeZone)}),
      o AS (${waitingOrders(parameters, settings.inviteDaysBefore)}),
      n AS (SELECT n.day, n.by, n.next FROM ${days})
    SELECT ${columns(sql`o.step`, sql`o.reached_on`, sql`n.by`, word)}
    FROM o JOIN n ON n.day = o.reached_on
    WHERE NOT o.step_told
    UNION ALL
    SELECT ${columns(sql`'greeting:' || (o.heard_on + ${quiet})`, sql`(o.heard_on + ${quiet})`, sql`n.next`, sql`${GREETING}::text`)}
    FROM o JOIN n ON n.day = o.heard_on + ${quiet}
    WHERE coalesce(o.step_told, true) AND NOT o.inviting AND o.heard_on + ${quiet} <= ${dayOf(asOf)}`
}
