import { fileFailure } from '@changhui/contract/import-reasons'
import type { Mapping } from '@changhui/contract/imports'
import { checkJob } from './check.ts'
import type { Counts } from './counts.ts'
import { FileProblem } from './open-file.ts'
import { runJob } from './run.ts'
import { findJob, type JobRow, updateJob } from './store.ts'
import { aside, CLAIM_SECONDS, ClaimLost, claimUntil, type ImportWork } from './work.ts'

/** What came of working on an import. */
export type Execution =
  | { readonly state: 'done' | 'checked'; readonly counts: Counts }
  | {
      readonly state: 'failed' | 'rolled-back' | 'interrupted'
      readonly failure: ReturnType<typeof fileFailure>
      /** What was behind it, where it was not the file. */
      readonly cause: Error | undefined
    }
  | { readonly state: 'taken' }

/**
 * Claims a job that waits in `checking` or `running`, or holds it already, and works through it; `taken` when somebody else has it. What goes wrong is kept
 * with the job: `rolled-back` = nothing is in, `interrupted` = the committed rows stay and the next start goes on.
 */
export async function executeJob(
  given: Omit<ImportWork, 'job' | 'claim' | 'startedAt'>,
  job: JobRow,
  claim: string,
): Promise<Execution> {
  const mode = job.state
  if ((mode !== 'checking' && mode !== 'running') || !job.mapping) return { state: 'taken' }
  const startedAt = job.startedAt ?? given.clock.now().toString({ smallestUnit: 'microsecond' })
  const work: ImportWork = { ...given, claim, startedAt, job: job as JobRow & { mapping: Mapping } }
  const claimed = await aside(work, (scope) =>
    updateJob(
      scope,
      job.id,
      { claim, claimedUntil: claimUntil(scope.now), startedAt },
      { states: [mode], freeFor: claim, rowsDone: job.rowsDone },
    ),
  )
  if (!claimed) return { state: 'taken' }
  const stop = keepClaim(work)
  try {
    const counts = mode === 'checking' ? await checkJob(work) : await runJob(work)
    return { state: mode === 'checking' ? 'checked' : 'done', counts }
  } catch (error) {
    if (error instanceof ClaimLost) return { state: 'taken' }
    return await keepFailure(work, mode, error)
  } finally {
    stop()
  }
}

async function keepFailure(work: ImportWork, mode: 'checking' | 'running', error: unknown): Promise<Execution> {
  const rows =
    mode === 'checking' ? 0 : await aside(work, async (scope) => (await findJob(scope, work.job.id))?.counts?.read ?? 0)
  const failure = error instanceof FileProblem ? error.failure : fileFailure('failed', { rows })
  const state =
    mode === 'checking' ? 'failed' : rows > 0 ? 'interrupted' : error instanceof FileProblem ? 'rolled-back' : 'failed'
  const change = {
    state,
    failure,
    claimedUntil: null,
    ...(mode === 'checking' ? { rowsDone: 0, bytesDone: 0 } : {}),
  } as const
  await aside(work, (scope) => updateJob(scope, work.job.id, change, { claim: work.claim, states: [mode] }))
  const cause = error instanceof FileProblem ? undefined : error instanceof Error ? error : new Error(String(error))
  return { state, failure, cause }
}

/** Says again and again that the worker lives, so that a slow batch is not taken over. */
function keepClaim(work: ImportWork): () => void {
  const timer = setInterval(
    () => {
      aside(work, (scope) =>
        updateJob(
          scope,
          work.job.id,
          { claimedUntil: claimUntil(scope.now) },
          { claim: work.claim, states: ['checking', 'running'] },
        ),
      ).catch(
        // the database is away for a moment: the batch under way meets that itself
        () => undefined,
      )
    },
    (CLAIM_SECONDS * 1000) / 3,
  )
  timer.unref()
  return () => clearInterval(timer)
}
