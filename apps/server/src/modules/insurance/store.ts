import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'

export interface AuditRow {
  id: string
  month: string
  seed: string
  sharePercent: number
  calls: number
  drawnAt: string
  drawnBy: string | null
  drawn: number
  audited: number
}

/** The audits of a store, newest month first; one when `id` is given. */
export async function selectAudits({ tx, storeId }: Scope, id?: string): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    SELECT a.id, a.month, a.seed, a.share_percent, a.calls, a.drawn_at, a.drawn_by, count(c.attempt_id)::int AS drawn,
      count(c.audited_at)::int AS audited
    FROM insurance_audit a
    LEFT JOIN insurance_audit_call c ON c.store_id = a.store_id AND c.audit_id = a.id
    WHERE a.store_id = ${storeId}::uuid ${id === undefined ? sql`` : sql`AND a.id = ${id}::uuid`}
    GROUP BY a.store_id, a.id, a.month, a.seed, a.share_percent, a.calls, a.drawn_at, a.drawn_by
    ORDER BY a.month DESC`.execute(tx)
  return rows
}

/** Makes the month's audit or waits for who is just making it, and locks it: two who draw at once follow one another. */
export async function enterAudit(
  { tx, storeId, now, actor }: Scope,
  audit: { id: string; month: string; seed: string; sharePercent: number },
): Promise<void> {
  await tx
    .insertInto('insuranceAudit')
    .values({ storeId, ...audit, calls: 0, drawnAt: now.toString(), drawnBy: actor.id })
    // whichever of the two keys, id or month, another's insert meets first
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .selectFrom('insuranceAudit')
    .select('id')
    .where('storeId', '=', storeId)
    .where('id', '=', audit.id)
    .forUpdate()
    .execute()
}

/** Every call of some programmes between two moments. */
export async function callsBetween(
  { tx, storeId }: Scope,
  programmes: readonly string[],
  from: string,
  to: string,
): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT a.id FROM attempt a JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
    WHERE a.store_id = ${storeId}::uuid AND a.at >= ${from}::timestamptz AND a.at < ${to}::timestamptz AND a.channel = 'call'
      AND t.programme = ANY (${[...programmes]}::text[])`.execute(tx)
  return rows
}

export async function drawnIds({ tx, storeId }: Scope, auditId: string): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('insuranceAuditCall')
    .select('attemptId')
    .where('storeId', '=', storeId)
    .where('auditId', '=', auditId)
    .execute()
  return new Set(rows.map((row) => row.attemptId))
}

/** Adds drawn calls behind those that are there, and notes how many calls the month has. */
export async function addDrawn(
  { tx, storeId }: Scope,
  auditId: string,
  calls: number,
  drawn: readonly { id: string }[],
  behind: number,
): Promise<void> {
  await tx
    .updateTable('insuranceAudit')
    .set({ calls })
    .where('storeId', '=', storeId)
    .where('id', '=', auditId)
    .execute()
  if (drawn.length === 0) return
  await sql`
    INSERT INTO insurance_audit_call (store_id, audit_id, attempt_id, place)
    SELECT ${storeId}::uuid, ${auditId}::uuid, d.id, ${behind}::int + d.place
    FROM unnest(${drawn.map(({ id }) => id)}::uuid[]) WITH ORDINALITY AS d (id, place)`.execute(tx)
}

export interface DrawnCall {
  attemptId: string
  place: number
  at: string
  customerId: string
  customerName: string
  plate: string | null
  byUser: string | null
  result: string
  outcome: string | null
  note: string | null
  findings: Record<string, string>
  remark: string | null
  auditedAt: string | null
  auditedBy: string | null
  version: number
}

/** The drawn calls of an audit in the order of the draw; one when `attemptId` is given. */
export async function selectDrawn({ tx, storeId }: Scope, auditId: string, attemptId?: string): Promise<DrawnCall[]> {
  const { rows } = await sql<DrawnCall>`
    SELECT d.attempt_id, d.place, a.at, t.customer_id, c.name AS customer_name, v.plate, a.by_user, a.result, a.outcome, a.note,
      d.findings, d.remark, d.audited_at, d.audited_by, d.version
    FROM insurance_audit_call d
    JOIN attempt a ON a.store_id = d.store_id AND a.id = d.attempt_id
    JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
    JOIN customer c ON c.store_id = t.store_id AND c.id = t.customer_id
    LEFT JOIN vehicle v ON v.store_id = t.store_id AND v.id = t.vehicle_id
    WHERE d.store_id = ${storeId}::uuid AND d.audit_id = ${auditId}::uuid
      ${attemptId === undefined ? sql`` : sql`AND d.attempt_id = ${attemptId}::uuid`}
    ORDER BY d.place`.execute(tx)
  return rows
}

/** Writes findings over the version that was read; false when somebody was faster. */
export async function writeFindings(
  { tx, storeId, now, actor }: Scope,
  call: { auditId: string; attemptId: string; findings: object; remark: string; version: number },
): Promise<boolean> {
  const row = await tx
    .updateTable('insuranceAuditCall')
    .set({
      findings: JSON.stringify(call.findings),
      remark: call.remark || null,
      auditedAt: now.toString(),
      auditedBy: actor.id,
      version: call.version + 1,
    })
    .where('storeId', '=', storeId)
    .where('auditId', '=', call.auditId)
    .where('attemptId', '=', call.attemptId)
    .where('version', '=', call.version)
    .returning('attemptId')
    .executeTakeFirst()
  return row !== undefined
}
