import { Worker } from 'node:worker_threads'
import { fileFailure } from '@changhui/contract/import-reasons'
import type pg from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import type { Actor, StoreContext } from '../../../platform/scope.ts'
import { withStore } from '../../../platform/scope.ts'
import { type Execution, executeJob } from './execute.ts'
import { findJob, updateJob } from './store.ts'

/** What a thread is told; all of it can be copied. */
export interface ThreadTask {
  readonly connection: Pick<
    pg.PoolConfig,
    'host' | 'port' | 'user' | 'password' | 'database' | 'connectionString' | 'ssl'
  >
  readonly now: string
  readonly store: Pick<StoreContext, 'id' | 'timeZone'>
  readonly actor: Actor
  readonly path: string
  readonly importId: string
  readonly claim: string
  readonly batchRows: number | undefined
}

export interface ThreadWork {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly store: Pick<StoreContext, 'id' | 'timeZone'>
  readonly actor: Actor
  readonly path: string
  readonly importId: string
  readonly claim: string
  readonly batchRows?: number | undefined
}

/**
 * The heap of an import in MB, whatever the file: a workbook's shared strings lie outside it. Left to itself it grows to
 * 500 MB of mostly garbage before it is swept (60,000 visits); with these the process stays below 300 MB.
 */
const HEAP_MB = 192
const YOUNG_MB = 16

/** Works on an import in a thread of its own: bounded memory, and the requests of this process are not kept waiting. */
export async function executeInThread(work: ThreadWork): Promise<Execution> {
  const { pool, clock, store, actor, path, importId, claim } = work
  const { host, port, user, password, database, connectionString, ssl } = pool.options
  const connection = connectionString ? { connectionString } : { host, port, user, password, database }
  const task: ThreadTask = {
    connection: ssl === undefined ? connection : { ...connection, ssl },
    now: clock.now().toString(),
    store: { id: store.id, timeZone: store.timeZone },
    actor,
    path,
    importId,
    claim,
    batchRows: work.batchRows,
  }
  try {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB }
    return await new Promise<Execution>((resolve, reject) => {
      const thread = new Worker(new URL('./thread-entry.ts', import.meta.url), { workerData: task, resourceLimits })
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', () => reject(new Error('the import thread ended without an answer')))
    })
  } catch (error) {
    // the thread died (out of memory): the job must not wait for it for ever
    const cause = error instanceof Error ? error : new Error(String(error))
    return withStore(pool, clock, store, actor, async (scope) => {
      const job = await findJob(scope, importId)
      const checked = job?.state === 'checking'
      const failure = fileFailure('failed', { rows: checked ? 0 : (job?.counts?.read ?? 0) })
      // nothing of a dry run stays: were its place kept, the import would begin behind the rows it had only looked at
      const change = checked
        ? ({ state: 'failed', failure, claimedUntil: null, rowsDone: 0, bytesDone: 0 } as const)
        : ({ state: 'interrupted', failure, claimedUntil: null } as const)
      await updateJob(scope, importId, change, { claim, states: ['checking', 'running'] })
      return { state: change.state, failure, cause }
    })
  }
}

/** Works on an import in this thread. */
export async function executeHere(work: ThreadWork): Promise<Execution> {
  const { pool, clock, store, actor, path, importId, claim, batchRows } = work
  const job = await withStore(pool, clock, store, actor, (scope) => findJob(scope, importId))
  if (!job) return { state: 'taken' }
  return executeJob({ pool, clock, store, actor, path, ...(batchRows === undefined ? {} : { batchRows }) }, job, claim)
}
