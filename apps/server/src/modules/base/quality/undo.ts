import { sql } from 'kysely'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { factsChanged, lockCalls } from '../../care/service.ts'
import { appendTimeline, refreshSearch } from '../customers/service.ts'
import { customerTable, movedTables, phoneTable, type RowChange, restoreRows, taskTable } from './customer-rows.ts'
import { lockCustomers, writeLastVisit } from './merge.ts'
import { type MergeRow, mergeById } from './merges.ts'

/**
 * Takes a merge back: exactly the rows it moved return, with the values it changed (BASE-09). CONFLICT when something since depends on
 * it: `merge.undone`, `merge.survivor-merged`, `merge.later-merge`, `merge.on-the-phone`, `merge.depends-visit` (a visit or appointment
 * of a car that came along), `merge.depends-call` (a call about a task that came along), `merge.depends-changed` (what the merge had
 * changed was changed again).
 */
export async function undoMerge(scope: Scope, mergeId: string): Promise<MergeRow> {
  const { tx, storeId, now, actor } = scope
  const record = found(
    await tx
      .selectFrom('mergeRecord')
      .selectAll()
      .where('storeId', '=', storeId)
      .where('id', '=', mergeId)
      .forUpdate()
      .executeTakeFirst(),
  )
  if (record.undoneAt) throw new Problem('CONFLICT', 'merge.undone')
  const { survivorId, mergedId, mergedAt } = record
  const both = [survivorId, mergedId]
  const [survivor] = await lockCustomers(scope, survivorId, mergedId)
  if (survivor.mergedInto) throw new Problem('CONFLICT', 'merge.survivor-merged')
  const caller = await lockCalls(scope, both)
  if (caller !== undefined) throw new Problem('CONFLICT', 'merge.on-the-phone', { values: { name: caller } })
  const changes = record.changes as unknown as RowChange[]
  await nothingSince(scope, { survivorId, mergedAt, changes })

  const of = (table: string) => changes.filter((one) => one.table === table)
  // only what the merge decided: the day of the last visit is worked out anew
  const withoutVisit = of('customer').map((one) => ({ ...one, before: without(one.before), after: plain(one.after) }))
  await returnPhones(scope, mergedId, of('customer_phone'))
  const returned = [
    ...movedTables.map((table) => ({ table, rows: of(table.table) })),
    { table: taskTable, rows: of('task') },
    { table: customerTable, rows: withoutVisit },
    { table: phoneTable, rows: of('customer_phone').filter((one) => one.before !== null) },
  ]
  for (const { table, rows } of returned)
    if (!(await restoreRows(scope, table, rows))) throw new Problem('CONFLICT', 'merge.depends-changed')
  for (const id of both) await writeLastVisit(scope, id)
  await tx
    .updateTable('mergeRecord')
    .set({ undoneAt: now.toString(), undoneBy: actor.id })
    .where('storeId', '=', storeId)
    .where('id', '=', mergeId)
    .execute()
  await refreshSearch(scope, both)
  await factsChanged(scope, { customerIds: both, vehicleIds: of('vehicle').map((one) => one.key) })
  await appendTimeline(
    scope,
    both.map((customerId) => ({ kind: 'customer.merge-undone', customerId, data: { mergeId } })),
  )
  const detail = { mergeId, mergedId }
  await recordAudit(scope, { action: 'customer.merge-undo', subjectKind: 'customer', subjectId: survivorId, detail })
  return mergeById(scope, mergeId)
}

const plain = ({ last_visit_on: _, ...row }: Record<string, unknown>) => row
const without = (row: Record<string, unknown> | null) => (row === null ? null : plain(row))

async function nothingSince(
  { tx, storeId }: Scope,
  { survivorId, mergedAt, changes }: { survivorId: string; mergedAt: string; changes: readonly RowChange[] },
): Promise<void> {
  const keys = (table: string, column: string) =>
    changes.filter((one) => one.table === table && one.before && column in one.before).map((one) => one.key)
  const cars = keys('vehicle', 'owner_id')
  const tasks = keys('task', 'customer_id')
  const { rows } = await sql<{ later: boolean; visits: boolean; calls: boolean }>`
    SELECT
      EXISTS (SELECT FROM merge_record m WHERE m.store_id = ${storeId}::uuid AND m.survivor_id = ${survivorId}::uuid
        AND m.undone_at IS NULL AND m.merged_at > ${mergedAt}::timestamptz) AS later,
      EXISTS (SELECT FROM visit v WHERE v.store_id = ${storeId}::uuid AND v.vehicle_id = ANY (${cars}::uuid[])
        AND v.created_at > ${mergedAt}::timestamptz)
      OR EXISTS (SELECT FROM appointment a WHERE a.store_id = ${storeId}::uuid AND a.created_at > ${mergedAt}::timestamptz
        AND (a.vehicle_id = ANY (${cars}::uuid[]) OR a.task_id = ANY (${tasks}::uuid[]))) AS visits,
      EXISTS (SELECT FROM attempt a WHERE a.store_id = ${storeId}::uuid AND a.task_id = ANY (${tasks}::uuid[])
        AND a.at > ${mergedAt}::timestamptz) AS calls`.execute(tx)
  const since = rows[0]
  if (since?.later) throw new Problem('CONFLICT', 'merge.later-merge')
  if (since?.visits) throw new Problem('CONFLICT', 'merge.depends-visit')
  if (since?.calls) throw new Problem('CONFLICT', 'merge.depends-call')
}

/** Takes away the numbers the merge brought; what was found out about one since is said of the merged record's own row of it. */
async function returnPhones({ tx, storeId }: Scope, mergedId: string, changes: readonly RowChange[]): Promise<void> {
  const made = changes.filter((one) => one.before === null).map((one) => one.key)
  if (made.length === 0) return
  await sql`
    UPDATE customer_phone theirs SET state = mine.state, updated_at = mine.updated_at
    FROM customer_phone mine
    WHERE theirs.store_id = ${storeId}::uuid AND theirs.customer_id = ${mergedId}::uuid AND mine.store_id = theirs.store_id
      AND mine.id = ANY (${made}::uuid[]) AND mine.number = theirs.number AND mine.state <> theirs.state`.execute(tx)
  await sql`
    UPDATE task t SET next_phone_id = theirs.id
    FROM customer_phone mine JOIN customer_phone theirs ON theirs.store_id = mine.store_id AND theirs.number = mine.number
    WHERE t.store_id = ${storeId}::uuid AND mine.store_id = t.store_id AND mine.id = t.next_phone_id
      AND mine.id = ANY (${made}::uuid[]) AND theirs.customer_id = ${mergedId}::uuid`.execute(tx)
  await sql`DELETE FROM customer_phone WHERE store_id = ${storeId}::uuid AND id = ANY (${made}::uuid[])`.execute(tx)
}
