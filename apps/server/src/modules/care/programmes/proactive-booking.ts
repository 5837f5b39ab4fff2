import { PROACTIVE_DEFAULTS, PROACTIVE_RANGES } from '@changhui/rules/proactiveBooking'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'
import { servedSince, whole, windowColumns } from './due-sql.ts'
import { regularRounds } from './regular-service.ts'
import { overdueDays, overdueValue, settingsOf, wholeValues } from './values.ts'

/**
 * 主动预约 Proactive booking (CARE-10): cars near their regular service by time and by mileage both are offered an appointment earlier
 * than the reminder. Its rounds are those of regular service and carry the same ids, so a car is called for one of the two: whichever
 * window opens first makes the task, on one day this one.
 */
export const proactiveBooking: Programme = {
  key: 'proactive-booking',
  zh: '主动预约',
  en: 'Proactive booking',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  endsWhenBooked: true,
  roundsOf: 'regular-service',
  values: [
    ...wholeValues(PROACTIVE_DEFAULTS, PROACTIVE_RANGES, 'CARE-10', {
      timeDays: ['day', '按时间几天内到期', 'Due by time within days'],
      kmDays: ['day', '按里程几天内到期', 'Due by mileage within days'],
      lateDays: ['day', '逾期几天内仍邀约', 'Still offered, days late'],
    }),
    overdueValue,
    ...attemptValues,
  ],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您的{{车型}}（{{车牌}}）时间和里程都快到保养了，预计{{到期日}}。' +
    '为了不让您排队，我帮您预留工位：您看哪天、几点方便？',
  standard: { reminded: 1 },
  gone: servedSince,
  notDue: () =>
    sql`CASE WHEN v.anchor_on IS NULL THEN 'no-anchor' WHEN v.daily_km IS NULL THEN 'no-mileage' ELSE 'not-near-both' END`,
  dueSql: (parameters) => {
    const { timeDays, kmDays, lateDays } = settingsOf(PROACTIVE_DEFAULTS, parameters.values)
    const opensOn = sql`greatest(d.by_time_on - ${whole(timeDays)}, d.by_mileage_on - ${whole(kmDays)})`
    // called while it is still early: within the store's working days of its opening
    const days = { dueOn: sql`d.due_on`, opensOn, callDaysBefore: timeDays, lateDays }
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, d.cycle, ${windowColumns(parameters, days, 4)}, d.answer, d.why
      FROM (${regularRounds(parameters)}) d
      WHERE d.by_mileage_on IS NOT NULL AND coalesce(d.confidence, 'low') <> 'none' AND ${opensOn} <= d.due_on + ${whole(lateDays)}`
  },
}
