import { type BasePart, baseParts, basePartTitles } from '@changhui/contract/base-analysis'
import { bandText } from '@changhui/rules/bands'
import { type ChurnBand, churnBandTitles } from '@changhui/rules/churn'
import type { Language } from '../../../platform/http/language.ts'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { analyseBase, type BaseAnalysis } from './analysis.ts'

/** No part of a real base has so many values; what a file of a million different texts would have is folded. */
const MOST = 50_000

const words = {
  zh: {
    sheet: '基盘分析',
    part: '项目',
    value: '内容',
    count: '数量',
    share: '占比',
    unknown: '未登记',
    never: '未进厂',
    rest: '其他',
  },
  en: {
    sheet: 'Base',
    part: 'By',
    value: 'Value',
    count: 'Count',
    share: 'Share',
    unknown: 'Not recorded',
    never: 'Never came',
    rest: 'Others',
  },
} as const
const totals = {
  zh: { customers: '客户数', vehicles: '车辆数', arrivals: '当月来厂客户', visits: '当月来厂台次' },
  en: { customers: 'Customers', vehicles: 'Vehicles', arrivals: 'Customers who came', visits: 'Visits of the month' },
} as const

/** The base of a month as .xlsx: its totals, then each part with counts and shares; logged (SEC-01). */
export async function exportBase(scope: Scope, month: Temporal.PlainDate, language: Language): Promise<File> {
  const analysis = await analyseBase(scope, month, MOST)
  await recordAudit(scope, {
    action: 'analysis.export',
    subjectKind: 'base',
    subjectId: analysis.month,
    detail: { customers: analysis.customers, vehicles: analysis.vehicles },
  })
  const t = words[language]
  const columns = [
    { header: t.part, width: 20 },
    { header: t.value, width: 28 },
    { header: t.count, width: 12 },
    { header: t.share, width: 10 },
  ]
  return xlsxFile(`base-${analysis.month}.xlsx`, writeXlsx(t.sheet, columns, cells(analysis, language)))
}

function* cells({ parts, asOf, ...analysis }: BaseAnalysis, language: Language) {
  const t = words[language]
  for (const key of ['customers', 'vehicles', 'arrivals', 'visits'] as const)
    yield [totals[language][key], asOf, analysis[key]]
  for (const part of baseParts) {
    yield []
    const { rows, rest } = parts[part]
    const all = rows.reduce((sum, { count }) => sum + count, rest.count)
    const line = (value: string, count: number) => [
      basePartTitles[language][part],
      value,
      count,
      all === 0 ? '' : Math.round((count / all) * 1000) / 1000,
    ]
    for (const { value, count } of rows) yield line(textOf(part, value, language), count)
    if (rest.values > 0) yield line(t.rest, rest.count)
  }
}

function textOf(part: BasePart, value: string | null, language: Language): string {
  if (part === 'churn') return value === null ? words[language].never : churnBandTitles[language][value as ChurnBand]
  if (value === null) return words[language].unknown
  return part === 'age' || part === 'vehicleAge' ? bandText(value) : value
}
