import { PHONE_TAIL, SHARED_BY } from '@changhui/rules/duplicates'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** How many records one search compares; a store with more finds the rest once these are dealt with. */
export const CANDIDATES = 2_000

/**
 * Records that share a key with another one (BASE-09), found set-based: for `likely` the same name beside a phone, a phone's tail, a
 * plate or a place at the same car; for `possible` a phone under any name. At most `CANDIDATES`, those with most in common first;
 * the pure rule judges them. Names are compared as the rule does but for titles, which it sorts out.
 */
export async function candidateIds(scope: Scope, level: 'likely' | 'possible'): Promise<string[]> {
  const store = sql`${scope.storeId}::uuid`
  const name = sql`lower(regexp_replace(regexp_replace(c.name, '[[:space:]·•.・]', '', 'g'), '(先生|女士|小姐)$', ''))`
  const shared = sql`HAVING count(DISTINCT k.id) BETWEEN 2 AND ${SHARED_BY}`
  const keys =
    level === 'likely'
      ? sql`
        SELECT k.ids FROM (
          SELECT array_agg(DISTINCT k.id) AS ids FROM (
            SELECT c.id, c.name, right(regexp_replace(split_part(p.number, '-', 1), '\\D', '', 'g'), ${PHONE_TAIL}) AS tail
            FROM named c JOIN customer_phone p ON p.store_id = ${store} AND p.customer_id = c.id
          ) k GROUP BY k.name, k.tail ${shared}
          UNION ALL
          SELECT array_agg(DISTINCT k.id) FROM (
            SELECT c.id, c.name, v.plate FROM named c
            JOIN vehicle v ON v.store_id = ${store} AND v.owner_id = c.id AND v.plate IS NOT NULL AND v.state = 'active'
          ) k GROUP BY k.name, k.plate ${shared}
          UNION ALL
          SELECT array_agg(DISTINCT k.id) FROM (
            SELECT c.id, c.name, v.id AS car FROM vehicle v
            CROSS JOIN LATERAL (VALUES (v.owner_id), (v.driver_id), (v.sender_id)) AS who (id)
            JOIN named c ON c.id = who.id
            WHERE v.store_id = ${store} AND v.state = 'active' AND (v.driver_id IS NOT NULL OR v.sender_id IS NOT NULL)
          ) k GROUP BY k.name, k.car ${shared}
        ) k`
      : sql`
        SELECT array_agg(DISTINCT k.id) AS ids FROM (
          SELECT p.customer_id AS id, p.number FROM customer_phone p
          JOIN customer c ON c.store_id = p.store_id AND c.id = p.customer_id AND c.merged_into IS NULL
          WHERE p.store_id = ${store}
        ) k GROUP BY k.number ${shared}`
  const { rows } = await sql<{ id: string }>`
    WITH named AS MATERIALIZED (
      SELECT c.id, ${name} AS name FROM customer c WHERE c.store_id = ${store} AND c.merged_into IS NULL
    )
    SELECT id FROM (${keys}) k CROSS JOIN LATERAL unnest(k.ids) AS id
    GROUP BY id ORDER BY count(*) DESC, id LIMIT ${CANDIDATES}`.execute(scope.tx)
  return rows.map((row) => row.id)
}

export interface FactsRow {
  id: string
  name: string
  phones: string[]
  vins: string[]
  plates: string[]
}

/** What the rule compares; a VIN, or the car itself where it has none, of every car the customer owns, drives or brings. */
export async function duplicateFacts(scope: Scope, ids: readonly string[]): Promise<FactsRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<FactsRow>`
    WITH car AS (
      SELECT who.id, v.id AS car, v.vin, CASE WHEN who.id = v.owner_id THEN v.plate END AS plate
      FROM vehicle v
      CROSS JOIN LATERAL (VALUES (v.owner_id), (v.driver_id), (v.sender_id)) AS who (id)
      WHERE v.store_id = ${scope.storeId} AND v.state = 'active' AND who.id = ANY (${[...ids]}::uuid[])
    )
    SELECT c.id, c.name,
      ARRAY(SELECT p.number FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id ORDER BY p.position, p.id) AS phones,
      ARRAY(SELECT DISTINCT coalesce(car.vin, car.car::text) FROM car WHERE car.id = c.id) AS vins,
      ARRAY(SELECT DISTINCT car.plate FROM car WHERE car.id = c.id AND car.plate IS NOT NULL) AS plates
    FROM customer c
    WHERE c.store_id = ${scope.storeId} AND c.id = ANY (${[...ids]}::uuid[]) AND c.merged_into IS NULL
    ORDER BY c.id`.execute(scope.tx)
  return rows
}

/** The pairs somebody said are two people, among some customers. */
export async function twoPeople(scope: Scope, ids: readonly string[]): Promise<{ lowId: string; highId: string }[]> {
  if (ids.length === 0) return []
  return scope.tx
    .selectFrom('notDuplicate')
    .select(['lowId', 'highId'])
    .where('storeId', '=', scope.storeId)
    .where('lowId', 'in', [...ids])
    .where('highId', 'in', [...ids])
    .execute()
}
