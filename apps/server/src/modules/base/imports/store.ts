import type { Mapping } from '@changhui/contract/imports'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import type { Counts } from './counts.ts'
import type { ImportKind } from './fields.ts'

export type ImportState =
  | 'uploaded'
  | 'mapped'
  | 'checking'
  | 'checked'
  | 'running'
  | 'done'
  | 'failed'
  | 'rolled-back'
  | 'interrupted'
  | 'cancelled'

export interface Failure {
  readonly code: string
  readonly zh: string
  readonly en: string
}

/** One import as its table holds it. */
export interface JobRow {
  readonly id: string
  readonly kind: ImportKind
  readonly fileName: string
  readonly sizeBytes: number
  readonly fileHash: string
  readonly state: ImportState
  readonly format: 'csv' | 'xlsx'
  readonly encoding: string | null
  readonly sheet: string | null
  readonly headers: readonly string[]
  readonly sample: readonly (readonly string[])[]
  readonly mapping: Mapping | null
  readonly counts: Counts | null
  readonly preview: readonly PreviewRow[]
  readonly rowsDone: number
  readonly bytesDone: number
  readonly phase: 'rows' | 'facts' | 'end'
  readonly failure: Failure | null
  readonly claim: string | null
  readonly claimedUntil: string | null
  readonly startedAt: string | null
  readonly createdAt: string
  readonly createdBy: string | null
  readonly createdByName: string | null
}

export interface PreviewRow {
  readonly row: number
  readonly action: 'create' | 'update' | 'unchanged' | 'reject'
  readonly values: Record<string, string>
  readonly problems: { row: number; column: string; reason: string; value: string }[]
}

const jobColumns = [
  'id',
  'kind',
  'fileName',
  'sizeBytes',
  'fileHash',
  'state',
  'format',
  'encoding',
  'sheet',
  'headers',
  'sample',
  'mapping',
  'counts',
  'preview',
  'rowsDone',
  'bytesDone',
  'phase',
  'failure',
  'claim',
  'claimedUntil',
  'startedAt',
  'createdAt',
  'createdBy',
  'createdByName',
] as const

export async function insertJob(
  scope: Scope,
  job: Pick<
    JobRow,
    | 'id'
    | 'kind'
    | 'fileName'
    | 'sizeBytes'
    | 'fileHash'
    | 'state'
    | 'format'
    | 'encoding'
    | 'sheet'
    | 'headers'
    | 'sample'
    | 'mapping'
  >,
): Promise<void> {
  const now = scope.now.toString()
  await scope.tx
    .insertInto('importJob')
    .values({
      ...job,
      storeId: scope.storeId,
      headers: JSON.stringify(job.headers),
      sample: JSON.stringify(job.sample),
      mapping: job.mapping && JSON.stringify(job.mapping),
      createdAt: now,
      createdBy: scope.actor.id,
      createdByName: scope.actor.name,
      updatedAt: now,
    })
    .execute()
}

export async function findJob(scope: Scope, id: string): Promise<JobRow | undefined> {
  const row = await scope.tx
    .selectFrom('importJob')
    .select(jobColumns)
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row as JobRow | undefined
}

/** A broken-off import of the very same file, to go on with. */
export async function findUnfinished(scope: Scope, kind: ImportKind, fileHash: string): Promise<JobRow | undefined> {
  const row = await scope.tx
    .selectFrom('importJob')
    .select(jobColumns)
    .where('storeId', '=', scope.storeId)
    .where('kind', '=', kind)
    .where('fileHash', '=', fileHash)
    .where('state', 'in', ['running', 'failed', 'interrupted'])
    .where('rowsDone', '>', 0)
    .orderBy('createdAt', 'desc')
    .executeTakeFirst()
  return row as JobRow | undefined
}

