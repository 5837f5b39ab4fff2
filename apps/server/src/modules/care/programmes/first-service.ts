import { FIRST_SERVICE_DEFAULTS, FIRST_SERVICE_RANGES } from '@changhui/rules/newCar'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { advisorValue, attemptPolicy, attemptValues } from './attempt-values.ts'
import { monthsAfter, privateCar, servedSince, whole, windowColumns } from './due-sql.ts'
import { FIRST_SERVICE, reminderOf } from './service-stage.ts'
import { overdueDays, overdueValue, settingsOf, wholeValues } from './values.ts'

/** 首保 First service (CARE-01): two to three months after the delivery, called by the customer's advisor. The cycle is the delivery. */
export const firstService: Programme = {
  key: FIRST_SERVICE,
  zh: '首次保养',
  en: 'First service',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  by: 'advisor',
  endsWhenBooked: true,
  values: [
    ...wholeValues(FIRST_SERVICE_DEFAULTS, FIRST_SERVICE_RANGES, 'CARE-01', {
      fromMonths: ['month', '交车后几个月开始提醒', 'Told from, months after delivery'],
      toMonths: ['month', '交车后几个月到期', 'Due, months after delivery'],
      callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
      lateDays: ['day', '逾期几天内仍提醒', 'Still taken, days late'],
    }),
    overdueValue,
    advisorValue,
    ...attemptValues,
  ],
  rising: [['fromMonths', 'toMonths']],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的服务顾问{{专员}}。您的{{车型}}（{{车牌}}）使用得怎么样，有没有什么问题？' +
    '您的爱车将在{{到期日}}前到首次保养的时间，现在大约行驶了多少公里？首保请带上行驶证和保养手册。您看哪天方便，我为您预约？',
  standard: { reminded: 1 },
  gone: servedSince,
  notDue: (parameters) => sql`CASE
    WHEN v.delivered_on IS NULL THEN 'no-delivery'
    WHEN v.service_count > 0 THEN 'serviced'
    WHEN NOT (${reminderOf(parameters).first}) THEN 'over' END`,
  dueSql: (parameters) => {
    const settings = settingsOf(FIRST_SERVICE_DEFAULTS, parameters.values)
    const days = {
      dueOn: monthsAfter(sql`v.delivered_on`, whole(settings.toMonths)),
      opensOn: monthsAfter(sql`v.delivered_on`, whole(settings.fromMonths)),
      callDaysBefore: settings.callDaysBefore,
      lateDays: settings.lateDays,
    }
    return sql`
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.delivered_on::text AS cycle, ${windowColumns(parameters, days)},
        'superseded' AS answer, jsonb_build_object('by', 'time', 'deliveredOn', v.delivered_on) AS why
      FROM ${parameters.vehicles} v
      WHERE ${privateCar} AND ${reminderOf(parameters).first}`
  },
}
