import { FIRST_SERVICE_DEFAULTS, NEXT_SERVICE_DEFAULTS } from '@changhui/rules/newCar'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters } from '../engine/programme.ts'
import { dayOf, intervalOf, monthsAfter, serviceDue, whole } from './due-sql.ts'
import { settingsOf } from './values.ts'

type Sql = RawBuilder<unknown>

export const FIRST_SERVICE = 'first-service'
export const SECOND_SERVICE = 'second-service'

/**
 * Which programme reminds a vehicle `v` of its coming maintenance, so that two never remind of one: no service since a known delivery
 * → first service; one, on a new car → second service; everything else → regular service. A programme that is switched off, or whose
 * round is over on the as-of day, leaves the car to regular service.
 */
export function reminderOf(parameters: DueParameters): {
  readonly first: Sql
  readonly second: Sql
  readonly regular: Sql
} {
  const first = firstStage(parameters)
  const second = secondStage(parameters)
  return { first, second, regular: sql`NOT (${first}) AND NOT (${second})` }
}

function firstStage({ asOf, other }: DueParameters): Sql {
  const { enabled, values } = other(FIRST_SERVICE)
  if (!enabled) return sql`false`
  const { toMonths, lateDays } = settingsOf(FIRST_SERVICE_DEFAULTS, values)
  const due = monthsAfter(sql`v.delivered_on`, whole(toMonths))
  return sql`v.service_count = 0 AND v.delivered_on IS NOT NULL AND ${due} + ${whole(lateDays)} >= ${dayOf(asOf)}`
}

function secondStage({ asOf, other }: DueParameters): Sql {
  const { enabled, values } = other(SECOND_SERVICE)
  if (!enabled) return sql`false`
  const settings = settingsOf(NEXT_SERVICE_DEFAULTS, values)
  const { months, km } = intervalOf(settings.intervalMonths, settings.intervalKm)
  const { byTimeOn, byMileageOn } = serviceDue(months, km)
  return sql`v.service_count = 1 AND ${newCar(settings.newCarMonths)}
    AND least(${byTimeOn}, ${byMileageOn}) + ${whole(settings.lateDays)} >= ${dayOf(asOf)}`
}

/** Whether the last service of a vehicle `v` lies within so many months of its delivery (`isNewCar` of the rules). */
export const newCar = (months: number): Sql =>
  sql`v.delivered_on IS NOT NULL AND v.anchor_on IS NOT NULL AND v.anchor_on <= ${monthsAfter(sql`v.delivered_on`, whole(months))}`
