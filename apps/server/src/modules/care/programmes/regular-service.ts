import {
  REGULAR_SERVICE_DEFAULTS,
  REGULAR_SERVICE_RANGES,
  type RegularServiceSettings,
} from '@changhui/rules/regularService'
import { sql } from 'kysely'
import type { Programme, ProgrammeValue } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'

const whole = (key: keyof RegularServiceSettings, unit: string, zh: string, en: string): ProgrammeValue => ({
  key,
  default: REGULAR_SERVICE_DEFAULTS[key],
  ...REGULAR_SERVICE_RANGES[key],
  unit,
  zh,
  en,
  source: 'CARE-03',
})

/**
 * 定保 Regular service (CARE-03): due by interval or by predicted mileage, whichever first. The cycle is the anchor, so a
 * new reading moves the due date of the same task and never makes a second one.
 */
export const regularService: Programme = {
  key: 'regular-service',
  zh: '定期保养',
  en: 'Regular service',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  endsWhenBooked: true,
  values: [
    whole('intervalMonths', 'month', '保养间隔（月）', 'Interval in months'),
    whole('intervalKm', 'km', '保养间隔（公里）', 'Interval in kilometres'),
    whole('opensDaysBefore', 'day', '到期前几天生成任务', 'Task opens, days before it is due'),
    whole('callDaysBefore', 'day', '最迟在到期前几天致电', 'Call made at least, days before'),
    whole('lateDays', 'day', '逾期几天内仍提醒', 'Still taken, days late'),
    whole('overdueCallWorkingDays', 'workday', '逾期客户几个工作日内致电', 'Overdue called within, working days'),
    ...attemptValues,
  ],
  lateCallDays: (values) => Number(values.overdueCallWorkingDays),
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您的{{车型}}（{{车牌}}）上次保养是{{上次保养日期}}，预计{{到期日}}到下次保养。' +
    '提醒您近期安排，来店请带上保养手册和行驶证。您看哪天方便，我现在为您预约？',
  standard: { reminded: 1 },
  dueSql: ({ asOf, lateCallBy, values, vehicles }) => {
    const day = sql`${asOf.toString()}::date`
    const months = sql`coalesce(v.interval_months, ${Number(values.intervalMonths)}::int)`
    const km = sql`coalesce(v.interval_km, ${Number(values.intervalKm)}::int)`
    const open = sql`${Number(values.opensDaysBefore)}::int`
    const call = sql`${Number(values.callDaysBefore)}::int`
    const late = sql`${Number(values.lateDays)}::int`
    // hundredths as whole numbers: the same day as the rule in TypeScript, whatever the fraction
    // greatest() passes over NULL: without the CASE an unknown mileage would count as 1 km a day
    const hundredths = sql`CASE WHEN v.daily_km IS NOT NULL THEN round(least(greatest(v.daily_km, 1), 500) * 100)::bigint END`
    const newer = sql`(v.anchor_km IS NOT NULL AND v.odometer_km IS NOT NULL AND v.odometer_on > v.anchor_on)`
    const left = sql`CASE WHEN ${newer} THEN greatest(v.anchor_km + ${km} - v.odometer_km, 0) ELSE ${km} END`
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, d.anchor_on::text AS cycle, d.due_on, d.due_on - ${open} AS opens_on,
        CASE WHEN d.due_on - ${call} < ${day} THEN ${lateCallBy.toString()}::date ELSE d.due_on - ${call} END AS call_by,
        d.due_on + ${late} AS closes_on, d.answer, (CASE WHEN d.due_on < ${day} THEN 2 ELSE 3 END)::smallint AS priority,
        jsonb_build_object('by', CASE WHEN d.by_mileage_on < d.by_time_on THEN 'mileage' ELSE 'time' END,
          'anchorOn', d.anchor_on, 'byTimeOn', d.by_time_on, 'byMileageOn', d.by_mileage_on) AS why
      FROM (
        SELECT v.store_id, v.vehicle_id, v.customer_id, v.anchor_on, v.answer, v.by_time_on, v.by_mileage_on,
          least(v.by_time_on, v.by_mileage_on) AS due_on
        FROM (
          SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.anchor_on,
            CASE v.anchor_kind WHEN 'service' THEN 'returned' WHEN 'elsewhere' THEN 'elsewhere' ELSE 'superseded' END AS answer,
            (v.anchor_on + make_interval(months => ${months}))::date AS by_time_on,
            (CASE WHEN ${newer} THEN v.odometer_on ELSE v.anchor_on END)
              + (((${left}) * 100 + ${hundredths} - 1) / ${hundredths})::int AS by_mileage_on
          FROM ${vehicles} v
          WHERE v.anchor_on IS NOT NULL AND v.state = 'active' AND v.purpose = 'private'
        ) v
      ) d`
  },
}
