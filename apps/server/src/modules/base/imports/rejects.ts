import { type ImportReason, importReasons } from '@changhui/contract/import-reasons'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { readRejects } from './problem-store.ts'
import { reasonColumns } from './reject-columns.ts'
import { findJob } from './store.ts'

const PAGE = 5_000

/**
 * The refused rows in the columns of the file, with the reasons in Chinese and English behind them; those two columns are not
 * read when the corrected file comes back. A workbook holds text cells only, so that numbers and zeros stay as they were. Logged with
 * the number of rows: they carry whole phone numbers (SEC-01).
 */
export async function rejectsFile(scope: Scope, id: string, format: 'csv' | 'xlsx'): Promise<File> {
  const job = found(await findJob(scope, id))
  const dry = job.state === 'checked'
  const headers = [...job.headers, ...reasonColumns]
  const name = `${job.fileName.replace(/\.\w+$/, '')}-rejected.${format}`
  let count = 0
  async function* rows() {
    for await (const cells of rejectedRows(scope, id, dry, job.headers.length)) {
      count++
      yield cells
    }
  }
  const made = format === 'xlsx' ? await workbook(name, headers, rows()) : await text(name, headers, rows())
  const detail = { kind: job.kind, format, rows: count }
  await recordAudit(scope, { action: 'import.rejects', subjectKind: 'import', subjectId: id, detail })
  return made
}

type Rows = AsyncGenerator<string[], void, undefined>

function workbook(name: string, headers: readonly string[], rows: Rows): Promise<File> {
  const columns = headers.map((header) => ({ header, width: reasonColumns.some((one) => one === header) ? 60 : 16 }))
  return xlsxFile(name, writeXlsx('rejected', columns, rows))
}

async function text(name: string, headers: readonly string[], rows: Rows): Promise<File> {
  // the mark tells a spreadsheet that this is UTF-8
  const parts = ['\ufeff', csvLine(headers)]
  for await (const cells of rows) parts.push(csvLine(cells))
  return new File(parts, name, { type: 'text/csv;charset=utf-8' })
}

async function* rejectedRows(scope: Scope, id: string, dry: boolean, width: number): Rows {
  for (let from = -1; ; ) {
    const page = await readRejects(scope, id, dry, PAGE, from)
    for (const { cells, reasons, columns } of page) {
      const said = (language: 'zh' | 'en') =>
        reasons
          .map((reason, at) => `${columns[at] ? `${columns[at]}: ` : ''}${sentence(reason, language)}`)
          .join(language === 'zh' ? '；' : '; ')
      const own = Array.from({ length: width }, (_, at) => cells[at] ?? '')
      yield [...own, said('zh'), said('en')]
    }
    const last = page.at(-1)
    if (!last) return
    from = last.row
  }
}

const sentence = (reason: string, language: 'zh' | 'en'): string =>
  importReasons[reason as ImportReason]?.[language] ?? reason

/**
 * A cell that a spreadsheet would take for a formula is led by an apostrophe, but for plain numbers such as `-3`; the importer
 * leaves that apostrophe out again.
 */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,]+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`
