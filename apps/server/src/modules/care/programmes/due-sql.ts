import { type RawBuilder, sql } from 'kysely'
import type { DueParameters } from '../engine/programme.ts'

type Sql = RawBuilder<unknown>

/** A whole number of a setting. */
export const whole = (value: number): Sql => sql`${value}::int`

/** A day of the application in a due query. */
export const dayOf = (day: Temporal.PlainDate): Sql => sql`${day.toString()}::date`

/** A day so many months later, on the last of a shorter month, as `PlainDate.add`. */
export const monthsAfter = (day: Sql, months: Sql): Sql => sql`(${day} + make_interval(months => ${months}))::date`

/** A day so many months earlier. */
export const monthsBefore = (day: Sql, months: Sql): Sql => sql`(${day} - make_interval(months => ${months}))::date`

/**
 * The columns due_on, opens_on, call_by, closes_on and priority of a round, the same days as `around` of the rules gives: the call
 * is never due before the task opens, and who is found too late for it is called within the store's working days.
 */
export function windowColumns(
  { asOf, lateCallBy }: DueParameters,
  days: { readonly dueOn: Sql; readonly opensOn: Sql; readonly callDaysBefore: number; readonly lateDays: number },
  priority = 3,
): Sql {
  const { dueOn, opensOn } = days
  const day = dayOf(asOf)
  const callBy = sql`greatest(${dueOn} - ${whole(days.callDaysBefore)}, ${opensOn})`
  return sql`${dueOn} AS due_on, ${opensOn} AS opens_on,
    CASE WHEN ${callBy} < ${day} THEN ${dayOf(lateCallBy)} ELSE ${callBy} END AS call_by,
    ${dueOn} + ${whole(days.lateDays)} AS closes_on,
    (CASE WHEN ${dueOn} < ${day} THEN ${whole(priority - 1)} ELSE ${whole(priority)} END)::smallint AS priority`
}

/**
 * When a vehicle `v` is due again since its anchor, by time and by predicted mileage (`nextDue` of the rules, CARE-03, CARE-19); the
 * earlier of the two decides.
 */
export function serviceDue(months: Sql, km: Sql): { readonly byTimeOn: Sql; readonly byMileageOn: Sql } {
  // hundredths as whole numbers: the same day as the rule in TypeScript, whatever the fraction
  // greatest() passes over NULL: without the CASE an unknown mileage would count as 1 km a day
  const hundredths = sql`CASE WHEN v.daily_km IS NOT NULL THEN round(least(greatest(v.daily_km, 1), 500) * 100)::bigint END`
  const newer = sql`(v.anchor_km IS NOT NULL AND v.odometer_km IS NOT NULL AND v.odometer_on > v.anchor_on)`
  const left = sql`CASE WHEN ${newer} THEN greatest(v.anchor_km + ${km} - v.odometer_km, 0) ELSE ${km} END`
  return {
    byTimeOn: monthsAfter(sql`v.anchor_on`, months),
    byMileageOn: sql`(CASE WHEN ${newer} THEN v.odometer_on ELSE v.anchor_on END)
      + (((${left}) * 100 + ${hundredths} - 1) / ${hundredths})::int`,
  }
}

/** The interval of a vehicle `v`: its model's own, else the store's. */
export const intervalOf = (intervalMonths: number, intervalKm: number): { readonly months: Sql; readonly km: Sql } => ({
  months: sql`coalesce(v.interval_months, ${whole(intervalMonths)})`,
  km: sql`coalesce(v.interval_km, ${whole(intervalKm)})`,
})

/** What an anchor says about the reminder it ends. */
export const anchorAnswer: Sql = sql`CASE v.anchor_kind WHEN 'service' THEN 'returned' WHEN 'elsewhere' THEN 'elsewhere' ELSE 'superseded' END`

/** The outcome of a service reminder whose round is over because the car was serviced since: the cycle is the anchor it counted from. */
export const servedSince: Sql = sql`CASE WHEN v.anchor_kind <> 'delivery' AND v.anchor_on::text > t.cycle THEN ${anchorAnswer} END`

/** A private car that is still the customer's. */
export const privateCar: Sql = sql`v.state = 'active' AND v.purpose = 'private'`
