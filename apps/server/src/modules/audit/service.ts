import type { Scope } from '../../platform/scope.ts'

/** Writes one line of the audit log in the same transaction as the deed. `detail` holds codes and ids, no personal data. */
export async function recordAudit(
  scope: Scope,
  entry: { action: string; subjectKind: string; subjectId?: string | null; detail?: Record<string, unknown> },
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
