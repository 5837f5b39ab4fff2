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

/** Every message has an end, or waits for its hour. */
const messagesEnd: Invariant = {
  name: 'every-message-ends',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(*) FROM message WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT id AS message, state, next_at AS "nextAt" FROM message
        WHERE store_id = ${scope.storeId}::uuid AND state IN ('queued', 'sending')
          AND (next_at < ${scope.now.subtract({ hours: 24 }).toString()}::timestamptz OR expires_at < ${scope.now.toString()}::timestamptz)`,
    ),
}

/** A message is accepted by one provider once. */
const sentOnce: Invariant = {
  name: 'sent-once',
  check: (scope) =>
    counted(
      scope,
      sql`SELECT count(DISTINCT message_id) FROM message_try WHERE store_id = ${scope.storeId}::uuid`,
      sql`SELECT message_id AS message, channel, count(*) AS accepted FROM message_try
        WHERE store_id = ${scope.storeId}::uuid AND result = 'accepted'
        GROUP BY 1, 2 HAVING count(*) > 1`,
    ),
}

export const rowInvariants: readonly Invariant[] = [oneTaskAKey, everyTaskEnds, messagesEnd, sentOnce]
