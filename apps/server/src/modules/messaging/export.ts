import { localMinute } from '../../platform/local-time.ts'
import type { Scope } from '../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../platform/xlsx-write.ts'
import { recordAudit } from '../audit/service.ts'
import { type MessageFilters, selectMessages, toRow } from './outbox.ts'

const columns = [
  { header: '建立时间 Queued', width: 18 },
  { header: '客户 Customer', width: 14 },
  { header: '用途 Purpose', width: 12 },
  { header: '渠道 Channel', width: 10 },
  { header: '收件人 Recipient', width: 18 },
  { header: '状态 State', width: 12 },
  { header: '原因 Reason', width: 16 },
  { header: '服务商代码 Code', width: 16 },
  { header: '服务商 Provider', width: 12 },
  { header: '条数 Segments', width: 10 },
  { header: '发送时间 Sent', width: 18 },
  { header: '内容 Text', width: 60 },
]
const LIMIT = 50_000

/** The outbox as .xlsx, recipients masked; who took how many rows stands in the audit log (SEC-01). */
export async function exportMessages(scope: Scope, filters: MessageFilters): Promise<File> {
  const rows = await selectMessages(scope, filters).limit(LIMIT).execute()
  const time = (moment: string | null) => (moment === null ? '' : localMinute(moment, scope.timeZone))
  async function* cells() {
    for (const row of rows.map(toRow)) {
      yield [
        time(row.createdAt),
        row.customerName,
        row.purpose,
        row.channel,
        row.recipientMasked ?? '',
        row.state,
        row.reason ?? row.held ?? '',
        row.code ?? '',
        row.provider ?? '',
        row.segments ?? '',
        time(row.sentAt),
        row.body,
      ]
    }
  }
  await recordAudit(scope, {
    action: 'messages.export',
    subjectKind: 'message',
    detail: { rows: rows.length, filters: { ...filters } },
  })
  return xlsxFile(`messages-${scope.today}.xlsx`, writeXlsx('消息', columns, cells()))
}
