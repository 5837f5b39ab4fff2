import { WARRANTY_DEFAULTS, WARRANTY_RANGES } from '@changhui/rules/newCar'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'
import { monthsBefore, whole, windowColumns } from './due-sql.ts'
import { overdueDays, overdueValue, settingsOf, wholeValues } from './values.ts'

/**
 * 保修到期 Warranty expiry (CARE-04): one month before, an invitation to an inspection; by date or by predicted mileage, whichever is
 * first. A visit in that month answers it. The cycle is the stated end, so a new reading moves the day of the same task.
 */
export const warrantyExpiry: Programme = {
  key: 'warranty-expiry',
  zh: '保修到期',
  en: 'Warranty expiry',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  endsWhenBooked: true,
  values: [
    ...wholeValues(WARRANTY_DEFAULTS, WARRANTY_RANGES, 'CARE-04', {
      monthsBefore: ['month', '到期前几个月提醒', 'Told, months before the end'],
      callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
    }),
    overdueValue,
    ...attemptValues,
  ],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您的{{车型}}（{{车牌}}）的质保将于{{到期日}}到期。' +
    '建议您在到期前来店做一次全面检查，质保范围内的问题可以免费处理。您看哪天方便，我为您预约？',
  standard: { reminded: 1 },
  gone: sql`CASE WHEN v.last_visit_on >= t.opens_on THEN 'returned' END`,
  notDue: () => sql`CASE
    WHEN v.warranty_end_on IS NULL AND v.warranty_end_km IS NULL THEN 'no-warranty'
    WHEN v.warranty_end_on IS NULL THEN 'no-mileage'
    ELSE 'visited' END`,
  dueSql: (parameters) => {
    const settings = settingsOf(WARRANTY_DEFAULTS, parameters.values)
    const hundredths = sql`round(least(greatest(v.daily_km, 1), 500) * 100)::bigint`
    const byMileageOn = sql`CASE WHEN v.warranty_end_km > 0 AND v.odometer_km IS NOT NULL AND v.odometer_on IS NOT NULL AND v.daily_km IS NOT NULL
      THEN v.odometer_on + ((greatest(v.warranty_end_km - v.odometer_km, 0) * 100::bigint + ${hundredths} - 1) / ${hundredths})::int END`
    const opensOn = monthsBefore(sql`d.due_on`, whole(settings.monthsBefore))
    const days = { dueOn: sql`d.due_on`, opensOn, callDaysBefore: settings.callDaysBefore, lateDays: 0 }
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, d.cycle, ${windowColumns(parameters, days)}, 'superseded' AS answer,
        jsonb_build_object('by', CASE WHEN d.by_mileage_on = d.due_on AND d.by_time_on IS DISTINCT FROM d.due_on THEN 'mileage' ELSE 'time' END,
          'byTimeOn', d.by_time_on, 'byMileageOn', d.by_mileage_on) AS why
      FROM (
        SELECT v.*, least(v.by_time_on, v.by_mileage_on) AS due_on
        FROM (
          SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, coalesce(v.warranty_end_on::text, v.warranty_end_km || 'km') AS cycle,
            v.warranty_end_on AS by_time_on, ${byMileageOn} AS by_mileage_on, v.last_visit_on
          FROM ${parameters.vehicles} v
          WHERE v.state = 'active' AND (v.warranty_end_on IS NOT NULL OR v.warranty_end_km IS NOT NULL)
        ) v
      ) d
      WHERE d.due_on IS NOT NULL AND (d.last_visit_on IS NULL OR d.last_visit_on < ${opensOn})`
  },
}
