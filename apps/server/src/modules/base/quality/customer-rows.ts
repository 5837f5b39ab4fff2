import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** A table whose rows name a customer. */
export interface CustomerTable {
  readonly table: string
  /** Columns that name a customer. */
  readonly columns: readonly string[]
  /** What tells its rows apart besides the customer. */
  readonly key: readonly string[]
  /** Whether its rows carry a version for editors (SEC-03). */
  readonly counted?: true
  /** One row a key and customer: a row stays where the survivor has its like. */
  readonly onePerCustomer?: true
}

const plain = (table: string): CustomerTable => ({ table, columns: ['customer_id'], key: ['id'] })

/** Rows that go over to the customer who stays. A test compares this with the catalogue, so that no new table is forgotten. */
export const movedTables: readonly CustomerTable[] = [
  { table: 'vehicle', columns: ['owner_id', 'driver_id', 'sender_id'], key: ['id'], counted: true },
  plain('visit'),
  plain('appointment'),
  plain('message'),
  { ...plain('new_car_order'), counted: true },
  plain('phone_dial'),
  plain('phone_call'),
  { table: 'channel_address', columns: ['customer_id'], key: ['channel', 'address'] },
  { table: 'owner_class_seat', columns: ['customer_id'], key: ['class_id'], onePerCustomer: true },
]
/** Tasks go over by the care area's own rules. */
export const taskTable: CustomerTable = { ...plain('task'), counted: true }
export const phoneTable = plain('customer_phone')
export const customerTable: CustomerTable = { table: 'customer', columns: ['id'], key: ['id'], counted: true }

/** Tables that name a customer and keep it, each with the reason. */
export const keptTables: Readonly<Record<string, string>> = {
  customer_phone: 'copied: an import knows the merged record by its own numbers',
  customer_search: 'made anew',
  attempt: 'append-only: the gate and the best hour read those of merged records too',
  timeline_event: 'append-only: read together with those merged into a customer',
  served_elsewhere: 'append-only: read by vehicle',
  audience_member: 'whom a notice went to; a merged record gets none',
}

type Row = Record<string, unknown>
/** The changed columns of one row; `before` null = made by the merge. */
export interface RowChange {
  readonly table: string
  readonly key: string
  readonly before: Row | null
  readonly after: Row
}
export type Image = ReadonlyMap<string, Row>

const SEPARATOR = '\u001f'
const keyOf = ({ key }: CustomerTable): RawBuilder<string> =>
  key.length === 1
    ? sql`${sql.ref(`t.${key[0]}`)}::text`
    : sql`concat_ws(${SEPARATOR}::text, ${sql.join(key.map((name) => sql.ref(`t.${name}`)))})`
/** By the key's own column where there is one, so that the index serves. */
const hasKey = (table: CustomerTable, given: RawBuilder<unknown>): RawBuilder<unknown> =>
  table.key.length === 1 ? sql`${sql.ref(`t.${table.key[0]}`)} = ${given}::uuid` : sql`${keyOf(table)} = ${given}`

