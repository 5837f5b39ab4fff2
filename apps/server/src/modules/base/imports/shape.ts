import type { ImportJob } from '@changhui/contract/imports'
import { fieldList } from './fields.ts'
import type { StoredProblem } from './problem-store.ts'
import type { JobRow } from './store.ts'

const progressOf = (job: Pick<JobRow, 'state' | 'bytesDone' | 'sizeBytes' | 'rowsDone'>) =>
  job.state === 'checking' || job.state === 'running' || job.state === 'interrupted'
    ? { bytesDone: job.bytesDone, bytesTotal: job.sizeBytes, rows: job.rowsDone }
    : null

const problemShape = ({ row, column, reason, value }: StoredProblem) => ({ row, column, reason, value })

/** An import as the API tells it. */
export function jobShape(job: JobRow, refused: readonly StoredProblem[], warned: readonly StoredProblem[]): ImportJob {
  return {
    id: job.id,
    kind: job.kind,
    fileName: job.fileName,
    sizeBytes: job.sizeBytes,
    state: job.state,
    encoding: job.encoding,
    sheet: job.sheet,
    headers: [...job.headers],
    sample: job.sample.map((cells) => [...cells]),
    mapping: job.mapping,
    fields: fieldList(job.kind),
    counts: job.counts,
    progress: progressOf(job),
    preview: job.preview.map((row) => ({ ...row, problems: [...row.problems] })),
    problems: refused.map(problemShape),
    warnings: warned.map(problemShape),
    failure: job.failure,
    createdAt: job.createdAt,
    createdByName: job.createdByName,
  }
}

/** A line of the list. */
export const listShape = (job: JobRow) => ({
  id: job.id,
  kind: job.kind,
  fileName: job.fileName,
  sizeBytes: job.sizeBytes,
  state: job.state,
  counts: job.counts,
  createdAt: job.createdAt,
  createdByName: job.createdByName,
  progress: progressOf(job),
  failure: job.failure,
})
