import { sql } from 'kysely'
import type pg from 'pg'
import type { Scope } from '../../../platform/scope.ts'
import type { BatchRow } from './batch.ts'
import { arrayLiteral, stage } from './copy.ts'
import type { RowProblem } from './record.ts'

export interface StoredProblem {
  readonly row: number
  readonly place: number
  readonly column: string
  readonly reason: string
  readonly value: string
}

interface Target {
  readonly client: pg.ClientBase
  readonly storeId: string
  readonly importId: string
  readonly dry: boolean
}

/** Problems found at the end of an import stand behind those of the row itself. */
export const LATE_PLACE = 1_000

/** Keeps the problems of a batch, and the rows that were refused as they stood in the file. */
export async function keepProblems(
  { client, storeId, importId, dry }: Target,
  rows: readonly BatchRow[],
  problems: readonly (readonly RowProblem[])[],
): Promise<void> {
  const said = rows.flatMap((row, at) =>
    (problems[at] ?? []).map((one, place) => [row.row, place, one.refused, one.column, one.reason, one.value]),
  )
  if (said.length === 0) return
  await stage(
    client,
    'stage_problem',
    ['row int', 'place smallint', 'refused boolean', 'column_name text', 'reason text', 'value text'],
    said,
  )
  await client.query(
    `INSERT INTO import_problem (store_id, import_id, dry, row, place, refused, column_name, reason, value)
     SELECT $1::uuid, $2::uuid, $3::boolean, s.* FROM stage_problem s ON CONFLICT DO NOTHING`,
    [storeId, importId, dry],
  )
  const rejected = rows.filter((row) => !row.record)
  if (rejected.length === 0) return
  await stage(
    client,
    'stage_reject',
    ['row int', 'cells text[]'],
    rejected.map((row) => [row.row, arrayLiteral(row.cells)]),
  )
  await client.query(
    `INSERT INTO import_reject (store_id, import_id, dry, row, cells)
     SELECT $1::uuid, $2::uuid, $3::boolean, s.* FROM stage_reject s ON CONFLICT DO NOTHING`,
    [storeId, importId, dry],
  )
}

/** Keeps warnings that only the end of the import could know. */
export async function keepLateWarnings(
  { client, storeId, importId, dry }: Target,
  column: string,
  warnings: readonly { readonly row: number; readonly reason: string; readonly value: string }[],
): Promise<void> {
  if (warnings.length === 0) return
  await client.query(
    `INSERT INTO import_problem (store_id, import_id, dry, row, place, refused, column_name, reason, value)
     SELECT $1::uuid, $2::uuid, $3::boolean, w.row, $4::smallint, false, $5::text, w.reason, w.value
     FROM unnest($6::int[], $7::text[], $8::text[]) w (row, reason, value) ON CONFLICT DO NOTHING`,
    [
      storeId,
      importId,
      dry,
      LATE_PLACE,
      column,
      warnings.map((w) => w.row),
      warnings.map((w) => w.reason),
      warnings.map((w) => w.value),
    ],
  )
}

export async function forgetProblems(scope: Scope, importId: string, dry: boolean): Promise<void> {
  for (const table of ['importProblem', 'importReject'] as const) {
    await scope.tx
      .deleteFrom(table)
      .where('storeId', '=', scope.storeId)
      .where('importId', '=', importId)
      .where('dry', '=', dry)
      .execute()
  }
}

/** Refusals or warnings in the order of the file, after `from`. */
export async function readProblems(
  scope: Scope,
  importId: string,
  dry: boolean,
  refused: boolean,
  limit: number,
  from: { readonly row: number; readonly place: number } = { row: -1, place: -1 },
): Promise<StoredProblem[]> {
  const { rows } = await sql<StoredProblem>`
    SELECT row, place, column_name AS "column", reason, value FROM import_problem
    WHERE store_id = ${scope.storeId} AND import_id = ${importId} AND dry = ${dry} AND refused = ${refused}
      AND (row, place) > (${from.row}, ${from.place})
    ORDER BY row, place LIMIT ${limit}`.execute(scope.tx)
  return rows
}

/** Refused rows with the reasons of each, in the order of the file, after row `from`. */
export async function readRejects(scope: Scope, importId: string, dry: boolean, limit: number, from = -1) {
  const { rows } = await sql<{ row: number; cells: string[]; reasons: string[]; columns: string[] }>`
    WITH r AS (
      SELECT row, cells FROM import_reject
      WHERE store_id = ${scope.storeId} AND import_id = ${importId} AND dry = ${dry} AND row > ${from}
      ORDER BY row LIMIT ${limit}
    )
    SELECT r.row, r.cells, array_agg(p.reason ORDER BY p.place) AS reasons, array_agg(p.column_name ORDER BY p.place) AS columns
    FROM r
    JOIN import_problem p ON p.store_id = ${scope.storeId} AND p.import_id = ${importId} AND p.dry = ${dry} AND p.refused AND p.row = r.row
    GROUP BY r.row, r.cells
    ORDER BY r.row`.execute(scope.tx)
  return rows
}
