import type { AlertArea } from '@changhui/rules/weatherArea'
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'

/** A warning as its row holds it. */
export interface AlertRow {
  readonly id: string
  readonly source: 'provider' | 'hand'
  readonly sourceId: string | null
  readonly area: string
  readonly province: string | null
  readonly city: string | null
  readonly county: string | null
  readonly kind: string
  readonly level: string
  readonly status: string
  readonly title: string
  readonly issuedAt: string
  readonly endsAt: string
  readonly liftedAt: string | null
}

const columns = [
  'id',
  'source',
  'sourceId',
  'area',
  'province',
  'city',
  'county',
  'kind',
  'level',
  'status',
  'title',
  'issuedAt',
  'endsAt',
  'liftedAt',
] as const

/** The warnings neither lifted nor over. */
export async function alertsInForce({ tx, storeId, now }: Scope): Promise<AlertRow[]> {
  const rows = await tx
    .selectFrom('weatherAlert')
    .select(columns)
    .where('storeId', '=', storeId)
    .where('status', '<>', 'lifted')
    .where('endsAt', '>', now.toString())
    .orderBy('issuedAt')
    .execute()
  return rows as AlertRow[]
}

export async function alertById({ tx, storeId }: Scope, id: string): Promise<AlertRow | undefined> {
  const query = tx.selectFrom('weatherAlert').select(columns).where('storeId', '=', storeId).where('id', '=', id)
  return (await query.executeTakeFirst()) as AlertRow | undefined
}

