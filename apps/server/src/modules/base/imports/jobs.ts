import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileFailure } from '@changhui/contract/import-reasons'
import type { Platform } from '../../../platform/http/context.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type Log, loggable } from '../../../platform/log.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { abandonedJobs } from './abandoned-store.ts'
import type { Execution } from './execute.ts'
import { finishAbandoned } from './finish.ts'
import { findJob, updateJob, waitingJobs } from './store.ts'
import { executeInThread } from './thread.ts'

/** Where an upload lies. */
export const uploadPath = (platform: Pick<Platform, 'config'>, storeId: string, id: string): string =>
  resolve(platform.config.dataDir, 'imports', storeId, id)

type Store = Pick<StoreContext, 'id' | 'timeZone'>

const inStoreOf = <T>(platform: Platform, store: Store, work: (scope: Scope) => Promise<T>) =>
  withStore(platform.pool, platform.clock, store, systemActor, work)

async function workOn(platform: Platform, store: Store, id: string): Promise<Execution> {
  const { pool, clock } = platform
  const job = await inStoreOf(platform, store, (scope) => findJob(scope, id))
  if (job?.state !== 'checking' && job?.state !== 'running') return { state: 'taken' }
  const path = uploadPath(platform, store.id, id)
  const claim = uuidv7(clock.now())
  // one of the command line whose process died, too: its file was never here
  if (!existsSync(path)) {
    const failure = fileFailure('gone')
    // nothing of a dry run stays: with its place kept, the import would begin behind the rows it had only looked at
    const place = job.state === 'checking' ? { rowsDone: 0, bytesDone: 0 } : {}
    const given = await inStoreOf(platform, store, (scope) =>
      updateJob(scope, id, { state: 'failed', failure, ...place }, { states: [job.state], freeFor: claim }),
    )
    return given ? { state: 'failed', failure, cause: undefined } : { state: 'taken' }
  }
  const actor = { id: job.createdBy, name: job.createdByName ?? systemActor.name }
  const execution = await executeInThread({ pool, clock, store, actor, path, importId: id, claim })
  // the rows are in and the refused ones are kept: the file with all its personal data is needed no more
  if (execution.state === 'done') await rm(path, { force: true })
  return execution
}

const underWay = new Set<Promise<unknown>>()

/** Works on an import beside the requests of this process. Should that fail before it began, `goOnWithImports` finds it. */
export function startSoon(platform: Platform, store: Store, id: string): void {
  const work: Promise<unknown> = workOn(platform, store, id)
    .catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)))
    .finally(() => underWay.delete(work))
  underWay.add(work)
}

/** Resolves when nothing that `startSoon` began is under way any more. */
export async function importsSettled(): Promise<void> {
  while (underWay.size > 0) await Promise.all(underWay)
}

/** Takes up the imports of a store that wait for a worker, such as those of a process that died, and finishes what cancelled ones left. */
export async function goOnWithImports(platform: Platform, store: Store, log: Log): Promise<void> {
  for (const { id, state } of await inStoreOf(platform, store, waitingJobs)) {
    const execution = await workOn(platform, store, id)
    const cause = 'cause' in execution && execution.cause !== undefined ? { error: loggable(execution.cause) } : {}
    log.info({ storeId: store.id, importId: id, was: state, now: execution.state, ...cause }, 'import')
  }
  for (const id of await inStoreOf(platform, store, abandonedJobs))
    while (await inStoreOf(platform, store, (scope) => finishAbandoned(scope, id)));
}
