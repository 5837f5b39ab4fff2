import type { AuditedCall, insuranceAudit } from '@changhui/contract/insurance'
import { AUDIT_ITEMS, AUDIT_SHARE, auditTopUp } from '@changhui/rules/auditSample'
import { sheetWord } from '@changhui/rules/sheetWords'
import type { z } from 'zod'
import { deriveId } from '../../platform/ids.ts'
import { localMinute } from '../../platform/local-time.ts'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../platform/xlsx-write.ts'
import { recordAudit } from '../audit/service.ts'
import { callsOfAttempts } from '../callcentre/service.ts'
import { programmeDefinitions } from '../care/service.ts'
import { staffNames } from '../staff/service.ts'
import {
  type AuditRow,
  addDrawn,
  callsBetween,
  drawnIds,
  enterAudit,
  selectAudits,
  selectDrawn,
  writeFindings,
} from './store.ts'

type Audit = z.infer<typeof insuranceAudit>

/** The months that were drawn, newest first (CARE-06). */
export async function auditsOf(scope: Scope): Promise<Audit[]> {
  return withNames(scope, await selectAudits(scope))
}

async function withNames(scope: Scope, rows: readonly AuditRow[]): Promise<Audit[]> {
  const names = await staffNames(
    scope.tx,
    rows.map((row) => row.drawnBy),
  )
  return rows.map(({ drawnBy, ...row }) => ({ ...row, drawnByName: names.get(drawnBy ?? '') ?? null }))
}

const auditId = (storeId: string, month: string) => deriveId(storeId, 'insurance-audit', month)

/**
 * Draws 60 % of a past month's renewal calls (CARE-06), every call that was dialled, by a seed of store and month that was known
 * before the first of them. The draw is kept; again, or by two at once, it adds nothing, or the places missing to the share when
 * calls of the month came to light late. BAD_REQUEST `audit.month-running` while the month is not over.
 */
export async function drawAudit(scope: Scope, month: string): Promise<Audit> {
  const end = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 }).add({ months: 1 })
  if (Temporal.PlainDate.compare(end, scope.today) > 0)
    throw new Problem('BAD_REQUEST', 'audit.month-running', { field: 'month', values: { month } })
  const { code } = await scope.tx
    .selectFrom('store')
    .select('code')
    .where('id', '=', scope.storeId)
    .executeTakeFirstOrThrow()
  const seed = `${code}/${month}`
  const id = auditId(scope.storeId, month)
  await enterAudit(scope, { id, month, seed, sharePercent: Math.round(AUDIT_SHARE * 100) })
  const calls = await renewalCalls(scope, month)
  const drawn = await drawnIds(scope, id)
  const added = auditTopUp(calls, drawn, seed)
  await addDrawn(scope, id, calls.length, added, drawn.size)
  const detail = { month, calls: calls.length, added: added.length }
  if (added.length > 0 || drawn.size === 0)
    await recordAudit(scope, { action: 'insurance-audit.drawn', subjectKind: 'insurance-audit', subjectId: id, detail })
  const [audit] = await withNames(scope, await selectAudits(scope, id))
  return found(audit)
}

/** Every renewal call of a month of the store's calendar. */
function renewalCalls(scope: Scope, month: string): Promise<{ id: string }[]> {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(scope.timeZone).toInstant().toString()
  const keys = programmeDefinitions().flatMap((one) => (one.by === 'insurance' ? [one.key] : []))
  return callsBetween(scope, keys, startOf(first), startOf(first.add({ months: 1 })))
}

/** Draws last month's calls if there are any and nobody has; asked every hour, so that a server that was down on the 1st catches up. */
export async function drawLastMonth(scope: Scope): Promise<boolean> {
  const month = scope.today.toPlainYearMonth().subtract({ months: 1 }).toString()
  const known = await selectAudits(scope, auditId(scope.storeId, month))
  if (known.length > 0 || (await renewalCalls(scope, month)).length === 0) return false
  await drawAudit(scope, month)
  return true
}

