import type { qualityContract } from '@changhui/contract/quality'
import { MERGE_FIELDS, type MergeField, mergeSides } from '@changhui/rules/mergeCustomers'
import { sql } from 'kysely'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { factsChanged, lockCalls, mergeTasks } from '../../care/service.ts'
import { appendTimeline, refreshSearch } from '../customers/service.ts'
import type { CustomerRow } from '../customers/store.ts'
import { changesBetween, customerTable, imageOf, moveRows, phoneTable, taskTable } from './customer-rows.ts'
import { type MergeRow, mergeById } from './merges.ts'
import { sideOf } from './records.ts'

type Input = Omit<
  z.output<NonNullable<(typeof qualityContract)['merge']['~orpc']['inputSchema']>>,
  'storeId' | 'take'
> & {
  readonly take: readonly MergeField[]
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const CUSTOMER_COLUMNS = [
  ...MERGE_FIELDS.map(snake),
  'tags',
  'consents',
  'do_not_disturb',
  'staff_corrected',
  'last_visit_on',
  'merged_into',
]
const TASK_COLUMNS = [
  'customer_id',
  'state',
  'due_on',
  'opens_on',
  'call_by',
  'closes_on',
  'priority',
  'next_at',
  'next_phone_id',
  'blocked_by',
  'assignee_id',
  'outcome',
  'outcome_detail',
  'why',
  'closed_at',
]
const PHONE_COLUMNS = ['customer_id', 'number', 'state']

/**
 * Merges two records of one customer in the scope's transaction (BASE-09): everything that names the merged one goes over to the
 * survivor, an opt-out on either side wins, open tasks follow. What changed is written down so that `undoMerge` can take it back.
 * The merged record stays as it was, hidden, and answers for itself in imports (BASE-11). CONFLICT `version.changed` when somebody
 * edited one of the two since the page was read, `merge.already`, `merge.on-the-phone` while one of them is being called.
 */
export async function mergeCustomers(scope: Scope, input: Input): Promise<MergeRow> {
  const { survivorId, mergedId } = input
  if (survivorId === mergedId) throw new Problem('BAD_REQUEST', 'merge.itself', { field: 'mergedId' })
  const both = [survivorId, mergedId]
  const [survivor, merged] = await lockCustomers(scope, survivorId, mergedId)
  if (survivor.mergedInto || merged.mergedInto) throw new Problem('CONFLICT', 'merge.already')
  if (survivor.version !== input.survivorVersion || merged.version !== input.mergedVersion)
    throw new Problem('CONFLICT', 'version.changed')
  const caller = await lockCalls(scope, both)
  if (caller !== undefined) throw new Problem('CONFLICT', 'merge.on-the-phone', { values: { name: caller } })

  const before = await images(scope, both, survivorId)
  await writeCustomers(scope, survivor, merged, new Set(input.take))
  await joinPhones(scope, survivorId, mergedId)
  const moved = await moveRows(scope, survivorId, mergedId)
  await mergeTasks(scope, survivorId, mergedId)
  await writeLastVisit(scope, survivorId)
  await refreshSearch(scope, both)
  await factsChanged(scope, { customerIds: [survivorId] })
  const after = await images(scope, both, survivorId)

  // whoever opts out after the merge did so as one person: kept to be compared when the merge is taken back
  const consent = ['consents', 'do_not_disturb']
  const changes = [
    ...changesBetween('customer', before.customers, after.customers, consent),
    ...changesBetween('customer_phone', before.phones, after.phones),
    ...changesBetween('task', before.tasks, after.tasks),
    ...moved,
  ]
  const id = scope.newId()
  const { storeId, now, actor } = scope
  await scope.tx
    .insertInto('mergeRecord')
    .values({
      storeId,
      id,
      survivorId,
      mergedId,
      changes: JSON.stringify(changes),
      mergedAt: now.toString(),
      mergedBy: actor.id,
    })
    .execute()
  await appendTimeline(scope, [{ kind: 'customer.merged', customerId: survivorId, data: { mergeId: id, mergedId } }])
  const detail = { mergeId: id, mergedId, taken: input.take }
  await recordAudit(scope, { action: 'customer.merge', subjectKind: 'customer', subjectId: survivorId, detail })
  return mergeById(scope, id)
}

/** Locks both against edits, imports and another merge, in the order of their ids; survivor first in the answer. */
export async function lockCustomers(
  { tx, storeId }: Scope,
  survivorId: string,
  mergedId: string,
): Promise<[CustomerRow, CustomerRow]> {
  const rows = await tx
    .selectFrom('customer')
    .selectAll()
    .where('storeId', '=', storeId)
    .where('id', 'in', [survivorId, mergedId])
    .orderBy('id')
    .forUpdate()
    .execute()
  return [found(rows.find((row) => row.id === survivorId)), found(rows.find((row) => row.id === mergedId))]
}

async function images(scope: Scope, both: readonly string[], survivorId: string) {
  return {
    customers: await imageOf(scope, customerTable, CUSTOMER_COLUMNS, both),
    phones: await imageOf(scope, phoneTable, PHONE_COLUMNS, [survivorId]),
    tasks: await imageOf(scope, taskTable, TASK_COLUMNS, both),
  }
}

async function writeCustomers(
  scope: Scope,
  survivor: CustomerRow,
  merged: CustomerRow,
  take: ReadonlySet<MergeField>,
): Promise<void> {
  const { fields, tags, consents, doNotDisturb, corrected } = mergeSides(sideOf(survivor), sideOf(merged), take)
  const update = (id: string) =>
    scope.tx
      .updateTable('customer')
      .set((eb) => ({ version: eb('version', '+', 1), updatedAt: scope.now.toString() }))
      .where('storeId', '=', scope.storeId)
      .where('id', '=', id)
  await update(survivor.id)
    .set({
      ...(fields as Partial<CustomerRow>),
      tags: [...tags],
      consents: JSON.stringify(consents),
      doNotDisturb,
      staffCorrected: JSON.stringify(corrected),
    })
    .execute()
  await update(merged.id).set({ mergedInto: survivor.id }).execute()
}

/**
 * The survivor gets the numbers he lacks, behind his own, in the state they have. Of a number both have, the one that proved dead or
 * wrong is right: nobody calls it again before somebody has looked.
 */
async function joinPhones(scope: Scope, survivorId: string, mergedId: string): Promise<void> {
  const { tx, storeId } = scope
  await sql`
    UPDATE customer_phone mine SET state = theirs.state
    FROM customer_phone theirs
    WHERE mine.store_id = ${storeId}::uuid AND mine.customer_id = ${survivorId}::uuid AND mine.state = 'usable'
      AND theirs.store_id = mine.store_id AND theirs.customer_id = ${mergedId}::uuid AND theirs.number = mine.number
      AND theirs.state <> 'usable'`.execute(tx)
  const theirs = await tx
    .selectFrom('customerPhone')
    .select(['number', 'label', 'state', 'source', 'updatedAt'])
    .where('storeId', '=', storeId)
    .where('customerId', '=', mergedId)
    .orderBy('position')
    .orderBy('id')
    .execute()
  if (theirs.length === 0) return
  const { rows } = await sql<{ next: number }>`
    SELECT coalesce(max(position) + 1, 0)::int AS next FROM customer_phone
    WHERE store_id = ${storeId}::uuid AND customer_id = ${survivorId}::uuid`.execute(tx)
  await tx
    .insertInto('customerPhone')
    .values(
      theirs.map((phone, at) => ({
        ...phone,
        storeId,
        id: scope.newId(),
        customerId: survivorId,
        position: (rows[0]?.next ?? 0) + at,
      })),
    )
    .onConflict((on) => on.columns(['storeId', 'customerId', 'number']).doNothing())
    .execute()
}

/** Brings the day of the last visit in step with the visits. */
export async function writeLastVisit(scope: Scope, customerId: string): Promise<void> {
  await sql`
    UPDATE customer c SET last_visit_on = (
      SELECT max(t.arrived_on) FROM visit t WHERE t.store_id = c.store_id AND t.customer_id = c.id)
    WHERE c.store_id = ${scope.storeId}::uuid AND c.id = ${customerId}::uuid`.execute(scope.tx)
}
