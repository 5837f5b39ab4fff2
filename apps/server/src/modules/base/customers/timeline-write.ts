import type { Scope } from '../../../platform/scope.ts'

/** One thing that happened, without its moment and author; `data` holds ids and codes, no personal data. */
export interface TimelineEntry {
  readonly kind: string
  readonly customerId: string
  readonly vehicleId?: string | null
  readonly taskId?: string | null
  readonly data?: Record<string, unknown>
}

/** Appends to the timeline, in the transaction of what happened. */
export async function appendTimeline(scope: Scope, entries: readonly TimelineEntry[]): Promise<void> {
  if (entries.length === 0) return
  await scope.tx
    .insertInto('timelineEvent')
    .values(
      entries.map((entry) => ({
        storeId: scope.storeId,
        id: scope.newId(),
        at: scope.now.toString(),
        kind: entry.kind,
        customerId: entry.customerId,
        vehicleId: entry.vehicleId ?? null,
        taskId: entry.taskId ?? null,
        actor: scope.actor.id,
        data: JSON.stringify(entry.data ?? {}),
      })),
    )
    .execute()
}