/** Whether a person lifted the warning that had become this edition of the provider's. */
export async function liftedByHand({ tx, storeId }: Scope, sourceId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('weatherAlert')
    .select('id')
    .where('storeId', '=', storeId)
    .where('sourceId', '=', sourceId)
    .where('source', '=', 'hand')
    .where('status', '=', 'lifted')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The newest warnings; `since` leaves out those over before that moment. */
export async function latestAlerts({ tx, storeId }: Scope, since: string | undefined): Promise<AlertRow[]> {
  const rows = await tx
    .selectFrom('weatherAlert')
    .select(columns)
    .where('storeId', '=', storeId)
    .$if(since !== undefined, (query) => query.where('endsAt', '>', since ?? ''))
    .orderBy('issuedAt', 'desc')
    .orderBy('id')
    .limit(200)
    .execute()
  return rows as AlertRow[]
}

export type NewAlert = Omit<AlertRow, 'liftedAt' | 'area' | 'province' | 'city' | 'county'> & {
  readonly area: AlertArea
}

/** Adds a warning. The provider may bring one back that it had left out for a while; what a person lifted stays lifted. */
export async function insertAlert({ tx, storeId, now, actor }: Scope, alert: NewAlert): Promise<void> {
  const { area, ...rest } = alert
  await tx
    .insertInto('weatherAlert')
    .values({
      ...rest,
      storeId,
      area: area.text,
      province: area.province,
      city: area.city,
      county: area.county,
      notedAt: now.toString(),
      notedBy: actor.id,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['storeId', 'id'])
        .doUpdateSet({
          status: alert.status,
          level: alert.level,
          title: alert.title,
          endsAt: alert.endsAt,
          liftedAt: null,
        })
        .where('weatherAlert.source', '=', 'provider'),
    )
    .execute()
}

/** A later edition of a warning in force. */
export async function updateAlert(
  { tx, storeId }: Scope,
  id: string,
  change: Pick<NewAlert, 'sourceId' | 'source' | 'level' | 'title' | 'endsAt'>,
): Promise<void> {
  await tx
    .updateTable('weatherAlert')
    .set((eb) => ({ ...change, status: 'updated', version: eb('version', '+', 1) }))
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .execute()
}

/** Lifts warnings; those already lifted stay as they are. `by` a person: it is theirs from then on. Returns how many were lifted. */
export async function liftAlerts({ tx, storeId, now }: Scope, ids: readonly string[], by?: 'hand'): Promise<number> {
  if (ids.length === 0) return 0
  const rows = await tx
    .updateTable('weatherAlert')
    .set((eb) => ({
      status: 'lifted',
      liftedAt: now.toString(),
      version: eb('version', '+', 1),
      ...(by ? { source: by } : {}),
    }))
    .where('storeId', '=', storeId)
    .where('id', 'in', [...ids])
    .where('status', '<>', 'lifted')
    .returning('id')
    .execute()
  return rows.length
}

/** A place as customers wrote it, and whether they live out of town. */
export interface RegionRow {
  readonly region: string
  readonly outOfTown: boolean
}

const regionOf = sql`coalesce(btrim(c.region), '')`
const outOfTownOf = sql`coalesce(c.locality = 'out-of-town', false)`

/** Every different region of the store's customers. */
export async function regionsOf({ tx, storeId }: Scope): Promise<RegionRow[]> {
  const { rows } = await sql<RegionRow>`
    SELECT ${regionOf} AS region, ${outOfTownOf} AS out_of_town FROM customer c
    WHERE c.store_id = ${storeId}::uuid AND c.merged_into IS NULL GROUP BY 1, 2`.execute(tx)
  return rows
}

export interface TouchRow extends RegionRow {
  readonly alertId: string
}

/** Makes the regions reached by some warnings what is given: what is missing is added, what is too much taken away. */
export async function setTouches(
  { tx, storeId }: Scope,
  alertIds: readonly string[],
  touches: readonly TouchRow[],
): Promise<void> {
  if (alertIds.length === 0) return
  const given = sql`jsonb_to_recordset(${JSON.stringify(touches)}::jsonb) AS g ("alertId" uuid, region text, "outOfTown" boolean)`
  await sql`
    DELETE FROM weather_touch t WHERE t.store_id = ${storeId}::uuid AND t.alert_id = ANY (${[...alertIds]}::uuid[])
      AND NOT EXISTS (SELECT FROM ${given} WHERE g."alertId" = t.alert_id AND g.region = t.region AND g."outOfTown" = t.out_of_town)`.execute(
    tx,
  )
  await sql`
    INSERT INTO weather_touch (store_id, alert_id, region, out_of_town)
    SELECT ${storeId}::uuid, g."alertId", g.region, g."outOfTown" FROM ${given} ON CONFLICT DO NOTHING`.execute(tx)
}

/** Numbers of each warning: customers whose region it reaches, notices planned for it and sent. */
export async function alertNumbers(
  { tx, storeId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { touched: number; notices: number; sent: number }>> {
  if (ids.length === 0) return new Map()
  const those: RawBuilder<unknown> = sql`ANY (${[...ids]}::uuid[])`
  const { rows } = await sql<{ alertId: string; touched: number; notices: number; sent: number }>`
    WITH reached AS (
      SELECT t.alert_id, count(*)::int AS touched
      FROM weather_touch t
      JOIN customer c ON c.store_id = t.store_id AND ${regionOf} = t.region AND ${outOfTownOf} = t.out_of_town
      WHERE t.store_id = ${storeId}::uuid AND t.alert_id = ${those} AND c.merged_into IS NULL
      GROUP BY t.alert_id
    ), told AS (
      SELECT (t.why ->> 'alertId')::uuid AS alert_id, count(*)::int AS notices, (count(*) FILTER (WHERE t.outcome = 'sent'))::int AS sent
      FROM task t
      WHERE t.store_id = ${storeId}::uuid AND t.programme = 'weather' AND (t.why ->> 'alertId')::uuid = ${those}
      GROUP BY 1
    )
    SELECT a.id AS alert_id, coalesce(r.touched, 0) AS touched, coalesce(o.notices, 0) AS notices, coalesce(o.sent, 0) AS sent
    FROM unnest(${[...ids]}::uuid[]) AS a (id)
    LEFT JOIN reached r ON r.alert_id = a.id
    LEFT JOIN told o ON o.alert_id = a.id`.execute(tx)
  return new Map(rows.map(({ alertId, ...numbers }) => [alertId, numbers]))
}
