import { openClient } from '../../../platform/db.ts'
import { runBatch } from './batch.ts'
import { addBatch, type Counts, noCounts } from './counts.ts'
import { judgeDry } from './finish.ts'
import { FileProblem, openTable } from './open-file.ts'
import { fileReader } from './plan-file.ts'
import { forgetProblems, keepProblems } from './problem-store.ts'
import { readBatches } from './rows.ts'
import { type PreviewRow, updateJob } from './store.ts'
import { dryTables, dryTablesSql, realTables } from './tables.ts'
import { CutOff } from './text-file.ts'
import { aside, ClaimLost, claimUntil, type ImportWork, onClient } from './work.ts'

const PREVIEW_ROWS = 50

/**
 * The dry run: goes through the whole file as the import would, but writes customers, vehicles and visits into temporary tables
 * that stand over the real ones, so that it locks nobody's rows and leaves nothing behind. Keeps counts, preview and problems.
 */
export async function checkJob(work: ImportWork): Promise<Counts> {
  const { job, store } = work
  const table = await openTable(work.path)
  const client = await openClient(work.pool)
  try {
    return await onClient(work, client, async (scope) => {
      for (const statement of dryTablesSql) await client.query(statement)
      await forgetProblems(scope, job.id, true)
      const { read, columnOf, valuesOf } = fileReader(table, job.kind, job.mapping, scope.today.toString())
      const preview: PreviewRow[] = []
      const top = new Map<number, Record<string, string>>()
      const reading = (row: number, cells: readonly string[]) => {
        if (top.size < PREVIEW_ROWS) top.set(row, valuesOf(cells))
        return read(row, cells)
      }
      const target = { client, storeId: store.id, importId: job.id, dry: true }
      const now = scope.now.toString()
      const writer = { ...target, tables: dryTables, startedAt: work.startedAt, now, newId: () => scope.newId() }
      const look = { client, storeId: store.id, tables: [realTables, dryTables] }
      let counts = noCounts()
      try {
        for await (const batch of readBatches(table, reading, 0, work.batchRows)) {
          const result = await runBatch(
            { scope, kind: job.kind, mapping: job.mapping, look, writer, columnOf },
            batch.rows,
          )
          await keepProblems(target, batch.rows, result.problems)
          counts = addBatch(counts, result)
          for (const [at, { row }] of batch.rows.slice(0, PREVIEW_ROWS - preview.length).entries()) {
            const problems = (result.problems[at] ?? []).map(({ column, reason, value }) => ({
              row,
              column,
              reason,
              value,
            }))
            preview.push({ row, action: result.actions[at] ?? 'unchanged', values: top.get(row) ?? {}, problems })
          }
          await progress(work, batch.rows.at(-1)?.row ?? 0, batch.bytes)
        }
      } catch (error) {
        if (!(error instanceof CutOff)) throw error
        throw new FileProblem('cut-off-rolled-back', { row: error.row }, { cause: error })
      }
      for (const { row, reason, value } of await judgeDry(work, client, scope)) {
        counts = { ...counts, warnings: counts.warnings + 1 }
        preview.find((one) => one.row === row)?.problems.push({ row, column: columnOf('mileageKm'), reason, value })
      }
      const change = {
        state: 'checked',
        counts,
        preview,
        failure: null,
        rowsDone: 0,
        bytesDone: 0,
        claimedUntil: null,
      } as const
      if (!(await updateJob(scope, job.id, change, { claim: work.claim, states: ['checking'] }))) throw new ClaimLost()
      return counts
    })
  } finally {
    await client.end()
  }
}

async function progress(work: ImportWork, rowsDone: number, bytesDone: number): Promise<void> {
  const change = { rowsDone, bytesDone }
  const kept = await aside(work, (scope) =>
    updateJob(
      scope,
      work.job.id,
      { ...change, claimedUntil: claimUntil(scope.now) },
      { claim: work.claim, states: ['checking'] },
    ),
  )
  if (!kept) throw new ClaimLost()
}
