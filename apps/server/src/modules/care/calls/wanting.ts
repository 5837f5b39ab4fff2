import type { careContract } from '@changhui/contract/care'
import { maskPhone } from '@changhui/rules/phone'
import { sheetWord } from '@changhui/rules/sheetWords'
import { type SelectQueryBuilder, sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import { localMinute } from '../../../platform/local-time.ts'
import type { Scope } from '../../../platform/scope.ts'
import { writeXlsx, xlsxFile } from '../../../platform/xlsx-write.ts'
import { recordAudit } from '../../audit/service.ts'
import { programmeOf } from '../programmes/all.ts'
import { selectTasks, type TaskFacts, toTaskRows } from './rows.ts'

type Output<Route extends keyof typeof careContract> = z.infer<
  NonNullable<(typeof careContract)[Route]['~orpc']['outputSchema']>
>
interface Page {
  readonly cursor?: string | undefined
  readonly limit: number
}
export interface FailureFilters {
  readonly programme?: string | undefined
  /** `2026-11`, by the day they failed. */
  readonly month?: string | undefined
}

const byDay = z.tuple([z.iso.date(), z.guid()])
const byMoment = z.tuple([z.iso.datetime(), z.guid()])

type Tasks = ReturnType<typeof selectTasks>
type Database = Tasks extends SelectQueryBuilder<infer DB, infer _T, infer _O> ? DB : never
type Tables = Tasks extends SelectQueryBuilder<infer _DB, infer T, infer _O> ? T : never
type Listed = SelectQueryBuilder<Database, Tables, TaskFacts>

/** How many rows a list has in all, and its page of at most `limit`, with one more row read to see whether the list goes on. */
async function pageOf(wanted: Listed, page: Listed, limit: number) {
  const { total } = await wanted.clearSelect().select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow()
  const tasks = await page.limit(limit + 1).execute()
  const rows = tasks.slice(0, limit)
  return { total, rows, last: tasks.length > limit ? rows.at(-1) : undefined }
}

/** Due customers without a usable number, most urgent first, and numbers that proved dead or wrong. */
export async function numbersToFind(scope: Scope, input: Page): Promise<Output<'numbersToFind'>> {
  const today = scope.today.toString()
  const wanted = selectTasks(scope)
    .where('t.state', 'in', ['open', 'attempting'])
    .where((eb) =>
      eb.or([
        eb.and([
          eb('t.blockedBy', '=', 'no-phone'),
          eb('t.opensOn', '<=', today),
          eb('t.programme', '<>', 'number-correction'),
        ]),
        eb.and([
          eb('t.programme', '=', 'number-correction'),
          // the blocked reminder says it already
          sql<boolean>`NOT EXISTS (SELECT FROM task b WHERE b.store_id = t.store_id AND b.customer_id = t.customer_id
            AND b.state IN ('open', 'attempting') AND b.blocked_by = 'no-phone' AND b.programme <> 'number-correction')`,
        ]),
      ]),
    )
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, byDay)
  const ordered = wanted
    .$if(after !== undefined, (rows) =>
      rows.where(sql<boolean>`(t.due_on, t.id) > (${after?.[0]}::date, ${after?.[1]}::uuid)`),
    )
    .orderBy('t.dueOn')
    .orderBy('t.id')
  const { total, rows, last } = await pageOf(wanted, ordered, input.limit)
  return { rows: await toTaskRows(scope, rows), nextCursor: last ? encodeCursor(last.dueOn, last.id) : null, total }
}

function failed(scope: Scope, { programme, month }: FailureFilters) {
  const first = month === undefined ? undefined : Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 })
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(scope.timeZone).toInstant().toString()
  return selectTasks(scope)
    .where('t.state', '=', 'failed')
    .$if(programme !== undefined, (rows) => rows.where('t.programme', '=', programme ?? ''))
    .$if(first !== undefined, (rows) =>
      rows
        .where('t.closedAt', '>=', startOf(first ?? scope.today))
        .where('t.closedAt', '<', startOf((first ?? scope.today).add({ months: 1 }))),
    )
}

/** Why it failed, beyond the outcome: what the gate or the channels said. */
const reasonOf = ({ outcomeDetail }: TaskFacts): string | null => {
  const { gate, reason } = (outcomeDetail ?? {}) as { gate?: unknown; reason?: unknown }
  return typeof gate === 'string' ? gate : typeof reason === 'string' ? reason : null
}

/** Reminders that failed, the latest first (CARE-14). */
export async function failedReminders(scope: Scope, input: FailureFilters & Page): Promise<Output<'failures'>> {
  const wanted = failed(scope, input)
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, byMoment)
  const ordered = wanted
    .$if(after !== undefined, (rows) =>
      rows.where(sql<boolean>`(t.closed_at, t.id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('t.closedAt', 'desc')
    .orderBy('t.id', 'desc')
  const { total, rows, last } = await pageOf(wanted, ordered, input.limit)
  const plain = await toTaskRows(scope, rows)
  return {
    rows: plain.map((row, i) => {
      const task = rows[i]
      return { ...row, closedAt: task?.closedAt ?? null, reason: task ? reasonOf(task) : null }
    }),
    nextCursor: last ? encodeCursor(last.closedAt, last.id) : null,
    total,
  }
}

const columns = [
  { header: '项目 Programme', width: 14 },
  { header: '客户 Customer', width: 14 },
  { header: '电话 Phone', width: 16 },
  { header: '车牌 Plate', width: 12 },
  { header: '车型 Model', width: 22 },
  { header: '到期日 Due', width: 12 },
  { header: '已拨 Tries', width: 8 },
  { header: '失败时间 Failed at', width: 18 },
  { header: '结果 Outcome', width: 14 },
  { header: '原因 Reason', width: 18 },
]
/** More failures than this in one file help nobody. */
const LIMIT = 20_000

/** The failed reminders as .xlsx, numbers masked; who took how many rows stands in the audit log (SEC-01). */
export async function exportFailures(scope: Scope, filters: FailureFilters): Promise<File> {
  const tasks = await failed(scope, filters)
    .orderBy('t.closedAt', 'desc')
    .orderBy('t.id', 'desc')
    .limit(LIMIT)
    .execute()
  const phones = await firstPhones(
    scope,
    tasks.map((task) => task.customerId),
  )
  async function* cells() {
    for (const task of tasks) {
      yield [
        programmeOf(task.programme).zh,
        task.customerName,
        phones.get(task.customerId) ?? '',
        task.plate ?? '',
        task.model ?? '',
        task.dueOn,
        task.attempts,
        task.closedAt ? localMinute(task.closedAt, scope.timeZone) : '',
        sheetWord(task.outcome),
        sheetWord(reasonOf(task)),
      ]
    }
  }
  const detail = { rows: tasks.length, filters: { ...filters } }
  await recordAudit(scope, { action: 'failures.export', subjectKind: 'task', detail })
  return xlsxFile(`failures-${filters.month ?? scope.today}.xlsx`, writeXlsx('提醒失败', columns, cells()))
}

/** The number that is called first of each customer, masked. */
export async function firstPhones(
  { tx, storeId }: Scope,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (customerIds.length === 0) return new Map()
  const { rows } = await sql<{ customerId: string; number: string }>`
    SELECT DISTINCT ON (customer_id) customer_id, number FROM customer_phone
    WHERE store_id = ${storeId}::uuid AND customer_id = ANY (${[...new Set(customerIds)]}::uuid[]) AND state = 'usable'
    ORDER BY customer_id, position, id`.execute(tx)
  return new Map(rows.map((row) => [row.customerId, maskPhone(row.number)]))
}