/** The drawn calls with what was found, and whether there is a recording. NOT_FOUND. */
export async function auditCalls(scope: Scope, id: string, attemptId?: string): Promise<AuditedCall[]> {
  found((await selectAudits(scope, id))[0])
  const rows = await selectDrawn(scope, id, attemptId)
  const calls = await callsOfAttempts(
    scope,
    rows.map((row) => row.attemptId),
  )
  const names = await staffNames(
    scope.tx,
    rows.flatMap((row) => [row.byUser, row.auditedBy]),
  )
  return rows.map(({ byUser, auditedBy, ...row }) => {
    const call = calls.get(row.attemptId)
    return {
      ...row,
      byName: names.get(byUser ?? '') ?? null,
      auditedByName: names.get(auditedBy ?? '') ?? null,
      seconds: call?.seconds ?? null,
      recordingOf: call?.recorded ? call.callId : null,
    }
  })
}

export interface Findings {
  readonly auditId: string
  readonly attemptId: string
  readonly findings: Readonly<Record<string, string>>
  readonly remark: string
  readonly version: number
}

/** Records what was found in one call. NOT_FOUND for a call that was not drawn, CONFLICT when somebody else was faster. */
export async function saveFindings(scope: Scope, wish: Findings): Promise<AuditedCall> {
  found((await auditCalls(scope, wish.auditId, wish.attemptId))[0])
  if (!(await writeFindings(scope, wish))) throw new Problem('CONFLICT', 'version.changed')
  return found((await auditCalls(scope, wish.auditId, wish.attemptId))[0])
}

const itemHeads: Readonly<Record<(typeof AUDIT_ITEMS)[number], string>> = {
  introduced: '自报身份 Introduced',
  expiry: '险种与到期日 Expiry told',
  offer: '报价清楚 Offer clear',
  benefits: '续保权益 Benefits',
  wish: '记录意向 Wish noted',
  manner: '用语规范 Manner',
  truthful: '记录属实 Truthful',
}
const said: Readonly<Record<string, string>> = { yes: '是 yes', no: '否 no', na: '不适用 n/a' }

/** The audit as .xlsx; who took it stands in the audit log (SEC-01). */
export async function exportAudit(scope: Scope, id: string): Promise<File> {
  const [audit] = await selectAudits(scope, id)
  const { month, seed } = found(audit)
  const calls = await auditCalls(scope, id)
  const columns = [
    { header: '序号 No.', width: 8 },
    { header: '时间 At', width: 18 },
    { header: '客户 Customer', width: 14 },
    { header: '车牌 Plate', width: 12 },
    { header: '专员 By', width: 12 },
    { header: '结果 Result', width: 14 },
    { header: '备注 Note', width: 30 },
    { header: '通话秒数 Seconds', width: 10 },
    { header: '录音 Recording', width: 10 },
    ...AUDIT_ITEMS.map((item) => ({ header: itemHeads[item], width: 14 })),
    { header: '评语 Remark', width: 30 },
    { header: '质检人 Audited by', width: 12 },
    { header: '质检时间 Audited at', width: 18 },
  ]
  const moment = (at: string | null) => (at === null ? '' : localMinute(at, scope.timeZone))
  async function* cells() {
    for (const call of calls)
      yield [
        call.place,
        moment(call.at),
        call.customerName,
        call.plate ?? '',
        call.byName ?? '',
        sheetWord(call.outcome ?? call.result),
        call.note ?? '',
        call.seconds ?? '',
        call.recordingOf ? '有 yes' : '无 no',
        ...AUDIT_ITEMS.map((item) => said[call.findings[item] ?? ''] ?? ''),
        call.remark ?? '',
        call.auditedByName ?? '',
        moment(call.auditedAt),
      ]
  }
  const detail = { month, seed, rows: calls.length }
  await recordAudit(scope, { action: 'insurance-audit.export', subjectKind: 'insurance-audit', subjectId: id, detail })
  return xlsxFile(`insurance-audit-${month}.xlsx`, writeXlsx(`续保质检 ${month}`, columns, cells()))
}
