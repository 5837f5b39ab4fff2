import { type CellValue, writeXlsxStream } from 'hucre/xlsx'

export interface XlsxColumn {
  readonly header: string
  /** In characters. */
  readonly width?: number
}

/**
 * A workbook of one sheet as .xlsx, the header row frozen; memory does not grow with the rows. Text stays text: a cell that
 * begins with `=`, `+`, `-` or `@` is stored as a string, which a spreadsheet never computes. Days and numbers that should
 * count as such are passed as Date and number.
 */
export function writeXlsx(
  sheet: string,
  columns: readonly XlsxColumn[],
  rows: Iterable<readonly CellValue[]> | AsyncIterable<readonly CellValue[]>,
): ReadableStream<Uint8Array> {
  return writeXlsxStream(rows as AsyncIterable<CellValue[]>, {
    name: sheet.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31),
    columns: columns.map((column) => ({ header: column.header, width: column.width ?? 14 })),
    freezePane: { rows: 1 },
  })
}

/** The whole workbook as a downloadable file. */
export async function xlsxFile(name: string, stream: ReadableStream<Uint8Array>): Promise<File> {
  const blob = await new Response(stream).blob()
  return new File([blob], name, { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
}