/** Newest first, after the job `before` stands for. */
export async function listJobs(scope: Scope, limit: number, before: { at: string; id: string } | undefined) {
  let query = scope.tx
    .selectFrom('importJob')
    .select([
      'id',
      'kind',
      'fileName',
      'sizeBytes',
      'state',
      'counts',
      'createdAt',
      'createdByName',
      'rowsDone',
      'bytesDone',
      'failure',
    ])
    .where('storeId', '=', scope.storeId)
    .where('state', '<>', 'cancelled')
  if (before) query = query.where(sql<boolean>`(created_at, id) < (${before.at}::timestamptz, ${before.id}::uuid)`)
  const rows = await query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows as unknown as JobRow[]
}

export type JobChange = Partial<
  Pick<JobRow, 'state' | 'rowsDone' | 'bytesDone' | 'phase' | 'claim' | 'claimedUntil' | 'startedAt'>
> & {
  mapping?: Mapping
  counts?: Counts | null
  preview?: readonly PreviewRow[]
  failure?: Failure | null
}

const json = (value: unknown) => (value === null ? null : JSON.stringify(value))

/**
 * Changes a job, if it still is what `guard` says; false when it is not. One that is over keeps no cells of its file: the page asks for
 * them no more, and whole phone numbers stand in them (SEC-01).
 */
export async function updateJob(
  scope: Scope,
  id: string,
  change: JobChange,
  guard: {
    readonly states?: readonly ImportState[]
    readonly claim?: string
    readonly rowsDone?: number
    /** Nobody works on it but whoever holds this claim. */
    readonly freeFor?: string
  } = {},
): Promise<boolean> {
  const { mapping, counts, preview, failure, ...plain } = change
  const over = change.state === 'done' || change.state === 'cancelled'
  let query = scope.tx
    .updateTable('importJob')
    .set({
      ...plain,
      ...(mapping === undefined ? {} : { mapping: json(mapping) }),
      ...(counts === undefined ? {} : { counts: json(counts) }),
      ...(preview === undefined ? {} : { preview: JSON.stringify(preview) }),
      ...(over ? { sample: '[]', preview: '[]' } : {}),
      ...(failure === undefined ? {} : { failure: json(failure) }),
      updatedAt: scope.now.toString(),
    })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
  if (guard.states) query = query.where('state', 'in', [...guard.states])
  if (guard.claim !== undefined) query = query.where('claim', '=', guard.claim)
  if (guard.rowsDone !== undefined) query = query.where('rowsDone', '=', guard.rowsDone)
  const { freeFor } = guard
  if (freeFor !== undefined) {
    const now = scope.now.toString()
    query = query.where((is) =>
      is.or([is('claimedUntil', 'is', null), is('claimedUntil', '<', now), is('claim', '=', freeFor)]),
    )
  }
  const { numUpdatedRows } = await query.executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Jobs of a store that wait for a worker: asked for and free, or left behind by one that died. */
export async function waitingJobs(scope: Scope): Promise<{ id: string; state: 'checking' | 'running' }[]> {
  const rows = await scope.tx
    .selectFrom('importJob')
    .select(['id', 'state'])
    .where('storeId', '=', scope.storeId)
    .where('state', 'in', ['checking', 'running'])
    .where((any) => any.or([any('claimedUntil', 'is', null), any('claimedUntil', '<', scope.now.toString())]))
    .orderBy('createdAt')
    .execute()
  return rows as { id: string; state: 'checking' | 'running' }[]
}

export async function findMapping(scope: Scope, kind: ImportKind, fingerprint: string): Promise<unknown> {
  const row = await scope.tx
    .selectFrom('importMapping')
    .select('mapping')
    .where('storeId', '=', scope.storeId)
    .where('kind', '=', kind)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
  return row?.mapping
}

export async function saveMapping(
  scope: Scope,
  kind: ImportKind,
  fingerprint: string,
  mapping: Mapping,
): Promise<void> {
  const value = { mapping: JSON.stringify(mapping), updatedAt: scope.now.toString() }
  await scope.tx
    .insertInto('importMapping')
    .values({ storeId: scope.storeId, kind, fingerprint, ...value })
    .onConflict((conflict) => conflict.columns(['storeId', 'kind', 'fingerprint']).doUpdateSet(value))
    .execute()
}
