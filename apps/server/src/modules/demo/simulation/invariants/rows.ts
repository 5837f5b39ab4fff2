import { sql } from 'kysely'
import { counted } from './count.ts'
import type { Invariant } from './invariant.ts'

/** No two tasks for one natural key, and each under the id that follows from it. */
const oneTaskAKey: Invariant = {
  name: 'one-task-a-key',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(*) FROM task WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT programme, coalesce(vehicle_id, customer_id) AS subject, cycle, count(*) AS tasks FROM task
        WHERE store_id = ${scope.storeId}::uuid
        GROUP BY 1, 2, 3 HAVING count(*) > 1`,
    ),
}

/** Every task has an end, or is within its window. */
const everyTaskEnds: Invariant = {
  name: 'every-task-ends',
  check: (scope, { end }) =>
    counted(
      scope,
      sql`SELECT count(*) FROM task WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT id AS task, programme, state, closes_on AS "closesOn" FROM task
        WHERE store_id = ${scope.storeId}::uuid AND (
          (state IN ('open', 'attempting') AND closes_on < ${end.subtract({ days: 1 }).toString()}::date)
          OR (state NOT IN ('open', 'attempting') AND (outcome IS NULL OR closed_at IS NULL)))`,
    ),
}

/** The tries counted on a task are the calls that were made. */
const triesCounted: Invariant = {
  name: 'tries-counted',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(*) FROM task WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT t.id AS task, t.attempts, count(a.id) AS calls
        FROM task t LEFT JOIN attempt a ON a.store_id = t.store_id AND a.task_id = t.id AND a.channel = 'call'
        WHERE t.store_id = ${scope.storeId}::uuid
        GROUP BY t.id, t.attempts HAVING t.attempts <> count(a.id)`,
    ),
}

export const rowInvariants: readonly Invariant[] = [oneTaskAKey, everyTaskEnds, triesCounted]
