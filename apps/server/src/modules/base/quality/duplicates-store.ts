import { PHONE_TAIL, SHARED_BY } from '@changhui/rules/duplicates'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** How many groups one search compares; a store with more finds the rest once these are dealt with. */
const GROUPS = 1_000

/**
 * Records that share a key with another one (BASE-09), found set-based: for `likely` the same name beside a phone, a phone's tail, a
 * plate or a place at the same car; for `possible` a phone under different names or such as may
 * be none (王先生, 客户). The records of `GROUPS` keys at most, `complete`
 * = there were no more; the pure rule judges them. Names are compared as the rule does but for titles, which it sorts out.
 */
export async function candidateIds(
  scope: Scope,
  level: 'likely' | 'possible',
): Promise<{ ids: string[]; complete: boolean }> {
  const store = sql`${scope.storeId}::uuid`
  const shared = sql`HAVING count(DISTINCT k.id) BETWEEN 2 AND ${SHARED_BY}`
  const keys =
    level === 'likely'
      ? sql`
        SELECT array_agg(DISTINCT k.id ORDER BY k.id) AS ids FROM (
          SELECT c.id, c.name, right(split_part(p.number, '-', 1), ${PHONE_TAIL}) AS tail
          FROM named c JOIN customer_phone p ON p.store_id = ${store} AND p.customer_id = c.id
        ) k GROUP BY k.name, k.tail ${shared}
        UNION
        SELECT array_agg(DISTINCT k.id ORDER BY k.id) FROM (
          SELECT c.id, c.name, v.plate FROM named c
          JOIN vehicle v ON v.store_id = ${store} AND v.owner_id = c.id AND v.plate IS NOT NULL AND v.state = 'active'
        ) k GROUP BY k.name, k.plate ${shared}
        UNION
        SELECT array_agg(DISTINCT k.id ORDER BY k.id) FROM (
          SELECT c.id, c.name, v.id AS car FROM vehicle v
          CROSS JOIN LATERAL (VALUES (v.owner_id), (v.driver_id), (v.sender_id)) AS who (id)
          JOIN named c ON c.id = who.id
          WHERE v.store_id = ${store} AND v.state = 'active' AND (v.driver_id IS NOT NULL OR v.sender_id IS NOT NULL)
        ) k GROUP BY k.name, k.car ${shared}`
      : sql`
        SELECT array_agg(DISTINCT k.id ORDER BY k.id) AS ids FROM (
          SELECT c.id, c.name, p.number FROM named c JOIN customer_phone p ON p.store_id = ${store} AND p.customer_id = c.id
        ) k GROUP BY k.number ${shared}
          AND (count(DISTINCT k.name) > 1 OR min(char_length(k.name)) <= 2)`
  const { rows } = await sql<{ ids: string[] }>`
    WITH named AS MATERIALIZED (
      SELECT c.id, CASE WHEN right(c.name, 2) IN ('先生', '女士', '小姐') THEN left(c.name, -2) ELSE c.name END AS name
      FROM (
        SELECT c.id, translate(lower(c.name), ' ·•.・', '') AS name FROM customer c
        WHERE c.store_id = ${store} AND c.merged_into IS NULL
      ) c
    )
    SELECT k.ids FROM (${keys}) k ORDER BY k.ids LIMIT ${GROUPS + 1}`.execute(scope.tx)
  return { ids: [...new Set(rows.slice(0, GROUPS).flatMap((row) => row.ids))], complete: rows.length <= GROUPS }
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
