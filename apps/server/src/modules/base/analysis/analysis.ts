import type { BasePart, baseAnalysisContract } from '@changhui/contract/base-analysis'
import { AGE_BANDS, countByBand, VEHICLE_AGE_BANDS } from '@changhui/rules/bands'
import { CHURN_BANDS, type ChurnBands, lastVisitsIn } from '@changhui/rules/churn'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { churnBandsOf } from '../customers/churn.ts'

export type BaseAnalysis = z.infer<NonNullable<(typeof baseAnalysisContract)['month']['~orpc']['outputSchema']>>
type Part = BaseAnalysis['parts'][BasePart]

interface Count {
  readonly part: string
  readonly value: string | null
  readonly count: number
}

/**
 * Who the customers and vehicles of a store are at the end of a month, and who came in it (BASE-05). A vehicle belongs to the base from
 * its delivery, first visit or entry on, whichever was first, as long as it is active; a customer with one of his vehicles. What is
 * written of a customer is as it stands now, ages are those of that day. At most `most` values a part, the most frequent first.
 * Throws BAD_REQUEST for a month to come.
 */
export async function analyseBase(scope: Scope, month: Temporal.PlainDate, most: number): Promise<BaseAnalysis> {
  const first = month.with({ day: 1 })
  const last = first.add({ months: 1 }).subtract({ days: 1 })
  if (Temporal.PlainDate.compare(first, scope.today) > 0)
    throw new Problem('BAD_REQUEST', 'input.invalid', { field: 'month' })
  const asOf = Temporal.PlainDate.compare(last, scope.today) > 0 ? scope.today : last
  const bands = await churnBandsOf(scope)
  const counts = [...(await countBase(scope, asOf, bands)), ...(await countArrivals(scope, first, last))]
  const byPart = Map.groupBy(counts, ({ part }) => part)
  const of = (part: string) => byPart.get(part) ?? []
  const sum = (part: string) => of(part).reduce((so, { count }) => so + count, 0)
  const years = (part: string) =>
    of(part).map(({ value, count }) => ({ years: value === null ? null : Number(value), count }))
  const ranked = (part: string) => rank(of(part), most)
  const whole = (rows: Part['rows']): Part => ({ rows, rest: { values: 0, count: 0 } })
  return {
    month: first.toPlainYearMonth().toString(),
    asOf: asOf.toString(),
    customers: sum('age'),
    vehicles: sum('vehicleAge'),
    arrivals: sum('arrivalRegion'),
    visits: sum('visits'),
    parts: {
      age: whole(countByBand(AGE_BANDS, years('age'))),
      vehicleAge: whole(countByBand(VEHICLE_AGE_BANDS, years('vehicleAge'))),
      churn: whole(inBandOrder(of('churn'))),
      model: ranked('model'),
      region: ranked('region'),
      source: ranked('source'),
      occupation: ranked('occupation'),
      industry: ranked('industry'),
      arrivalRegion: ranked('arrivalRegion'),
      arrivalSource: ranked('arrivalSource'),
    },
  }
}

/** The bands from the mildest on, empty ones too; those who never came last. */
function inBandOrder(counts: readonly Count[]): { value: string | null; count: number }[] {
  const count = (value: string | null) => counts.find((one) => one.value === value)?.count ?? 0
  const never = count(null)
  const rows = CHURN_BANDS.map((value) => ({ value: value as string | null, count: count(value) }))
  return never > 0 ? [...rows, { value: null, count: never }] : rows
}

/** The most frequent first, those of whom nothing is known last. */
function rank(counts: readonly Count[], most: number): Part {
  const known = counts
    .filter(({ value }) => value !== null)
    .sort((a, b) => b.count - a.count || (a.value ?? '').localeCompare(b.value ?? '', 'zh'))
  const left = known.slice(most)
  const unknown = counts.filter(({ value }) => value === null)
  return {
    rows: [...known.slice(0, most), ...unknown].map(({ value, count }) => ({ value, count })),
    rest: { values: left.length, count: left.reduce((sum, { count }) => sum + count, 0) },
  }
}

