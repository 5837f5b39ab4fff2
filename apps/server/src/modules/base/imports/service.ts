import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImportJob, Mapping } from '@changhui/contract/imports'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { found, Problem } from '../../../platform/problem.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { fieldOf, type ImportKind } from './fields.ts'
import { headerFingerprint, missingField } from './guess.ts'
import { startSoon, uploadPath } from './jobs.ts'
import { FileProblem } from './open-file.ts'
import { addJob, prepareFile } from './prepare.ts'
import { forgetProblems, readProblems } from './problem-store.ts'
import { jobShape, listShape } from './shape.ts'
import { findJob, type ImportState, type JobChange, type JobRow, listJobs, saveMapping, updateJob } from './store.ts'

/** Some three million rows of a DMS export. */
const MAX_UPLOAD = 256 * 1024 * 1024
/** So many refusals and warnings travel with a job; all of them stand in the file of rejected rows. */
const SHOWN = 1_000

/** Streams the upload into the data folder and looks at it; nothing is kept of a file that cannot be read. */
export async function uploadFile(
  platform: Platform,
  store: StoreContext,
  actor: Actor,
  kind: ImportKind,
  file: File,
): Promise<ImportJob> {
  const limit = `${MAX_UPLOAD / 1024 / 1024} MB`
  if (file.size > MAX_UPLOAD) throw new Problem('BAD_REQUEST', 'file.too-large', { field: 'file', values: { limit } })
  const upload = uploadPath(platform, store.id, `${uuidv7(platform.clock.now())}.part`)
  await mkdir(dirname(upload), { recursive: true, mode: 0o700 })
  try {
    await pipeline(Readable.fromWeb(file.stream() as never), createWriteStream(upload, { mode: 0o600 }))
    const prepared = await prepareFile(upload)
    return await withStore(platform.pool, platform.clock, store, actor, async (scope) => {
      const id = await addJob(scope, kind, file.name || 'file', prepared)
      await recordAudit(scope, { action: 'import.uploaded', subjectKind: 'import', subjectId: id, detail: { kind } })
      await rename(upload, uploadPath(platform, store.id, id))
      return getImport(scope, id)
    })
  } catch (error) {
    await rm(upload, { force: true })
    throw error instanceof FileProblem ? unreadable(error) : error
  }
}

function unreadable({ failure }: FileProblem): Problem {
  if (failure.code === 'no-rows') return new Problem('BAD_REQUEST', 'file.empty', { field: 'file' })
  const values = { reason: `${failure.zh} / ${failure.en}` }
  return new Problem('BAD_REQUEST', 'file.unreadable', { field: 'file', values })
}

/** One import with its progress, counts, preview and first problems: those of the run, or of the dry run before it. */
export async function getImport(scope: Scope, id: string): Promise<ImportJob> {
  const job = found(await findJob(scope, id))
  const dry = job.state === 'checked'
  const refused = await readProblems(scope, id, dry, true, SHOWN)
  const warned = await readProblems(scope, id, dry, false, SHOWN)
  return jobShape(job, refused, warned)
}

const cursorForm = z.tuple([z.iso.datetime({ offset: true }), z.uuid()])

export async function listImports(scope: Scope, limit: number, cursor: string | undefined) {
  const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, cursorForm)
  const rows = await listJobs(scope, limit + 1, at === undefined || id === undefined ? undefined : { at, id })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map(listShape),
    nextCursor: last && rows.length > limit ? encodeCursor(last.createdAt, last.id) : null,
  }
}

/** Changes a job that is in one of `states`; CONFLICT while it is being worked on. */
async function change(scope: Scope, id: string, states: readonly ImportState[], next: JobChange): Promise<JobRow> {
  const job = found(await findJob(scope, id))
  if (!states.includes(job.state) || !(await updateJob(scope, id, next, { states }))) {
    throw new Problem(
      'CONFLICT',
      job.state === 'running' || job.state === 'checking' ? 'import.busy' : 'import.not-ready',
    )
  }
  return job
}

/** Keeps a corrected mapping, also for the next file with the same columns. */
export async function mapColumns(scope: Scope, id: string, mapping: Mapping): Promise<ImportJob> {
  const { kind, headers } = found(await findJob(scope, id))
  const missing = missingField(kind, mapping, headers)
  if (missing) throw unmapped(missing)
  await change(scope, id, ['uploaded', 'mapped', 'checked', 'failed', 'rolled-back'], {
    state: 'mapped',
    mapping,
    failure: null,
  })
  await saveMapping(scope, kind, headerFingerprint(headers), mapping)
  return getImport(scope, id)
}

function unmapped(missing: NonNullable<ReturnType<typeof missingField>>): Problem {
  const field = missing === 'vehicle' ? '车架号 / 车牌号' : fieldOf(missing).zh
  return new Problem('BAD_REQUEST', 'mapping.column-missing', { field: 'mapping', values: { field } })
}

const fromTheStart = {
  claim: null,
  claimedUntil: null,
  failure: null,
  rowsDone: 0,
  bytesDone: 0,
  phase: 'rows',
  startedAt: null,
} as const

/** Asks for a dry run; it begins at once beside the request. */
export async function startCheck(scope: Scope, id: string): Promise<ImportJob> {
  const { kind, mapping, headers } = found(await findJob(scope, id))
  const missing = mapping ? missingField(kind, mapping, headers) : 'name'
  if (missing) throw unmapped(missing)
  const states = ['uploaded', 'mapped', 'checked', 'failed', 'rolled-back'] as const
  await change(scope, id, states, { ...fromTheStart, state: 'checking', counts: null, preview: [] })
  return getImport(scope, id)
}

/** Asks for the import; one that was interrupted goes on behind its last committed row. */
export async function startRun(scope: Scope, id: string): Promise<ImportJob> {
  const job = found(await findJob(scope, id))
  const goesOn = job.state === 'interrupted'
  const next = goesOn ? { claim: null, claimedUntil: null, failure: null } : { ...fromTheStart, counts: null }
  await change(scope, id, ['checked', 'interrupted', 'rolled-back', 'failed'], { ...next, state: 'running' })
  if (!goesOn) await forgetProblems(scope, id, false)
  await recordAudit(scope, {
    action: 'import.started',
    subjectKind: 'import',
    subjectId: id,
    detail: { kind: job.kind },
  })
  return getImport(scope, id)
}

/** Stops an import and forgets the upload; what is committed stays. */
export async function cancelImport(platform: Platform, scope: Scope, id: string): Promise<void> {
  const job = found(await findJob(scope, id))
  if (job.state !== 'cancelled' && job.state !== 'done') {
    // whoever works on it loses the claim and stops at its next batch
    await updateJob(scope, id, { state: 'cancelled', claim: null, claimedUntil: null })
    await recordAudit(scope, { action: 'import.cancelled', subjectKind: 'import', subjectId: id })
  }
  await rm(uploadPath(platform, scope.storeId, id), { force: true })
}

/** Begins the work that `startCheck` or `startRun` asked for. Call it when their transaction is committed. */
export function beginWork(platform: Platform, store: StoreContext, id: string): void {
  startSoon(platform, store, id)
}
