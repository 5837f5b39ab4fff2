import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Mapping } from '@changhui/contract/imports'
import type pg from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { noCounts } from './counts.ts'
import type { Execution } from './execute.ts'
import type { ImportKind } from './fields.ts'
import { addJob, prepareFile } from './prepare.ts'
import { readProblems, type StoredProblem } from './problem-store.ts'
import { findJob, findUnfinished, updateJob } from './store.ts'
import { executeInThread } from './thread.ts'
import { CLAIM_SECONDS, claimUntil } from './work.ts'

export interface FileImport {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly store: Pick<StoreContext, 'id' | 'timeZone'>
  readonly kind: ImportKind
  readonly path: string
  /** Without one the columns are guessed, or mapped as before. */
  readonly mapping?: Mapping
  readonly dryRun?: boolean
  readonly batchRows?: number
  /** Hears remarks for people. */
  note?(text: string): void
}

export interface FileImportResult {
  readonly importId: string
  readonly execution: Execution
  /** All refusals or warnings in the order of the file, piece by piece. */
  problems(refused: boolean): AsyncGenerator<StoredProblem[], void, undefined>
}

const PAGE = 5_000

/**
 * Imports a file in one go, as `npx changhui import` does. A file whose import broke off goes on where it stood. Throws
 * FileProblem when it cannot be opened.
 */
export async function importFile(given: FileImport): Promise<FileImportResult> {
  const { pool, clock, store, kind, path, dryRun = false } = given
  const prepared = await prepareFile(path)
  const inStore = <T>(work: (scope: Scope) => Promise<T>) => withStore(pool, clock, store, systemActor, work)
  const importId = await inStore(async (scope) => {
    const brokenOff = dryRun ? undefined : await findUnfinished(scope, kind, prepared.fileHash)
    // read another way it is another import
    const unfinished = given.mapping && !isDeepStrictEqual(given.mapping, brokenOff?.mapping) ? undefined : brokenOff
    const id = unfinished?.id ?? (await addJob(scope, kind, basename(path), prepared, given.mapping))
    const mapping = given.mapping ? { mapping: given.mapping } : {}
    if (unfinished)
      given.note?.(
        `接着上次的导入，从第 ${unfinished.rowsDone + 1} 行开始 / Going on with the import that broke off, from row ${unfinished.rowsDone + 1}`,
      )
    await updateJob(scope, id, { ...mapping, ...(unfinished ? {} : { counts: noCounts() }) })
    return id
  })
  const execution = await patiently(given, importId)
  return {
    importId,
    execution,
    problems: async function* (refused) {
      for (let from = { row: -1, place: -1 }; ; ) {
        const page = await inStore((scope) => readProblems(scope, importId, dryRun, refused, PAGE, from))
        const last = page.at(-1)
        if (!last) return
        yield page
        from = last
      }
    },
  }
}

/** Works on the job; where a worker that died still holds it, waits until its claim runs out. */
async function patiently(given: FileImport, importId: string): Promise<Execution> {
  const { pool, clock, store, path, batchRows } = given
  for (let tries = 0; ; tries++) {
    const claim = uuidv7(clock.now())
    const work = { pool, clock, store, actor: systemActor, path, importId, claim, batchRows }
    const mine = await take(given, importId, claim)
    const execution = mine ? await executeInThread(work) : await whatElse(given, importId)
    if (execution && !(mine && execution.state === 'taken')) return execution
    if (tries > CLAIM_SECONDS + 5) return { state: 'taken' }
    if (tries === 0)
      given.note?.('这个文件正由另一个进程导入，等待其结束 / Another process holds this import; waiting for it')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

/** What an import may be in when a command takes it up. */
const open = ['uploaded', 'mapped', 'checking', 'running', 'failed', 'interrupted'] as const

/** What became of an import that cannot be taken up: another process did it, or it was called off; undefined while one holds it. */
async function whatElse({ pool, clock, store }: FileImport, importId: string): Promise<Execution | undefined> {
  const job = await withStore(pool, clock, store, systemActor, (scope) => findJob(scope, importId))
  if (job?.state === 'done' && job.counts) return { state: 'done', counts: job.counts }
  return job && open.some((state) => state === job.state) ? undefined : { state: 'taken' }
}

/** The import is under way and claimed in one step: a server's job takes up whatever is under way and nobody's. */
function take({ pool, clock, store, dryRun }: FileImport, importId: string, claim: string): Promise<boolean> {
  return withStore(pool, clock, store, systemActor, (scope) =>
    updateJob(
      scope,
      importId,
      { state: dryRun ? 'checking' : 'running', failure: null, claim, claimedUntil: claimUntil(scope.now) },
      { states: open, freeFor: claim },
    ),
  )
}
