import { localMinute } from '../../platform/local-time.ts'
import type { Scope } from '../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../platform/xlsx-write.ts'
import { recordAudit } from '../audit/service.ts'
import { type PipelineWish, pipeline } from './pipeline.ts'

const columns = [
  { header: '到期日 Expires', width: 12 },
  { header: '车牌 Plate', width: 12 },
  { header: '车型 Model', width: 22 },
  { header: '客户 Customer', width: 14 },
  { header: '交强险 Compulsory', width: 12 },
  { header: '商业险 Commercial', width: 12 },
  { header: '承保公司 Insurer', width: 16 },
  { header: '进度 Progress', width: 18 },
  { header: '负责人 Person', width: 12 },
  { header: '已拨 Calls', width: 8 },
  { header: '下次联系 Next', width: 18 },
]
const states = {
  unplanned: '未生成任务 not planned',
  waiting: '待联系 to call',
  working: '跟进中 being worked on',
  renewed: '已续保 renewed',
  lost: '未续保 not renewed',
} as const
/** More renewals than this in half a year no store has. */
const LIMIT = 20_000

/** The renewals of the coming months (INS-01) as .xlsx; who took how many rows stands in the audit log (SEC-01). */
export async function exportPipeline(scope: Scope, wish: Pick<PipelineWish, 'months' | 'state'>): Promise<File> {
  const { rows } = await pipeline(scope, { ...wish, limit: LIMIT })
  async function* cells() {
    for (const row of rows)
      yield [
        row.expiresOn,
        row.plate ?? '',
        row.model ?? '',
        row.customerName,
        row.compulsoryOn ?? '',
        row.commercialOn ?? '',
        row.insurer ?? '',
        states[row.state],
        row.assigneeName ?? '',
        row.attempts,
        row.nextAt ? localMinute(row.nextAt, scope.timeZone) : '',
      ]
  }
  const detail = { months: wish.months, state: wish.state, rows: rows.length }
  await recordAudit(scope, { action: 'insurance.export', subjectKind: 'vehicle', detail })
  return xlsxFile(`renewals-${scope.today}.xlsx`, writeXlsx('续保', columns, cells()))
}
