import { setImmediate as breathe } from 'node:timers/promises'
import type { BatchRow } from './batch.ts'
import type { TableSource } from './open-file.ts'
import type { ImportRecord, ReadRow } from './record.ts'

/** Rows a transaction: larger ones were no quicker and hold more memory. */
export const BATCH_ROWS = 5_000
/** Rows are checked so many at a time before others get a turn. */
const SLICE = 1_000
/** A visit of more lines than this may be cut by a batch's border; its lines then join in the database. */
const MAX_GROUP = 500

export interface Batch {
  readonly rows: readonly BatchRow[]
  /** Bytes of the file read so far. */
  readonly bytes: number
}

/** Rows that belong to one visit. */
const groupOf = (record: ImportRecord | null): string | undefined =>
  record?.visit
    ? [
        record.vin ?? record.plate ?? '',
        record.key ?? '',
        record.name,
        record.visit.arrivedOn,
        record.visit.orderNo ?? '',
      ].join('|')
    : undefined

/** Where to cut so that neighbouring rows of one visit stay together. */
function cutAt(rows: readonly BatchRow[]): number {
  const group = groupOf(rows.at(-1)?.record ?? null)
  if (group === undefined) return rows.length
  let cut = rows.length
  while (cut > 0 && rows.length - cut < MAX_GROUP && groupOf(rows[cut - 1]?.record ?? null) === group) cut--
  return cut === 0 || rows.length - cut === MAX_GROUP ? rows.length : cut
}

/**
 * Reads and checks the rows behind row `after`, a batch at a time. Cells are kept of refused rows only. Throws CutOff where the
 * file is cut off; the rows of the batch that had begun are then not given.
 */
export async function* readBatches(
  table: TableSource,
  read: (row: number, cells: readonly string[]) => ReadRow,
  after: number,
  size = BATCH_ROWS,
): AsyncGenerator<Batch, void, undefined> {
  let rows: BatchRow[] = []
  let bytes = 0
  const pieces = table.rows((done) => {
    bytes = done
  })
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += SLICE) {
      for (const { row, cells } of piece.slice(from, from + SLICE)) {
        if (row <= after) continue
        const checked = read(row, cells)
        rows.push({ row, cells: checked.record ? [] : cells, ...checked })
      }
      await breathe()
    }
    while (rows.length >= size + MAX_GROUP) {
      const full = rows.slice(0, size)
      const cut = cutAt(full)
      yield { rows: full.slice(0, cut), bytes }
      rows = rows.slice(cut)
    }
  }
  if (rows.length > 0) yield { rows, bytes: table.sizeBytes }
}
