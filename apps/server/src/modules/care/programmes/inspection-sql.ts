import { type RawBuilder, sql } from 'kysely'
import { whole } from './due-sql.ts'

type Sql = RawBuilder<unknown>

/** Months since the year nought, so that months can be counted and compared. */
const month = (day: Sql): Sql => sql`((date_part('year', ${day}) * 12 + date_part('month', ${day}))::int - 1)`

/** The last day of such a month. */
const monthEnd = (index: Sql): Sql => sql`(make_date((${index} + 1) / 12, (${index} + 1) % 12 + 1, 1) - 1)`

/** The next multiple of `step` that is not less. */
const upTo = (months: Sql, step: number): Sql =>
  sql`((${months} + ${whole(step - 1)}) / ${whole(step)}) * ${whole(step)}`

/**
 * The inspection a vehicle owes next (`nextInspection` of the rules, CARE-20), up to `lateDays` past its end, for days from
 * 2022-11 on, when the opinion of 2022 decides: due_on = the end of its month, why = rule, kind and exception. A day somebody stated
 * goes before the schedule while it is not past. In months since the registration instead of a list of years: one row a vehicle.
 */
export function inspectionRound(asOf: Temporal.PlainDate, lateDays: number) {
  const earliest = asOf.subtract({ days: lateDays })
  const first = whole(earliest.year * 12 + earliest.month - 1)
  const f = sql`v.first`
  // OFFSET 0: each step is worked out once instead of again wherever its result is used
  const from = (vehicles: Sql): Sql => sql`(
    SELECT v.*, v.registered + CASE
        WHEN v.relieved THEN CASE WHEN ${f} <= 120 THEN ${upTo(f, 24)} ELSE ${upTo(f, 12)} END
        WHEN v.category IN ('small-passenger', 'van') THEN CASE WHEN ${f} <= 72 THEN ${upTo(f, 24)} WHEN ${f} <= 180 THEN ${upTo(f, 12)} ELSE ${upTo(f, 6)} END
        WHEN ${f} <= CASE v.category WHEN 'commercial' THEN 60 ELSE 120 END THEN ${upTo(f, 12)}
        ELSE ${upTo(f, 6)} END AS lawful,
      CASE WHEN v.stated >= ${first} AND (v.inspected IS NULL OR v.inspected < v.stated - 2) THEN v.stated END AS known
    FROM (
      SELECT v.*, greatest(${first} - v.registered, v.inspected - v.registered + 3, 1) AS first,
        v.category = 'small-passenger' AND v.exception IS NULL AS relieved
      FROM (
        SELECT v.store_id, v.id, v.owner_id, v.inspection_due_on, coalesce(v.registered_on, v.delivered_on) AS registered_on,
          ${month(sql`coalesce(v.registered_on, v.delivered_on)`)} AS registered, ${month(sql`v.inspected_on`)} AS inspected,
          ${month(sql`v.inspection_due_on`)} AS stated,
          coalesce(v.inspection_category, CASE v.purpose WHEN 'commercial' THEN 'commercial' ELSE 'small-passenger' END) AS category,
          CASE WHEN v.seats > 9 THEN 'seats' WHEN v.inspection_exception IS NOT NULL THEN v.inspection_exception
            WHEN coalesce(v.registered_on, v.delivered_on) > v.made_on + interval '4 years' THEN 'registered-late' END AS exception
        FROM ${vehicles} v
        WHERE v.state = 'active' AND coalesce(v.registered_on, v.delivered_on, v.inspection_due_on) IS NOT NULL
        OFFSET 0
      ) v OFFSET 0
    ) v OFFSET 0
  ) v`
  const age = sql`(v.lawful - v.registered)`
  return {
    from,
    dueOn: monthEnd(sql`coalesce(v.known, v.lawful)`),
    /** The law says more than somebody's day only where both name the same month. */
    why: sql`CASE WHEN v.known IS NULL OR v.known = v.lawful THEN jsonb_strip_nulls(jsonb_build_object(
        'by', CASE WHEN v.known IS NULL THEN 'law' ELSE 'stated' END, 'registeredOn', v.registered_on,
        'rule', CASE WHEN v.relieved THEN 'opinion-2022' ELSE 'regulation' END,
        'kind', CASE WHEN v.relieved AND (${age} < 72 OR ${age} = 96) THEN 'mark' ELSE 'test' END, 'ageMonths', ${age},
        'exception', CASE WHEN v.category <> 'small-passenger' THEN 'category' ELSE v.exception END))
      ELSE jsonb_build_object('by', 'stated', 'statedOn', v.inspection_due_on) END`,
  }
}

/** First day of the month two before that of a due day: the earliest the law lets it be done. */
export const lawfulFrom = (dueOn: Sql): Sql => sql`(date_trunc('month', ${dueOn}) - interval '2 months')::date`
