import type { Client } from 'pg'
import { openClient } from '../../../platform/db.ts'
import { recordAudit } from '../../audit/service.ts'
import { runBatch } from './batch.ts'
import { addBatch, type Counts, noCounts } from './counts.ts'
import { finishFacts } from './finish.ts'
import { FileProblem, openTable } from './open-file.ts'
import { fileReader } from './plan-file.ts'
import { keepProblems } from './problem-store.ts'
import { readBatches } from './rows.ts'
import { updateJob } from './store.ts'
import { realTables } from './tables.ts'
import { CutOff } from './text-file.ts'
import { again, aside, ClaimLost, claimUntil, type ImportWork, onClient, oneAtATime } from './work.ts'

/**
 * Imports the file from where the job stands to its end: each batch with the resume point in one transaction, then the
 * facts of the vehicles it touched. A file cut off half way keeps what is committed and says so. Throws FileProblem when
 * the file could not be worked through, ClaimLost when another worker took over.
 */
export async function runJob(work: ImportWork): Promise<Counts> {
  const client = await openClient(work.pool)
  const progress = { counts: work.job.counts ?? noCounts() }
  try {
    if (work.job.phase === 'rows') {
      try {
        await importRows(work, client, progress)
      } catch (error) {
        if (!(error instanceof CutOff)) throw error
        const rows = progress.counts.read
        await finishFacts(work, client, progress.counts)
        throw new FileProblem(
          rows > 0 ? 'cut-off-resumes' : 'cut-off-rolled-back',
          { row: error.row, rows },
          { cause: error },
        )
      }
    }
    const counts = await finishFacts(work, client, progress.counts)
    await onClient(work, client, async (scope) => {
      const change = {
        state: 'done',
        phase: 'end',
        counts,
        bytesDone: work.job.sizeBytes,
        failure: null,
        claimedUntil: null,
      } as const
      if (!(await updateJob(scope, work.job.id, change, { claim: work.claim, states: ['running'] })))
        throw new ClaimLost()
      const { entities, ...rows } = counts
      const detail = { kind: work.job.kind, ...rows, ...entities }
      await recordAudit(scope, { action: 'import.done', subjectKind: 'import', subjectId: work.job.id, detail })
    })
    return counts
  } finally {
    await client.end()
  }
}

async function importRows(work: ImportWork, client: Client, progress: { counts: Counts }): Promise<void> {
  const { job, store } = work
  const table = await openTable(work.path)
  const today = work.clock.now().toZonedDateTimeISO(store.timeZone).toPlainDate().toString()
  const { read, columnOf } = fileReader(table, job.kind, job.mapping, today)
  let rowsDone = job.rowsDone
  const target = { client, storeId: store.id, importId: job.id, dry: false }
  for await (const batch of readBatches(table, read, rowsDone, work.batchRows)) {
    const last = batch.rows.at(-1)?.row ?? rowsDone
    progress.counts = await again(() =>
      onClient(work, client, async (scope) => {
        await oneAtATime(client, store.id)
        const now = scope.now.toString()
        const writer = { ...target, tables: realTables, startedAt: work.startedAt, now, newId: () => scope.newId() }
        const look = { client, storeId: store.id, tables: [realTables] }
        const result = await runBatch(
          { scope, kind: job.kind, mapping: job.mapping, look, writer, columnOf },
          batch.rows,
        )
        await keepProblems(target, batch.rows, result.problems)
        const counts = addBatch(progress.counts, result)
        const change = { rowsDone: last, bytesDone: batch.bytes, counts, claimedUntil: claimUntil(scope.now) }
        // the resume point moves with its rows or not at all
        const guard = { claim: work.claim, rowsDone, states: ['running'] } as const
        if (!(await updateJob(scope, job.id, change, guard))) throw new ClaimLost()
        return counts
      }),
    )
    rowsDone = last
  }
  await aside(work, (scope) =>
    updateJob(scope, job.id, { phase: 'facts', bytesDone: job.sizeBytes }, { claim: work.claim }),
  )
}
