import type { AuditAction } from '@changhui/contract/audit-actions'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../platform/cursor.ts'
import type { Scope } from '../../platform/scope.ts'

/** Writes one line of the audit log in the same transaction as the deed. `detail` holds codes and ids, no personal data. */
export async function recordAudit(
  scope: Scope,
  entry: { action: AuditAction; subjectKind: string; subjectId?: string | null; detail?: Record<string, unknown> },
): Promise<void> {
  await scope.tx
    .insertInto('auditEntry')
    .values({
      storeId: scope.storeId,
      id: scope.newId(),
      at: scope.now.toString(),
      actor: scope.actor.id,
      actorName: scope.actor.name,
      action: entry.action,
      subjectKind: entry.subjectKind,
      subjectId: entry.subjectId ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}

export interface AuditFilters {
  readonly action?: string
  readonly actorId?: string
  /** Days of the store's calendar, both inside. */
  readonly from?: string
  readonly to?: string
  readonly cursor?: string
  readonly limit: number
}

/** The audit log of the store, newest first. */
export async function listAudit(scope: Scope, filters: AuditFilters) {
  const startOf = (day: string, days: number) =>
    Temporal.PlainDate.from(day).add({ days }).toZonedDateTime(scope.timeZone).toInstant().toString()
  let query = scope.tx
    .selectFrom('auditEntry')
    .select(['id', 'at', 'actorName', 'action', 'subjectKind', 'subjectId', 'detail'])
    .where('storeId', '=', scope.storeId)
  if (filters.action) query = query.where('action', '=', filters.action)
  if (filters.actorId) query = query.where('actor', '=', filters.actorId)
  if (filters.from) query = query.where('at', '>=', startOf(filters.from, 0))
  if (filters.to) query = query.where('at', '<', startOf(filters.to, 1))
  if (filters.cursor) {
    const [at, id] = decodeCursor(filters.cursor, z.tuple([z.iso.datetime(), z.uuid()]))
    query = query.where(sql<boolean>`(at, id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const found = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(filters.limit + 1)
    .execute()
  const page = found.slice(0, filters.limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => ({ ...row, detail: row.detail as Record<string, unknown> })),
    nextCursor: last && found.length > page.length ? encodeCursor(last.at, last.id) : null,
  }
}
