import { INSPECTION_CARE_DEFAULTS, INSPECTION_CARE_RANGES } from '@changhui/rules/inspectionCare'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValuesByWechat } from './attempt-values.ts'
import { whole, windowColumns } from './due-sql.ts'
import { inspectionRound, lawfulFrom } from './inspection-sql.ts'
import { overdueDays, overdueValue, settingsOf, wholeValues } from './values.ts'

/**
 * 年检 Annual inspection (CARE-05) by the legal schedule (CARE-20): the day somebody stated, else the month that follows from the
 * registration, or from the delivery where that is not known. The cycle is the month of expiry.
 */
export const inspection: Programme = {
  key: 'inspection',
  zh: '年检',
  en: 'Annual inspection',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  rounds: 'many',
  values: [
    ...wholeValues(INSPECTION_CARE_DEFAULTS, INSPECTION_CARE_RANGES, 'CARE-05', {
      opensDaysBefore: ['day', '到期前几天开始提醒', 'Told, days before the end of the month'],
      callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
      lateDays: ['day', '逾期几天内仍提醒', 'Still offered, days late'],
    }),
    overdueValue,
    ...attemptValuesByWechat,
  ],
  rising: [['callDaysBefore', 'opensDaysBefore']],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您的{{车型}}（{{车牌}}）的检验有效期到{{到期日}}。' +
    '需要上线检验的，我们可以代办；只需申领检验标志的，可以在“交管12123”办理，我们也可以协助。您看需要我们帮您办理吗？',
  elsewhere: 'inspection',
  standard: { reminded: 1 },
  gone: sql`CASE WHEN v.inspected_on >= ${lawfulFrom(sql`t.due_on`)} OR v.inspection_due_on > t.due_on THEN 'inspected' END`,
  notDue: () => sql`CASE WHEN coalesce(v.registered_on, v.delivered_on) IS NULL THEN 'no-registration' END`,
  dueSql: (parameters) => {
    const settings = settingsOf(INSPECTION_CARE_DEFAULTS, parameters.values)
    const { from, dueOn, why } = inspectionRound(parameters.asOf, settings.lateDays)
    const days = {
      dueOn: sql`d.due_on`,
      opensOn: sql`greatest(d.due_on - ${whole(settings.opensDaysBefore)}, ${lawfulFrom(sql`d.due_on`)})`,
      callDaysBefore: settings.callDaysBefore,
      lateDays: settings.lateDays,
    }
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, left(d.due_on::text, 7) AS cycle, ${windowColumns(parameters, days)},
        'inspected' AS answer, d.why
      FROM (
        SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, ${dueOn} AS due_on, ${why} AS why
        FROM ${from(parameters.vehicles)} OFFSET 0
      ) d
      WHERE d.due_on IS NOT NULL`
  },
}
