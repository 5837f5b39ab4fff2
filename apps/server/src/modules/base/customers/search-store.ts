import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** One candidate of a search, ranked; the number is whole and must be masked before it leaves. */
export interface SearchRow {
  id: string
  name: string
  last_visit_on: string | null
  phones: string[]
  plates: string[]
  vins: string[]
  model: string | null
}

/** How many candidates each understanding of the query may bring; a shared surname has tens of thousands. */
export const CANDIDATES = 300

/**
 * Candidates of a search, best first. $1 store · $2 alternatives of keys · $3 candidates an alternative · $4 the query as a
 * name · $5 as a plate or number · $6 rows.
 */
export const searchStatement = 'SELECT * FROM changhui_search($1, $2, $3, $4, $5, $6)'

/** The same with the scope of that store around it, in one trip. */
export const searchInStore = 'SELECT * FROM changhui_search_in($1, $2, $3, $4, $5, $6)'

/**
 * What the keys of some customers are made from; merged ones are left out. Row by row, so that the plan is the same before the
 * tables have statistics: a join with grouped vehicles took 2.5 ms a customer in the middle of an import.
 */
export async function searchFacts(scope: Scope, customerIds: readonly string[]) {
  const { rows } = await sql<{
    id: string
    name: string
    phones: string[]
    plates: string[]
    vins: string[]
    model: string | null
  }>`
    SELECT c.id, c.name,
      ARRAY(SELECT p.number FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id
            ORDER BY p.state <> 'usable', p.position, p.id) AS phones,
      coalesce(v.plates, '{}') AS plates, coalesce(v.vins, '{}') AS vins, v.model
    FROM customer c
    LEFT JOIN LATERAL (
      SELECT array_agg(plate ORDER BY state <> 'active', id DESC) FILTER (WHERE plate IS NOT NULL) AS plates,
        array_agg(vin ORDER BY state <> 'active', id DESC) FILTER (WHERE vin IS NOT NULL) AS vins,
        (array_agg(coalesce(model, series) ORDER BY state <> 'active', id DESC))[1] AS model
      FROM vehicle WHERE store_id = c.store_id AND owner_id = c.id
    ) v ON true
    WHERE c.store_id = ${scope.storeId} AND c.id = ANY (${customerIds}::uuid[]) AND c.merged_into IS NULL`.execute(
    scope.tx,
  )
  return rows
}

/** One row of the search table; lists are array literals. */
export interface SearchEntry {
  id: string
  phones: string
  plates: string
  vins: string
  model: string | null
  keys: string
}

/** Writes the rows that differ from what stands there, and removes those of customers that were merged away. */
export async function writeSearch(scope: Scope, customerIds: readonly string[], entries: readonly SearchEntry[]) {
  const kept = new Set(entries.map((entry) => entry.id))
  const gone = customerIds.filter((id) => !kept.has(id))
  if (gone.length > 0) {
    await sql`
      DELETE FROM customer_search WHERE store_id = ${scope.storeId} AND customer_id = ANY (${gone}::uuid[])`.execute(
      scope.tx,
    )
  }
  await sql`
    INSERT INTO customer_search AS s (store_id, customer_id, phones, plates, vins, model, keys)
    SELECT ${scope.storeId}::uuid, e.id, e.phones::text[], e.plates::text[], e.vins::text[], e.model, e.keys::bigint[]
    FROM unnest(${entries.map((e) => e.id)}::uuid[], ${entries.map((e) => e.phones)}::text[],
      ${entries.map((e) => e.plates)}::text[], ${entries.map((e) => e.vins)}::text[],
      ${entries.map((e) => e.model)}::text[], ${entries.map((e) => e.keys)}::text[])
      AS e (id, phones, plates, vins, model, keys)
    ORDER BY e.id
    ON CONFLICT (store_id, customer_id) DO UPDATE
      SET phones = excluded.phones, plates = excluded.plates, vins = excluded.vins, model = excluded.model, keys = excluded.keys
      WHERE (s.phones, s.plates, s.vins, s.model, s.keys)
        IS DISTINCT FROM (excluded.phones, excluded.plates, excluded.vins, excluded.model, excluded.keys)`.execute(
    scope.tx,
  )
}