/** Text as people compare it: without blanks around it, and nothing at all where nothing is written. */
const written = (column: string) => sql`nullif(btrim(${sql.ref(column)}), '')`
const wholeYears = (column: string, asOf: Temporal.PlainDate) =>
  sql`extract(year FROM age(${asOf.toString()}::date, ${sql.ref(column)}))::int::text`

/** The band of the last visit in `column`, as of a day. */
function bandOn(column: string, asOf: Temporal.PlainDate, bands: ChurnBands) {
  const cases = CHURN_BANDS.map((band) => {
    const { from } = lastVisitsIn(band, asOf, bands)
    return from
      ? sql`WHEN ${sql.ref(column)} >= ${from.toString()}::date THEN ${band}::text`
      : sql`WHEN ${sql.ref(column)} IS NOT NULL THEN ${band}::text`
  })
  return sql`CASE ${sql.join(cases, sql` `)} END`
}

async function countBase(
  { tx, storeId, timeZone }: Scope,
  asOf: Temporal.PlainDate,
  bands: ChurnBands,
): Promise<Count[]> {
  const store = sql`${storeId}::uuid`
  const on = sql`${asOf.toString()}::date`
  const { rows } = await sql<Count>`
    WITH base AS MATERIALIZED (
      SELECT v.owner_id, v.delivered_on, coalesce(v.series, v.model) AS model FROM vehicle v
      WHERE v.store_id = ${store} AND v.state = 'active' AND (
        v.delivered_on <= ${on} OR (v.created_at AT TIME ZONE ${timeZone}::text)::date <= ${on}
        OR EXISTS (SELECT FROM visit i WHERE i.store_id = v.store_id AND i.vehicle_id = v.id AND i.arrived_on <= ${on}))
    ), seen AS MATERIALIZED (
      SELECT customer_id, max(arrived_on) AS last_on FROM visit
      WHERE store_id = ${store} AND arrived_on <= ${on} GROUP BY customer_id
    )
    SELECT d.part, d.value, count(*)::int AS count
    FROM customer c LEFT JOIN seen s ON s.customer_id = c.id CROSS JOIN LATERAL (VALUES
      ('churn', ${bandOn('s.last_on', asOf, bands)}), ('age', ${wholeYears('c.birthday', asOf)}), ('region', ${written('c.region')}), ('source', ${written('c.source')}),
      ('occupation', ${written('c.occupation')}), ('industry', ${written('c.industry')})) AS d (part, value)
    WHERE c.store_id = ${store} AND c.merged_into IS NULL AND c.id IN (SELECT owner_id FROM base)
    GROUP BY 1, 2
    UNION ALL
    SELECT d.part, d.value, count(*)::int
    FROM base b CROSS JOIN LATERAL (VALUES
      ('vehicleAge', ${wholeYears('b.delivered_on', asOf)}), ('model', ${written('b.model')})) AS d (part, value)
    GROUP BY 1, 2`.execute(tx)
  return rows
}

async function countArrivals(
  { tx, storeId }: Scope,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<Count[]> {
  const { rows } = await sql<Count>`
    WITH came AS MATERIALIZED (
      SELECT customer_id, count(*)::int AS visits FROM visit
      WHERE store_id = ${storeId}::uuid AND arrived_on BETWEEN ${from.toString()}::date AND ${to.toString()}::date
      GROUP BY customer_id
    )
    SELECT d.part, d.value, sum(d.count)::int AS count
    FROM came JOIN customer c ON c.store_id = ${storeId}::uuid AND c.id = came.customer_id
    CROSS JOIN LATERAL (VALUES
      ('arrivalRegion', ${written('c.region')}, 1), ('arrivalSource', ${written('c.source')}, 1), ('visits', NULL, came.visits))
      AS d (part, value, count)
    GROUP BY 1, 2`.execute(tx)
  return rows
}
