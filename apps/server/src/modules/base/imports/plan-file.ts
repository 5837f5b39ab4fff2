import type { Mapping } from '@changhui/contract/imports'
import { type FieldKey, fieldOf, type ImportKind } from './fields.ts'
import { missingField } from './guess.ts'
import { FileProblem, type TableSource } from './open-file.ts'
import { rowReader } from './record.ts'

/** How the rows of one opened file are read under its mapping. Throws FileProblem when a required column is not mapped. */
export function fileReader(table: TableSource, kind: ImportKind, mapping: Mapping, today: string) {
  const missing = missingField(kind, mapping, table.columns)
  if (missing) {
    const field =
      missing === 'vehicle' ? '车架号 / 车牌号 · VIN / Plate' : `${fieldOf(missing).zh} · ${fieldOf(missing).en}`
    throw new FileProblem('field-unmapped', { field })
  }
  return {
    read: rowReader({ kind, mapping, columns: table.columns, today, date1904: table.date1904 }),
    columnOf: (field: FieldKey): string =>
      table.columns.find((name) => mapping.columns[name] === field) ?? fieldOf(field).zh,
    /** The mapped cells of a row by field, for the preview. */
    valuesOf: (cells: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        table.columns.flatMap((name, at) => {
          const field = mapping.columns[name]
          const text = (cells[at] ?? '').trim().slice(0, 200)
          return field && text !== '' ? [[field, text]] : []
        }),
      ),
  }
}