/** Rows of some customers as they are, by key; only the watched columns. */
export async function imageOf(
  { tx, storeId }: Scope,
  table: CustomerTable,
  watched: readonly string[],
  customerIds: readonly string[],
): Promise<Image> {
  const column = sql.ref(`t.${table.columns[0]}`)
  const { rows } = await sql<{ key: string; row: Row }>`
    SELECT ${keyOf(table)} AS key, to_jsonb(w) AS row
    FROM ${sql.table(table.table)} t CROSS JOIN LATERAL (SELECT ${sql.join(watched.map((name) => sql.ref(`t.${name}`)))}) w
    WHERE t.store_id = ${storeId}::uuid AND ${column} = ANY (${[...customerIds]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.key, row.row]))
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** What became different between two images of one table; columns in `always` are kept although they stayed the same. */
export function changesBetween(
  table: string,
  before: Image,
  after: Image,
  always: readonly string[] = [],
): RowChange[] {
  return [...after].flatMap(([key, row]): RowChange[] => {
    const old = before.get(key)
    if (!old) return [{ table, key, before: null, after: row }]
    const differing = Object.keys(row).filter((column) => !same(old[column], row[column]))
    const columns = [...new Set([...differing, ...always])]
    if (columns.length === 0) return []
    const only = (source: Row) => Object.fromEntries(columns.map((column) => [column, source[column] ?? null]))
    return [{ table, key, before: only(old), after: only(row) }]
  })
}

/** Lets the rows of `mergedId` name the survivor in the tables that go over; tells which did. */
export async function moveRows(
  { tx, storeId, now }: Scope,
  survivorId: string,
  mergedId: string,
): Promise<RowChange[]> {
  const changes: RowChange[] = []
  for (const table of movedTables) {
    for (const column of table.columns) {
      const counted = table.counted
        ? sql`, version = t.version + 1, updated_at = ${now.toString()}::timestamptz`
        : sql``
      const alike = table.key.map((name) => sql`${sql.ref(`o.${name}`)} = ${sql.ref(`t.${name}`)}`)
      const alone = table.onePerCustomer
        ? sql`AND NOT EXISTS (SELECT FROM ${sql.table(table.table)} o WHERE o.store_id = t.store_id
            AND ${sql.ref(`o.${column}`)} = ${survivorId}::uuid AND ${sql.join(alike, sql` AND `)})`
        : sql``
      const { rows } = await sql<{ key: string }>`
        UPDATE ${sql.table(table.table)} t SET ${sql.ref(column)} = ${survivorId}::uuid ${counted}
        WHERE t.store_id = ${storeId}::uuid AND ${sql.ref(`t.${column}`)} = ${mergedId}::uuid ${alone}
        RETURNING ${keyOf(table)} AS key`.execute(tx)
      const [before, after] = [{ [column]: mergedId }, { [column]: survivorId }]
      changes.push(...rows.map(({ key }) => ({ table: table.table, key, before, after })))
    }
  }
  return changes
}

/**
 * Puts former values back, or takes away what was made, where the rows still are as `after` says. False when one of them is not:
 * the caller lets the transaction fall.
 */
export async function restoreRows(
  { tx, storeId }: Scope,
  table: CustomerTable,
  changes: readonly RowChange[],
): Promise<boolean> {
  const groups = Map.groupBy(changes, ({ before, after }) => `${before === null}${Object.keys(after).sort().join()}`)
  for (const group of groups.values()) {
    const columns = Object.keys(group[0]?.after ?? {})
    const values = JSON.stringify(group)
    const given = sql`jsonb_to_recordset(${values}::jsonb) AS j (key text, before jsonb, after jsonb)`
    const row = (which: 'before' | 'after') =>
      sql`jsonb_populate_record(NULL::${sql.table(table.table)}, ${sql.ref(`j.${which}`)})`
    const untouched = columns.map((name) => sql`${sql.ref(`t.${name}`)} IS NOT DISTINCT FROM ${sql.ref(`a.${name}`)}`)
    const still = sql`t.store_id = ${storeId}::uuid AND ${hasKey(table, sql`j.key`)} AND ${sql.join(untouched, sql` AND `)}`
    const set = columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`b.${name}`)}`)
    if (table.counted) set.push(sql`version = t.version + 1`)
    const statement = group[0]?.before
      ? sql`UPDATE ${sql.table(table.table)} t SET ${sql.join(set)}
          FROM ${given} CROSS JOIN LATERAL ${row('before')} AS b CROSS JOIN LATERAL ${row('after')} AS a WHERE ${still} RETURNING 1`
      : sql`DELETE FROM ${sql.table(table.table)} t
          USING ${given} CROSS JOIN LATERAL ${row('after')} AS a WHERE ${still} RETURNING 1`
    const { rows } = await statement.execute(tx)
    if (rows.length !== group.length) return false
  }
  return true
}
