import { localMinute } from '../../../platform/local-time.ts'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { type Staff, sharingMonth } from './sharing.ts'

type Row = Awaited<ReturnType<typeof sharingMonth>>['rows'][number]
const columns: readonly { zh: string; en: string; width: number; value: (row: Row) => string }[] = [
  { zh: '交车日期', en: 'Delivered', width: 12, value: (row) => row.deliveredOn },
  { zh: '客户', en: 'Customer', width: 14, value: (row) => row.customerName },
  { zh: '车牌', en: 'Plate', width: 12, value: (row) => row.plate ?? '' },
  { zh: '车架号后六位', en: 'VIN tail', width: 12, value: (row) => row.vinTail ?? '' },
  { zh: '车型', en: 'Model', width: 24, value: (row) => row.model ?? '' },
  { zh: '服务顾问', en: 'Advisor', width: 14, value: (row) => row.advisorName ?? '' },
  { zh: '分配时间', en: 'Given at', width: 20, value: (row) => row.givenAt ?? '' },
]

/** The month's list as .xlsx, by advisor and day; logged (SEC-01). */
export async function exportSharing(
  scope: Scope,
  staff: readonly Staff[],
  month: Temporal.PlainDate,
  language: 'zh' | 'en',
): Promise<File> {
  const { rows } = await sharingMonth(scope, staff, month)
  const at = (moment: string | null) => (moment === null ? null : localMinute(moment, scope.timeZone))
  const sorted = rows
    .map((row) => ({ ...row, givenAt: at(row.givenAt) }))
    .sort((a, b) => (a.advisorName ?? '').localeCompare(b.advisorName ?? '', 'zh'))
  async function* cells() {
    for (const row of sorted) yield columns.map((column) => column.value(row))
  }
  const headers = columns.map((column) => ({ header: column[language], width: column.width }))
  const sheet = language === 'zh' ? '新车分配' : 'New vehicles'
  const name = month.toPlainYearMonth().toString()
  const file = await xlsxFile(`new-vehicles-${name}.xlsx`, writeXlsx(sheet, headers, cells()))
  await recordAudit(scope, {
    action: 'sharing.export',
    subjectKind: 'sharing',
    subjectId: month.toString(),
    detail: { rows: rows.length },
  })
  return file
}
