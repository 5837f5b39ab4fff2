import type { DuplicateRecord } from '@changhui/contract/quality'
import { MERGE_FIELDS, type MergeSide } from '@changhui/rules/mergeCustomers'
import { maskPhone } from '@changhui/rules/phone'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import type { CustomerRow } from '../customers/store.ts'
import { completenessOf } from './completeness.ts'

/** A customer's row as the merging rule reads it. */
export function sideOf(row: CustomerRow): MergeSide {
  return {
    fields: Object.fromEntries(MERGE_FIELDS.map((field) => [field, row[field] ?? null])) as MergeSide['fields'],
    tags: row.tags,
    consents: row.consents as MergeSide['consents'],
    doNotDisturb: row.doNotDisturb,
    corrected: row.staffCorrected as MergeSide['corrected'],
  }
}

/** Some customers as they are compared side by side, in the order of `ids`; numbers masked. */
export async function recordsOf(scope: Scope, ids: readonly string[]): Promise<DuplicateRecord[]> {
  if (ids.length === 0) return []
  const { tx, storeId } = scope
  const rows = await tx
    .selectFrom('customer')
    .selectAll()
    .where('storeId', '=', storeId)
    .where('id', 'in', [...ids])
    .where('mergedInto', 'is', null)
    .execute()
  const phones = await tx
    .selectFrom('customerPhone')
    .select(['customerId', 'number', 'state'])
    .where('storeId', '=', storeId)
    .where('customerId', 'in', [...ids])
    .orderBy('position')
    .orderBy('id')
    .execute()
  const cars = await sql<DuplicateRecord['vehicles'][number] & { customerId: string }>`
    SELECT DISTINCT ON (who.id, v.id) who.id AS customer_id, v.id, v.plate, v.vin, coalesce(v.model, v.series) AS model, v.state, who.relation
    FROM vehicle v
    CROSS JOIN LATERAL (VALUES (v.owner_id, 'owner', 0), (v.driver_id, 'driver', 1), (v.sender_id, 'sender', 2)) AS who (id, relation, place)
    WHERE v.store_id = ${storeId} AND who.id = ANY (${[...ids]}::uuid[])
    ORDER BY who.id, v.id, who.place`.execute(tx)
  const counts = await sql<{ id: string; visits: number; openTasks: number }>`
    SELECT c.id,
      (SELECT count(*) FROM visit t WHERE t.store_id = c.store_id AND t.customer_id = c.id)::int AS visits,
      (SELECT count(*) FROM task t WHERE t.store_id = c.store_id AND t.customer_id = c.id AND t.state IN ('open', 'attempting'))::int AS open_tasks
    FROM customer c WHERE c.store_id = ${storeId} AND c.id = ANY (${[...ids]}::uuid[])`.execute(tx)
  const names = await staffNames(
    tx,
    rows.flatMap((row) => [row.advisorId, row.accountManagerId]),
  )
  const scores = await completenessOf(scope, ids)
  return ids.flatMap((id) => {
    const row = rows.find((one) => one.id === id)
    if (!row) return []
    const count = counts.rows.find((one) => one.id === id)
    const consents = row.consents as Record<string, boolean>
    return [
      {
        id,
        version: row.version,
        fields: sideOf(row).fields,
        advisorName: names.get(row.advisorId ?? '') ?? null,
        accountManagerName: names.get(row.accountManagerId ?? '') ?? null,
        phones: phones
          .filter((one) => one.customerId === id)
          .map(({ number, state }) => ({
            masked: maskPhone(number),
            state: state as DuplicateRecord['phones'][number]['state'],
          })),
        vehicles: cars.rows.filter((one) => one.customerId === id).map(({ customerId: _, ...car }) => car),
        tags: row.tags,
        doNotDisturb: row.doNotDisturb,
        refused: Object.keys(consents).filter((key) => consents[key] === false),
        visits: count?.visits ?? 0,
        lastVisitOn: row.lastVisitOn,
        openTasks: count?.openTasks ?? 0,
        createdAt: row.createdAt,
        score: scores.get(id)?.score ?? 0,
      },
    ]
  })
}

/** Which record is proposed to stay: the most complete, then the one seen last, then the older. */
export function proposedSurvivor(records: readonly DuplicateRecord[]): DuplicateRecord | undefined {
  return [...records].sort(
    (a, b) =>
      b.score - a.score ||
      (b.lastVisitOn ?? '').localeCompare(a.lastVisitOn ?? '') ||
      a.createdAt.localeCompare(b.createdAt) ||
      (a.id < b.id ? -1 : 1),
  )[0]
}
