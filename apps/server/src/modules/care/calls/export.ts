import { localMinute } from '../../../platform/local-time.ts'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { programmeOf } from '../programmes/all.ts'
import { deskOf } from './desk.ts'
import { type CallFilters, listedCalls } from './list.ts'
import { firstPhones } from './wanting.ts'

const columns = [
  { header: '项目 Programme', width: 14 },
  { header: '客户 Customer', width: 14 },
  { header: '电话 Phone', width: 16 },
  { header: '车牌 Plate', width: 12 },
  { header: '车型 Model', width: 22 },
  { header: '到期日 Due', width: 12 },
  { header: '最迟致电 Call by', width: 12 },
  { header: '下次联系 Next', width: 22 },
  { header: '已拨 Tries', width: 8 },
]
/** A list longer than this is no day's work. */
const LIMIT = 20_000

/** The call list as .xlsx, numbers masked; who took how many rows stands in the audit log (SEC-01). */
export async function exportCalls(scope: Scope, filters: CallFilters): Promise<File> {
  const desk = await deskOf(scope, undefined)
  const tasks = await listedCalls(scope, { ...filters, whose: 'all' }, LIMIT, desk)
  const first = await firstPhones(
    scope,
    tasks.map((task) => task.customerId),
  )
  async function* cells() {
    for (const task of tasks) {
      yield [
        programmeOf(task.programme).zh,
        task.customerName,
        first.get(task.customerId) ?? '',
        task.plate ?? '',
        task.model ?? '',
        task.dueOn,
        task.callBy,
        task.nextAt ? localMinute(task.nextAt, scope.timeZone) : '',
        task.attempts,
      ]
    }
  }
  const { query, ...plain } = filters
  await recordAudit(scope, {
    action: 'calls.export',
    subjectKind: 'task',
    detail: { rows: tasks.length, filters: { ...plain, ...(query ? { query: true } : {}) } },
  })
  return xlsxFile(`calls-${scope.today}.xlsx`, writeXlsx('电话清单', columns, cells()))
}
