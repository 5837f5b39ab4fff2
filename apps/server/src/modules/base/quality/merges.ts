import type { qualityContract } from '@changhui/contract/quality'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'

export type MergeRow = z.infer<NonNullable<(typeof qualityContract)['merge']['~orpc']['outputSchema']>>
type Page = z.infer<NonNullable<(typeof qualityContract)['merges']['~orpc']['outputSchema']>>

const place = z.tuple([z.iso.datetime(), z.guid()])

/** Merges of a store, the latest first. */
export async function listMerges(scope: Scope, input: { cursor?: string | undefined; limit: number }): Promise<Page> {
  const [at, id] = input.cursor ? decodeCursor(input.cursor, place) : []
  const rows = await select(scope)
    .$if(at !== undefined, (query) =>
      query.where(sql<boolean>`(m.merged_at, m.id) < (${at}::timestamptz, ${id}::uuid)`),
    )
    .orderBy('m.mergedAt', 'desc')
    .orderBy('m.id', 'desc')
    .limit(input.limit + 1)
    .execute()
  const page = rows.slice(0, input.limit)
  const last = rows.length > input.limit ? page.at(-1) : undefined
  return { rows: await shown(scope, page), nextCursor: last ? encodeCursor(last.mergedAt, last.id) : null }
}

/** One merge as pages get it. */
export async function mergeById(scope: Scope, id: string): Promise<MergeRow> {
  const [row] = await shown(scope, await select(scope).where('m.id', '=', id).execute())
  return found(row)
}

function select({ tx, storeId }: Scope) {
  return tx
    .selectFrom('mergeRecord as m')
    .innerJoin('customer as s', (join) => join.onRef('s.storeId', '=', 'm.storeId').onRef('s.id', '=', 'm.survivorId'))
    .innerJoin('customer as g', (join) => join.onRef('g.storeId', '=', 'm.storeId').onRef('g.id', '=', 'm.mergedId'))
    .where('m.storeId', '=', storeId)
    .select([
      'm.id',
      'm.survivorId',
      's.name as survivorName',
      'm.mergedId',
      'g.name as mergedName',
      'm.mergedAt',
      'm.mergedBy',
      'm.undoneAt',
      'm.undoneBy',
    ])
    .select(
      sql<Record<string, number>>`(
        SELECT coalesce(jsonb_object_agg(k.name, k.n), '{}') FROM (
          SELECT c ->> 'table' AS name, count(DISTINCT c ->> 'key')::int AS n FROM jsonb_array_elements(m.changes) c
          WHERE c ->> 'table' <> 'customer' GROUP BY 1) k)`.as('moved'),
    )
}

async function shown(
  scope: Scope,
  rows: Awaited<ReturnType<ReturnType<typeof select>['execute']>>,
): Promise<MergeRow[]> {
  const names = await staffNames(
    scope.tx,
    rows.flatMap((row) => [row.mergedBy, row.undoneBy]),
  )
  return rows.map(({ mergedBy, undoneBy, ...row }) => ({
    ...row,
    mergedByName: names.get(mergedBy ?? '') ?? null,
    undoneByName: names.get(undoneBy ?? '') ?? null,
  }))
}
