import { NEXT_SERVICE_DEFAULTS } from '@changhui/rules/newCar'
import { sql } from 'kysely'
import { counted } from './count.ts'
import type { Invariant } from './invariant.ts'

/** The programmes that remind of the next service. */
const services = ['regular-service', 'first-service', 'second-service', 'proactive-booking']

/**
 * Every service that came due by time alone was promised: for each anchor (delivery, maintenance here, service told elsewhere) nothing
 * newer of which was known a week before six months were over, there is a task. Cars and customers that were ever to be left alone
 * are not counted, nor cars driven so much that they were due by mileage, and given up, before the first day.
 */
const everyDueService: Invariant = {
  name: 'every-due-service-is-promised',
  check: (scope, { start, end }) => {
    const givenUp = start.subtract({ days: NEXT_SERVICE_DEFAULTS.lateDays })
    const anchors = sql`
      SELECT v.id AS vehicle_id, v.owner_id, v.daily_km, v.interval_km, a.on_day, a.known_at,
        (SELECT min(n.known_at) FROM (
          SELECT i.arrived_on AS on_day, i.created_at AS known_at FROM visit i
          WHERE i.store_id = v.store_id AND i.vehicle_id = v.id AND i.kind = 'maintenance'
          UNION ALL SELECT s.served_on, s.told_at FROM served_elsewhere s WHERE s.store_id = v.store_id AND s.vehicle_id = v.id
        ) n WHERE n.on_day > a.on_day) AS next_known_at
      FROM vehicle v CROSS JOIN LATERAL (
        SELECT v.delivered_on AS on_day, v.created_at AS known_at WHERE v.delivered_on IS NOT NULL
        UNION SELECT i.arrived_on, i.created_at FROM visit i
          WHERE i.store_id = v.store_id AND i.vehicle_id = v.id AND i.kind = 'maintenance'
        UNION SELECT s.served_on, s.told_at FROM served_elsewhere s WHERE s.store_id = v.store_id AND s.vehicle_id = v.id
      ) a
      WHERE v.store_id = ${scope.storeId}::uuid AND v.state = 'active' AND v.purpose = 'private'
        AND NOT EXISTS (SELECT FROM timeline_event e WHERE e.store_id = v.store_id AND e.customer_id = v.owner_id
          AND e.vehicle_id = v.id AND e.kind = 'vehicle.edited' AND (e.data ? 'state' OR e.data ? 'purpose') AND e.data ->> 'state' <> 'active')
        AND NOT EXISTS (SELECT FROM customer c WHERE c.store_id = v.store_id AND c.id = v.owner_id
          AND (c.do_not_disturb OR c.consents @> '{"call":false}' OR c.merged_into IS NOT NULL))
        AND NOT EXISTS (SELECT FROM audit_entry u WHERE u.store_id = v.store_id AND u.action = 'customer.consent'
          AND u.subject_id = v.owner_id::text)`
    const due = sql`
      SELECT a.*, (a.on_day + interval '6 months')::date AS due_on FROM (${anchors}) a
      WHERE (a.on_day + interval '6 months')::date BETWEEN ${start.add({ days: 1 }).toString()}::date AND ${end.toString()}::date
        AND a.known_at < (a.on_day + interval '6 months')
        AND coalesce(a.daily_km * (${givenUp.toString()}::date - a.on_day), 0) < coalesce(a.interval_km, ${NEXT_SERVICE_DEFAULTS.intervalKm}::int)
        AND (a.next_known_at IS NULL OR a.next_known_at > (a.on_day + interval '6 months'))`
    return counted(
      scope,
      sql`SELECT count(*) FROM (${due}) d`,
      sql`SELECT d.vehicle_id AS vehicle, d.on_day AS anchor, d.due_on AS due FROM (${due}) d
        WHERE NOT EXISTS (SELECT FROM task t WHERE t.store_id = ${scope.storeId}::uuid AND t.vehicle_id = d.vehicle_id
          AND t.programme = ANY (${services}::text[]) AND t.planned_on >= d.on_day AND t.planned_on <= d.due_on)`,
    )
  },
}

/** Never two promises of a service for one car at a time: what one programme reminds of, no other does. */
const oneReminderAtATime: Invariant = {
  name: 'one-service-reminder-at-a-time',
  check: (scope) => {
    const promised = sql`
      SELECT t.id, t.vehicle_id, t.programme, t.planned_on,
        coalesce((t.closed_at AT TIME ZONE ${scope.timeZone})::date, 'infinity'::date) AS ended_on
      FROM task t
      WHERE t.store_id = ${scope.storeId}::uuid AND t.programme = ANY (${services}::text[])`
    return counted(
      scope,
      sql`SELECT count(*) FROM (${promised}) p`,
      sql`SELECT a.vehicle_id AS vehicle, a.id AS task, b.id AS other, a.programme, b.programme AS "otherProgramme"
        FROM (${promised}) a JOIN (${promised}) b ON b.vehicle_id = a.vehicle_id AND b.id > a.id
          AND b.planned_on < a.ended_on AND a.planned_on < b.ended_on`,
    )
  },
}

/** Everybody with a birthday in a year that was lived has one promise for it, unless he was ever to be left alone. */
const everyBirthday: Invariant = {
  name: 'every-birthday-is-kept',
  check: (scope, { start, end }) => {
    const days = sql`
      SELECT c.id AS customer, y.year, (c.birthday + make_interval(years => y.year - extract(year FROM c.birthday)::int))::date AS on_day
      FROM customer c, generate_series(${start.year}::int, ${end.year}::int) AS y (year)
      WHERE c.store_id = ${scope.storeId}::uuid AND c.birthday IS NOT NULL AND c.merged_into IS NULL AND NOT c.do_not_disturb
        AND NOT c.consents @> '{"call":false}'
        AND NOT EXISTS (SELECT FROM audit_entry u WHERE u.store_id = c.store_id AND u.action = 'customer.consent'
          AND u.subject_id = c.id::text)
        AND c.created_at < (c.birthday + make_interval(years => y.year - extract(year FROM c.birthday)::int))`
    const lived = sql`SELECT * FROM (${days}) d WHERE d.on_day >= ${start.toString()}::date AND d.on_day < ${end.toString()}::date`
    return counted(
      scope,
      sql`SELECT count(*) FROM (${lived}) d`,
      sql`SELECT d.customer, d.on_day AS day, count(t.id) AS tasks FROM (${lived}) d
        LEFT JOIN task t ON t.store_id = ${scope.storeId}::uuid AND t.customer_id = d.customer AND t.due_on = d.on_day
          AND t.programme IN ('birthday', 'birthday-message')
        GROUP BY 1, 2 HAVING count(t.id) <> 1`,
    )
  },
}

export const cycleInvariants: readonly Invariant[] = [everyDueService, oneReminderAtATime, everyBirthday]
