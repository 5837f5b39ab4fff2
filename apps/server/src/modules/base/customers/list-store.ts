import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

export interface ListRow {
  id: string
  name: string
  lastVisitOn: string | null
  doNotDisturb: boolean
  tags: string[]
  phone: string | null
  plates: string[]
  models: string[]
  openTasks: number
  vehicleIds: string[]
  locality: string | null
  region: string | null
  source: string | null
  memberLevel: string | null
}

/** What a page of the list begins behind: last visit and id of the row before. */
export interface ListPlace {
  readonly lastVisitOn: string | null
  readonly id: string
}

/** The vehicles of the customer `c` that a condition looks at: a page of 50 in a store of a million took 8 s with all of them. */
export const carsOfCustomer = sql`(SELECT v.* FROM vehicle v WHERE v.store_id = c.store_id AND v.owner_id = c.id)`

/** The conditions of the filters, on `c`; the store and the merged ones are always among them. */
export function listConditions(
  scope: Scope,
  filters: {
    readonly ids?: readonly string[] | undefined
    readonly lastVisitBefore?: string | undefined
    readonly lastVisitAfter?: string | undefined
    /** First and last day of the last visit, themselves included. */
    readonly lastVisitFrom?: string | undefined
    readonly lastVisitTo?: string | undefined
    readonly noUsablePhone?: boolean | undefined
    readonly locality?: string | undefined
    readonly tag?: string | undefined
    readonly advisorId?: string | undefined
    readonly model?: string | undefined
    /** Rows of (store_id, customer_id, due_on, closes_on), and the day until which they matter. */
    readonly due?: { readonly rows: RawBuilder<unknown>; readonly until: string } | undefined
  },
): RawBuilder<unknown> {
  const all = [sql`c.store_id = ${scope.storeId}`, sql`c.merged_into IS NULL`]
  if (filters.ids) all.push(sql`c.id = ANY (${filters.ids}::uuid[])`)
  if (filters.lastVisitBefore) all.push(sql`c.last_visit_on < ${filters.lastVisitBefore}::date`)
  if (filters.lastVisitAfter) all.push(sql`c.last_visit_on > ${filters.lastVisitAfter}::date`)
  if (filters.lastVisitFrom) all.push(sql`c.last_visit_on >= ${filters.lastVisitFrom}::date`)
  if (filters.lastVisitTo) all.push(sql`c.last_visit_on <= ${filters.lastVisitTo}::date`)
  if (filters.noUsablePhone) {
    all.push(
      sql`NOT EXISTS (SELECT FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id AND p.state = 'usable')`,
    )
  }
  if (filters.locality) all.push(sql`c.locality = ${filters.locality}`)
  if (filters.tag) all.push(sql`${filters.tag} = ANY (c.tags)`)
  if (filters.advisorId) all.push(sql`c.advisor_id = ${filters.advisorId}`)
  if (filters.model) {
    all.push(
      sql`EXISTS (SELECT FROM vehicle v WHERE v.store_id = c.store_id AND v.owner_id = c.id AND (strpos(v.model, ${filters.model}) > 0 OR strpos(v.series, ${filters.model}) > 0))`,
    )
  }
  if (filters.due) {
    all.push(
      sql`EXISTS (SELECT FROM (${filters.due.rows}) d WHERE d.store_id = c.store_id AND d.customer_id = c.id AND d.due_on <= ${filters.due.until}::date AND d.closes_on >= ${scope.today.toString()}::date)`,
    )
  }
  return sql.join(all, sql` AND `)
}

/**
 * One page, latest visit first, those who never came last. The part with a visit and the part without are two queries: a
 * comparison that spans both cannot start inside the index.
 */
export async function listPage(
  scope: Scope,
  conditions: RawBuilder<unknown>,
  after: ListPlace | undefined,
  limit: number,
): Promise<ListRow[]> {
  if (!after) return page(scope, conditions, sql`true`, sql`c.last_visit_on DESC NULLS LAST, c.id DESC`, limit)
  const rows = after.lastVisitOn
    ? await page(
        scope,
        conditions,
        sql`(c.last_visit_on, c.id) < (${after.lastVisitOn}::date, ${after.id}::uuid)`,
        sql`c.last_visit_on DESC NULLS LAST, c.id DESC`,
        limit,
      )
    : []
  if (rows.length === limit) return rows
  const behind = after.lastVisitOn
    ? sql`c.last_visit_on IS NULL`
    : sql`c.last_visit_on IS NULL AND c.id < ${after.id}::uuid`
  return [...rows, ...(await page(scope, conditions, behind, sql`c.id DESC`, limit - rows.length))]
}

