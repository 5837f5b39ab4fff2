import { sql } from 'kysely'

/** A due query that finds nobody and looks at no one: on most days the calendar has nothing to say. */
export const nobody = sql`
  SELECT NULL::uuid AS store_id, NULL::uuid AS vehicle_id, NULL::uuid AS customer_id, '' AS cycle, NULL::date AS due_on, NULL::date AS opens_on,
    NULL::date AS call_by, NULL::date AS closes_on, 'expired' AS answer, 4::smallint AS priority, '{}'::jsonb AS why
  WHERE false`
