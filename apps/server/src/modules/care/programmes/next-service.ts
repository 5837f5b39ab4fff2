import { NEXT_SERVICE_DEFAULTS, NEXT_SERVICE_RANGES } from '@changhui/rules/newCar'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters, ProgrammeValue } from '../engine/programme.ts'
import { anchorAnswer, intervalOf, privateCar, serviceDue, whole, windowColumns } from './due-sql.ts'
import { settingsOf, wholeValues } from './values.ts'

/** The values of the second and the third service of a new car; the sources give no interval of their own, so those of CARE-03. */
export const nextServiceValues = (source: string): ProgrammeValue[] =>
  wholeValues(NEXT_SERVICE_DEFAULTS, NEXT_SERVICE_RANGES, source, {
    intervalMonths: ['month', '保养间隔（月）', 'Interval in months'],
    intervalKm: ['km', '保养间隔（公里）', 'Interval in kilometres'],
    opensDaysBefore: ['day', '到期前几天生成任务', 'Task opens, days before it is due'],
    callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
    lateDays: ['day', '逾期几天内仍提醒', 'Still taken, days late'],
    newCarMonths: ['month', '交车后多少个月内算新车', 'A car counts as new, months after delivery'],
  })

/** The round since the last service of the private cars a condition over `v` takes; `opensOn` from the due day `d.due_on`. */
export function nextServiceSql(
  parameters: DueParameters,
  stage: RawBuilder<unknown>,
  opensOn?: RawBuilder<unknown>,
  priority?: number,
): RawBuilder<unknown> {
  const settings = settingsOf(NEXT_SERVICE_DEFAULTS, parameters.values)
  const { months, km } = intervalOf(settings.intervalMonths, settings.intervalKm)
  const { byTimeOn, byMileageOn } = serviceDue(months, km)
  const days = {
    dueOn: sql`d.due_on`,
    opensOn: opensOn ?? sql`(d.due_on - ${whole(settings.opensDaysBefore)})`,
    callDaysBefore: settings.callDaysBefore,
    lateDays: settings.lateDays,
  }
  return sql`
    SELECT d.store_id, d.vehicle_id, d.customer_id, d.anchor_on::text AS cycle, ${windowColumns(parameters, days, priority)}, d.answer,
      jsonb_build_object('by', CASE WHEN d.by_mileage_on < d.by_time_on THEN 'mileage' ELSE 'time' END,
        'anchorOn', d.anchor_on, 'anchorKind', d.anchor_kind, 'byTimeOn', d.by_time_on, 'byMileageOn', d.by_mileage_on) AS why
    FROM (
      SELECT v.*, least(v.by_time_on, v.by_mileage_on) AS due_on
      FROM (
        SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.anchor_on, v.anchor_kind, ${anchorAnswer} AS answer,
          ${byTimeOn} AS by_time_on, ${byMileageOn} AS by_mileage_on
        FROM ${parameters.vehicles} v
        WHERE v.anchor_on IS NOT NULL AND ${privateCar} AND ${stage}
      ) v
    ) d`
}
