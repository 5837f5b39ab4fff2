import { type Selectable, sql, type Updateable } from 'kysely'
import type { Customer, CustomerPhone } from '../../../platform/schema.gen.ts'
import type { Scope } from '../../../platform/scope.ts'

export type CustomerRow = Selectable<Customer>
export type PhoneRow = Selectable<CustomerPhone>

/** One customer that was not merged away. */
export function customerById(scope: Scope, id: string): Promise<CustomerRow | undefined> {
  return scope.tx
    .selectFrom('customer')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('mergedInto', 'is', null)
    .executeTakeFirst()
}

/** The record that lives on for a merged one (BASE-11); the id itself for any other. */
export async function survivorId({ tx, storeId }: Scope, id: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE line AS (
      SELECT c.id, c.merged_into FROM customer c WHERE c.store_id = ${storeId}::uuid AND c.id = ${id}::uuid
      UNION ALL
      SELECT c.id, c.merged_into FROM customer c JOIN line l ON c.store_id = ${storeId}::uuid AND c.id = l.merged_into
    )
    SELECT id FROM line WHERE merged_into IS NULL`.execute(tx)
  return rows[0]?.id ?? id
}

export function phonesOf(scope: Scope, customerId: string): Promise<PhoneRow[]> {
  return scope.tx
    .selectFrom('customerPhone')
    .selectAll()
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', customerId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** Writes the changes if the row still has the version the editor saw; undefined = somebody was quicker. */
export function updateCustomer(
  scope: Scope,
  id: string,
  version: number,
  changes: Updateable<Customer>,
): Promise<CustomerRow | undefined> {
  return scope.tx
    .updateTable('customer')
    .set({ ...changes, version: version + 1, updatedAt: scope.now.toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('version', '=', version)
    .where('mergedInto', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Adds a number behind the customer's others; undefined = he has it already. */
export function insertPhone(
  scope: Scope,
  customerId: string,
  number: string,
  label: string | null,
): Promise<{ id: string } | undefined> {
  return scope.tx
    .insertInto('customerPhone')
    .values({
      storeId: scope.storeId,
      id: scope.newId(),
      customerId,
      number,
      label,
      position: sql<number>`(SELECT coalesce(max(p.position) + 1, 0) FROM customer_phone p WHERE p.store_id = ${scope.storeId} AND p.customer_id = ${customerId})`,
      source: 'staff',
      updatedAt: scope.now.toString(),
    })
    .onConflict((on) => on.columns(['storeId', 'customerId', 'number']).doNothing())
    .returning('id')
    .executeTakeFirst()
}

/** Sets the state of a number; the state it had before, undefined when there is no such number. */
export async function updatePhoneState(
  scope: Scope,
  customerId: string,
  phoneId: string,
  state: string,
): Promise<string | undefined> {
  const before = await scope.tx
    .selectFrom('customerPhone')
    .select('state')
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', customerId)
    .where('id', '=', phoneId)
    .forUpdate()
    .executeTakeFirst()
  if (!before || before.state === state) return before?.state
  await scope.tx
    .updateTable('customerPhone')
    .set({ state, updatedAt: scope.now.toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', phoneId)
    .execute()
  return before.state
}

/**
 * What the customer's visits came to: their number and the sum of their orders in fen, whoever paid, and the same since this day a year
 * ago (BASE-06). An order without a sum counts as a visit.
 */
export async function customerValue(
  { tx, storeId, today }: Scope,
  customerId: string,
): Promise<{ visits: number; totalFen: number; yearVisits: number; yearFen: number }> {
  const { rows } = await sql<Record<'visits' | 'totalFen' | 'yearVisits' | 'yearFen', number>>`
    SELECT count(*)::int AS visits, coalesce(sum(total_fen), 0)::float8 AS total_fen,
      (count(*) FILTER (WHERE recent))::int AS year_visits, coalesce(sum(total_fen) FILTER (WHERE recent), 0)::float8 AS year_fen
    FROM (
      SELECT total_fen, arrived_on > ${today.subtract({ years: 1 }).toString()}::date AS recent FROM visit
      WHERE store_id = ${storeId}::uuid AND customer_id = ${customerId}::uuid
    ) v`.execute(tx)
  return rows[0] ?? { visits: 0, totalFen: 0, yearVisits: 0, yearFen: 0 }
}
