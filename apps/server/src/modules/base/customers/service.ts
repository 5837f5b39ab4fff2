import { normalisePhone, phoneDigits } from '@changhui/rules/phone'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { keepStatistics } from '../../../platform/statistics.ts'
import { emitTimeline } from '../../integrations/service.ts'
import { keyMaker, phoneKeys, searchKeys } from './search-keys.ts'
import { CANDIDATES, searchFacts, writeSearch } from './search-store.ts'

// What other areas may use of customers. It knows nothing of tasks, so that the care area may call it.

/** Rows of the search table are remade so many at a time. */
const CHUNK = 2_000
/** More than this at once is a bulk write. */
const FEW = 100

const literal = (values: readonly string[]) =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`

/**
 * The records that were merged into some customers, over any number of merges: record → the customer it is part of now. Nearly always
 * empty. For what is kept by the record it happened to; asked apart, since joined into such a read it kept the indexes from use.
 */
export async function mergedRecords(
  { tx, storeId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const part = new Map<string, string>()
  for (let level: readonly string[] = ids; level.length > 0; ) {
    const { rows } = await sql<{ id: string; mergedInto: string }>`
      SELECT id, merged_into FROM customer
      WHERE store_id = ${storeId}::uuid AND merged_into = ANY (${[...level]}::uuid[])`.execute(tx)
    for (const { id, mergedInto } of rows) part.set(id, part.get(mergedInto) ?? mergedInto)
    level = rows.map(({ id }) => id)
  }
  return part
}

/**
 * Brings the search table in step with customers, phones and vehicles. Call it in the transaction that changed any of
 * them; rows that stay the same are not written.
 */
export async function refreshSearch(scope: Scope, customerIds: readonly string[]): Promise<void> {
  const key = keyMaker(scope.storeId)
  for (let from = 0; from < customerIds.length; from += CHUNK) {
    const ids = customerIds.slice(from, from + CHUNK)
    if (ids.length > FEW) await keepStatistics(scope.tx)
    const facts = await searchFacts(scope, ids)
    const entries = facts.map((one) => ({
      id: one.id,
      phones: literal(one.phones),
      plates: literal(one.plates),
      vins: literal(one.vins),
      model: one.model,
      keys: `{${searchKeys(key, one).join(',')}}`,
    }))
    await writeSearch(scope, ids, entries)
  }
}

/** Whose number this is (BASE-08): ids of customers, those seen last first. An extension behind the number does not matter. */
export async function customersOfNumber({ tx, storeId }: Scope, raw: string): Promise<string[]> {
  const phone = normalisePhone(raw)
  if (!phone.ok) return []
  const digits = phoneDigits(phone.number)
  const { rows } = await sql<{ id: string; phones: string[] }>`
    SELECT id, phones
    FROM changhui_search(${storeId}::uuid, ${phoneKeys(keyMaker(storeId), digits)}::text[], ${CANDIDATES}, '', '', 20)`.execute(
    tx,
  )
  return rows.filter((row) => row.phones.some((number) => phoneDigits(number) === digits)).map(({ id }) => id)
}

/** One thing that happened, without its moment and author; `data` holds ids and codes, no personal data. */
export interface TimelineEntry {
  readonly kind: string
  readonly customerId: string
  readonly vehicleId?: string | null
  readonly taskId?: string | null
  readonly data?: Record<string, unknown>
}

/** Appends to the timeline, in the transaction of what happened. */
export async function appendTimeline(scope: Scope, entries: readonly TimelineEntry[]): Promise<void> {
  if (entries.length === 0) return
  // one parameter for all: thousands of rows would have more than a statement may carry
  const rows = entries.map((entry) => ({
    id: scope.newId(),
    kind: entry.kind,
    customer_id: entry.customerId,
    vehicle_id: entry.vehicleId,
    task_id: entry.taskId,
    data: entry.data ?? {},
  }))
  await sql`
    INSERT INTO timeline_event (store_id, id, at, kind, customer_id, vehicle_id, task_id, actor, data)
    SELECT ${scope.storeId}::uuid, r.id, ${scope.now.toString()}::timestamptz, r.kind, r.customer_id, r.vehicle_id, r.task_id,
      ${scope.actor.id}::uuid, r.data
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (id uuid, kind text, customer_id uuid, vehicle_id uuid, task_id uuid,
      data jsonb)`.execute(scope.tx)
  await emitTimeline(scope, entries)
}

/**
 * `staff_corrected` of customers and vehicles: field (as the API names it) → the value that stood there when staff first
 * corrected it, which is what the source held. Null = the source held nothing.
 */
export type Corrections = Readonly<Record<string, unknown>>

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/**
 * The corrections after staff changed `before` by `changes` (BASE-11). A field corrected twice keeps the source's value of the
 * first time; set back to that value it is no correction any more.
 */
export function noteCorrections(
  corrected: Corrections,
  before: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Corrections {
  const next: Record<string, unknown> = { ...corrected }
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined || same(before[field], value)) continue
    const source = field in corrected ? corrected[field] : (before[field] ?? null)
    if (same(source, value)) delete next[field]
    else next[field] = source
  }
  return next
}

/** Whether the source's value may be written over a field: staff never corrected it, or the source has changed it since. */
export function sourceMayWrite(corrected: Corrections, field: string, sourceValue: unknown): boolean {
  return !(field in corrected) || !same(corrected[field], sourceValue)
}
