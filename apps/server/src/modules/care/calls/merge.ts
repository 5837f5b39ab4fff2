import { sql } from 'kysely'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { isPlanned } from '../engine/programme.ts'
import { programmes } from '../programmes/all.ts'

/**
 * Locks the open tasks of some customers, vehicles first as whoever reports a call does, and tells who is on the phone with one of
 * them; undefined when nobody is.
 */
export async function lockOpenCalls(scope: Scope, customerIds: readonly string[]): Promise<string | undefined> {
  const { tx, storeId, now } = scope
  const these = sql`ANY (${[...customerIds]}::uuid[])`
  await sql`
    SELECT FROM vehicle WHERE store_id = ${storeId}::uuid AND (owner_id = ${these} OR driver_id = ${these} OR sender_id = ${these})
    ORDER BY id FOR NO KEY UPDATE`.execute(tx)
  const { rows } = await sql<{ claimedBy: string; held: boolean }>`
    SELECT claimed_by, coalesce(claimed_by IS NOT NULL AND claimed_until > ${now.toString()}::timestamptz, false) AS held
    FROM task WHERE store_id = ${storeId}::uuid AND customer_id = ${these} AND state IN ('open', 'attempting')
    ORDER BY id FOR UPDATE`.execute(tx)
  const caller = rows.find((row) => row.held)?.claimedBy
  return caller === undefined ? undefined : ((await staffNames(tx, [caller])).get(caller) ?? '—')
}

/** Programmes of customers: their rounds are told apart by the customer, so that the survivor would get the merged one's again. */
const ofCustomers = programmes.filter((one) => isPlanned(one) && one.subject === 'customer').map((one) => one.key)

/**
 * Hands the tasks of a merged record over to the survivor (BASE-09), done ones with the open. Where both are owed the same round of a
 * programme of customers, the merged record's is superseded; a round only that one had is marked as taken, so that the next plan
 * does not make it again. A task that was to call a number calls the survivor's own row of it.
 */
export async function handOverTasks(scope: Scope, survivorId: string, mergedId: string): Promise<void> {
  const { tx, storeId, now, today } = scope
  const at = now.toString()
  const mine = tx
    .selectFrom('task')
    .select(['id', 'programme', 'cycle', 'dueOn', 'opensOn', 'callBy', 'closesOn', 'priority', 'state', 'outcome'])
    .where('storeId', '=', storeId)
    .where('vehicleId', 'is', null)
    .where('programme', 'in', [...ofCustomers, ''])
  const round = (task: { programme: string; cycle: string }) => `${task.programme}|${task.cycle}`
  const of = async (customerId: string) => mine.where('customerId', '=', customerId).execute()
  const survivors = new Map((await of(survivorId)).map((task) => [round(task), task]))
  const rounds = await of(mergedId)
  const twice = rounds.filter((task) => survivors.has(round(task)) && ['open', 'attempting'].includes(task.state))
  if (twice.length > 0) {
    await sql`
      WITH closed AS (
        UPDATE task t SET state = 'cancelled', outcome = 'superseded', closed_at = ${at}::timestamptz, claimed_by = NULL,
          claimed_until = NULL, version = t.version + 1
        WHERE t.store_id = ${storeId}::uuid AND t.id = ANY (${twice.map((task) => task.id)}::uuid[])
        RETURNING t.id, t.version, t.programme
      )
      INSERT INTO timeline_event (store_id, id, at, kind, customer_id, task_id, data)
      SELECT ${storeId}::uuid, changhui_derive_id(c.id || '|merge|' || c.version), ${at}::timestamptz, 'task.closed', ${mergedId}::uuid,
        c.id, jsonb_build_object('programme', c.programme, 'outcome', 'superseded')
      FROM closed c`.execute(tx)
  }
  const taken = rounds.filter((task) => !survivors.has(round(task)))
  if (taken.length > 0) {
    await tx
      .insertInto('task')
      .values(
        taken.map(({ id, state: _, outcome: __, ...task }) => ({
          ...task,
          storeId,
          id: deriveId(storeId, task.programme, survivorId, task.cycle),
          customerId: survivorId,
          state: 'cancelled',
          outcome: 'withdrawn',
          closedAt: at,
          why: JSON.stringify({ mergedTaskId: id }),
          plannedOn: today.toString(),
        })),
      )
      .onConflict((on) => on.columns(['storeId', 'id']).doNothing())
      .execute()
  }
  await sql`
    UPDATE task t SET customer_id = ${survivorId}::uuid, version = t.version + 1,
      next_phone_id = CASE WHEN t.next_phone_id IS NOT NULL THEN coalesce((
        SELECT mine.id FROM customer_phone theirs
        JOIN customer_phone mine ON mine.store_id = theirs.store_id AND mine.number = theirs.number AND mine.customer_id = ${survivorId}::uuid
        WHERE theirs.store_id = t.store_id AND theirs.id = t.next_phone_id), t.next_phone_id) END
    WHERE t.store_id = ${storeId}::uuid AND t.customer_id = ${mergedId}::uuid`.execute(tx)
}

/** The survivor's own row of a number that the merged record's row was dialled by; the given id where there is none. */
export async function ownPhoneId(scope: Scope, customerId: string, phoneId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    SELECT mine.id FROM customer_phone theirs
    JOIN customer_phone mine ON mine.store_id = theirs.store_id AND mine.number = theirs.number
    WHERE theirs.store_id = ${scope.storeId}::uuid AND theirs.id = ${phoneId}::uuid AND mine.customer_id = ${customerId}::uuid`.execute(
    scope.tx,
  )
  return rows[0]?.id ?? phoneId
}