async function page(
  scope: Scope,
  conditions: RawBuilder<unknown>,
  place: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
): Promise<ListRow[]> {
  const { rows } = await sql<ListRow>`
    SELECT c.id, c.name, c.last_visit_on, c.do_not_disturb, c.tags, c.locality, c.region, c.source, c.member_level,
      (SELECT p.number FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id
       ORDER BY p.state <> 'usable', p.position, p.id LIMIT 1) AS phone,
      coalesce(v.plates, '{}') AS plates, coalesce(v.models, '{}') AS models, coalesce(v.ids, '{}') AS vehicle_ids, t.open_tasks
    FROM (
      SELECT c.* FROM customer c WHERE ${conditions} AND ${place} ORDER BY ${order} LIMIT ${limit}
    ) c
    LEFT JOIN LATERAL (
      SELECT array_agg(plate ORDER BY state <> 'active', id DESC) FILTER (WHERE plate IS NOT NULL) AS plates,
        array_agg(DISTINCT coalesce(model, series)) FILTER (WHERE coalesce(model, series) IS NOT NULL) AS models,
        array_agg(id) FILTER (WHERE state = 'active') AS ids
      FROM vehicle WHERE store_id = c.store_id AND owner_id = c.id
    ) v ON true
    LEFT JOIN LATERAL (
      SELECT count(*)::int AS open_tasks
      FROM task WHERE store_id = c.store_id AND customer_id = c.id AND state IN ('open', 'attempting')
    ) t ON true
    ORDER BY ${order}`.execute(scope.tx)
  return rows
}

/** How many rows the conditions leave, counted no further than `most`. */
export async function countUpTo(scope: Scope, conditions: RawBuilder<unknown>, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM (SELECT FROM customer c WHERE ${conditions} LIMIT ${most}) counted`.execute(
    scope.tx,
  )
  return rows[0]?.count ?? 0
}

/** The ids the conditions leave, in their order, `most` at most. */
export async function idsUpTo(scope: Scope, conditions: RawBuilder<unknown>, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT c.id FROM customer c WHERE ${conditions} ORDER BY c.id LIMIT ${most}`.execute(scope.tx)
  return rows.map(({ id }) => id)
}

/** About how many customers the store has; null before the database has statistics. */
export async function storeEstimate(scope: Scope): Promise<number | null> {
  const { rows } = await sql<{ estimate: number | null }>`
    SELECT changhui_customer_estimate(${scope.storeId}::uuid) AS estimate`.execute(scope.tx)
  return rows[0]?.estimate ?? null
}

/**
 * Which share of the store's customers the conditions leave, from whole pages drawn from the table (the same ones each time);
 * null when too few of the store's rows lay on them. `customers` = about how many the store has.
 */
export async function sampleShare(
  scope: Scope,
  conditions: RawBuilder<unknown>,
  customers: number,
): Promise<number | null> {
  const { rows } = await sql<{ sampled: number; kept: number }>`
    SELECT count(*)::int AS sampled, count(*) FILTER (WHERE ${conditions})::int AS kept
    FROM customer c TABLESAMPLE SYSTEM (least(100, 500000.0 / ${customers}::float8,
      (SELECT 5000000.0 / greatest(reltuples, 1) FROM pg_class WHERE oid = 'public.customer'::regclass))) REPEATABLE (1)
    WHERE c.store_id = ${scope.storeId} AND c.merged_into IS NULL`.execute(scope.tx)
  const { sampled = 0, kept = 0 } = rows[0] ?? {}
  return sampled < 500 ? null : kept / sampled
}

/** The customers a search brings, with what `matcher` compares. */
export async function searchCandidates(scope: Scope, alternatives: readonly string[], bound: number) {
  const most = bound * alternatives.length
  const { rows } = await sql<{ id: string; name: string; phones: string[]; plates: string[]; vins: string[] }>`
    SELECT id, name, phones, plates, vins
    FROM changhui_search(${scope.storeId}, ${alternatives}::text[], ${bound}, '', '', ${most})`.execute(scope.tx)
  return rows
}
