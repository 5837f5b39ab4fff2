import { REGULAR_SERVICE_DEFAULTS, REGULAR_SERVICE_RANGES } from '@changhui/rules/regularService'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters, Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'
import { anchorAnswer, intervalOf, privateCar, servedSince, serviceDue, whole, windowColumns } from './due-sql.ts'
import { reminderOf } from './service-stage.ts'
import { overdueDays, settingsOf, wholeValues } from './values.ts'

/**
 * 定保 Regular service (CARE-03): due by interval or by predicted mileage, whichever first. The cycle is the anchor, so a
 * new reading moves the due date of the same task and never makes a second one. First and second service of a new car are not its
 * business (`reminderOf`).
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
    ...wholeValues(REGULAR_SERVICE_DEFAULTS, REGULAR_SERVICE_RANGES, 'CARE-03', {
      intervalMonths: ['month', '保养间隔（月）', 'Interval in months'],
      intervalKm: ['km', '保养间隔（公里）', 'Interval in kilometres'],
      opensDaysBefore: ['day', '到期前几天生成任务', 'Task opens, days before it is due'],
      callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
      lateDays: ['day', '逾期几天内仍提醒', 'Still taken, days late'],
      overdueCallWorkingDays: ['workday', '逾期客户几个工作日内致电', 'Overdue called within, working days'],
    }),
    ...attemptValues,
  ],
  rising: [['callDaysBefore', 'opensDaysBefore']],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您的{{车型}}（{{车牌}}）预计{{到期日}}到保养时间。' +
    '提醒您近期安排，来店请带上保养手册和行驶证。您看哪天方便，我现在为您预约？',
  standard: { reminded: 1 },
  gone: servedSince,
  notDue: (parameters) => {
    const { first, second } = reminderOf(parameters)
    return sql`CASE WHEN v.anchor_on IS NULL THEN 'no-anchor' WHEN ${first} THEN 'first-service' WHEN ${second} THEN 'second-service' END`
  },
  dueSql: (parameters) => {
    const settings = settingsOf(REGULAR_SERVICE_DEFAULTS, parameters.values)
    const days = {
      dueOn: sql`d.due_on`,
      opensOn: sql`(d.due_on - ${whole(settings.opensDaysBefore)})`,
      callDaysBefore: settings.callDaysBefore,
      lateDays: settings.lateDays,
    }
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, d.cycle, ${windowColumns(parameters, days)}, d.answer, d.why
      FROM (${regularRounds(parameters)}) d`
  },
}

/** The round of every vehicle regular service reminds: store_id, vehicle_id, customer_id, cycle, by_time_on, by_mileage_on, confidence, due_on, answer, why. */
export function regularRounds(parameters: DueParameters): RawBuilder<unknown> {
  const { values } = parameters.other('regular-service')
  const settings = settingsOf(REGULAR_SERVICE_DEFAULTS, values)
  const { months, km } = intervalOf(settings.intervalMonths, settings.intervalKm)
  const { byTimeOn, byMileageOn } = serviceDue(months, km)
  return sql`
    SELECT v.store_id, v.vehicle_id, v.customer_id, v.anchor_on::text AS cycle, v.by_time_on, v.by_mileage_on, v.confidence,
      least(v.by_time_on, v.by_mileage_on) AS due_on, v.answer,
      jsonb_build_object('by', CASE WHEN v.by_mileage_on < v.by_time_on THEN 'mileage' ELSE 'time' END,
        'anchorOn', v.anchor_on, 'anchorKind', v.anchor_kind, 'byTimeOn', v.by_time_on, 'byMileageOn', v.by_mileage_on) AS why
    FROM (
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.anchor_on, v.anchor_kind, v.daily_confidence AS confidence, ${anchorAnswer} AS answer,
        ${byTimeOn} AS by_time_on, ${byMileageOn} AS by_mileage_on
      FROM ${parameters.vehicles} v
      WHERE v.anchor_on IS NOT NULL AND ${privateCar} AND ${reminderOf(parameters).regular}
    ) v`
}
