import { sheetWord } from '@changhui/rules/sheetWords'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { type Analysis, analyse } from './analysis.ts'
import type { PeriodKind } from './periods.ts'

const columns = [
  { header: '周期 Period', width: 12 },
  { header: '起 From', width: 12 },
  { header: '止 To', width: 12 },
  { header: '应提醒 Due', width: 12 },
  { header: '已提醒 Reminded', width: 14 },
  { header: '接通 Reached', width: 12 },
  { header: '预约 Booked', width: 12 },
  { header: '回厂 Returned', width: 12 },
  { header: '提醒失败 Failed', width: 14 },
  { header: '他厂保养 Elsewhere', width: 16 },
  { header: '提醒率 Reminded/due', width: 18 },
  { header: '接通率 Reached/due', width: 18 },
  { header: '回厂率 Returned/reminded', width: 22 },
]
const rate = (part: number, whole: number) => (whole === 0 ? '' : Math.round((part / whole) * 1000) / 1000)

/** The analysis as .xlsx: the periods, then the reasons and where customers were served instead. Logged. */
export async function exportAnalysis(
  scope: Scope,
  programme: string,
  by: PeriodKind,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Promise<File> {
  const analysis = await analyse(scope, programme, by, from, to)
  await recordAudit(scope, {
    action: 'analysis.export',
    subjectKind: 'programme',
    subjectId: programme,
    detail: { by, from: from.toString(), to: to.toString(), rows: analysis.rows.length },
  })
  return xlsxFile(`${programme}-${from}-${to}.xlsx`, writeXlsx('分析', columns, cells(analysis)))
}

async function* cells({ rows, reasons, elsewhere }: Analysis) {
  for (const row of rows) {
    const { period, from, to, due, reminded, reached, booked, returned, failed } = row
    const rates = [rate(reminded, due), rate(reached, due), rate(returned, reminded)]
    yield [period, from, to, due, reminded, reached, booked, returned, failed, row.elsewhere, ...rates]
  }
  yield []
  yield ['原因 Reason', '数量 Count']
  for (const { outcome, count } of reasons) yield [sheetWord(outcome), count]
  yield []
  yield ['他厂 Shop', '地点 Place', '数量 Count', '均价（元） Average CNY', '原因 Reasons']
  for (const one of elsewhere) {
    const price = one.averageFen === null ? '' : one.averageFen / 100
    yield [one.shop, one.place ?? '', one.count, price, one.reasons.join('、')]
  }
}
