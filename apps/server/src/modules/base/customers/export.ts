import { churnBandTitles } from '@changhui/rules/churn'
import { maskPhone } from '@changhui/rules/phone'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { type DueRow, eachCustomer, type Filters } from './list.ts'

type Words = { readonly zh: string; readonly en: string }
type Language = keyof Words

const localities: Readonly<Record<string, Words>> = {
  local: { zh: '本地', en: 'Local' },
  'out-of-town': { zh: '外地', en: 'Out of town' },
}

const columns: readonly (Words & { width: number; value: (row: DueRow, language: Language) => string | number })[] = [
  { zh: '姓名', en: 'Name', width: 12, value: (row) => row.name },
  { zh: '电话', en: 'Phone', width: 14, value: (row) => (row.phone ? maskPhone(row.phone) : '') },
  { zh: '车牌', en: 'Plate', width: 12, value: (row) => row.plates.join(' ') },
  { zh: '车型', en: 'Model', width: 24, value: (row) => row.models.join(' / ') },
  { zh: '最近回厂', en: 'Last visit', width: 12, value: (row) => row.lastVisitOn ?? '' },
  {
    zh: '流失等级',
    en: 'Churn band',
    width: 10,
    value: (row, language) => (row.band ? churnBandTitles[language][row.band] : ''),
  },
  { zh: '下次到期', en: 'Next due', width: 12, value: (row) => row.nextDueOn ?? '' },
  { zh: '待办任务', en: 'Open tasks', width: 10, value: (row) => row.openTasks },
  {
    zh: '本地/外地',
    en: 'Locality',
    width: 10,
    value: (row, language) => (row.locality ? (localities[row.locality]?.[language] ?? row.locality) : ''),
  },
  { zh: '区域', en: 'Region', width: 14, value: (row) => row.region ?? '' },
  { zh: '来源', en: 'Source', width: 12, value: (row) => row.source ?? '' },
  { zh: '会员等级', en: 'Member level', width: 12, value: (row) => row.memberLevel ?? '' },
  { zh: '标签', en: 'Tags', width: 20, value: (row) => row.tags.join(' ') },
  {
    zh: '免打扰',
    en: 'Do not disturb',
    width: 10,
    value: (row, language) => (row.doNotDisturb ? (language === 'zh' ? '是' : 'yes') : ''),
  },
]

/** The filtered list as .xlsx, numbers masked; who took how many rows by which filters stands in the audit log (SEC-01). */
export async function exportCustomers(scope: Scope, filters: Filters, language: Language): Promise<File> {
  let rows = 0
  async function* cells() {
    for await (const row of eachCustomer(scope, filters)) {
      rows++
      yield columns.map((column) => column.value(row, language))
    }
  }
  const headers = columns.map((column) => ({ header: column[language], width: column.width }))
  const sheet = language === 'zh' ? '客户' : 'Customers'
  const file = await xlsxFile(`customers-${scope.today}.xlsx`, writeXlsx(sheet, headers, cells()))
  // the query may be a name or a number: that there was one is enough for the log
  const { query, ...plain } = filters
  await recordAudit(scope, {
    action: 'customer.export',
    subjectKind: 'customer',
    detail: { rows, filters: { ...plain, ...(query ? { query: true } : {}) } },
  })
  return file
}
