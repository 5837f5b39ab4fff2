import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'

/** The link to a call's recording, which whoever opens it is logged for. NOT_FOUND, also `recording.none` while there is none. */
export async function openRecording(scope: Scope, callId: string): Promise<{ url: string }> {
  const call = found(
    await scope.tx
      .selectFrom('phoneCall')
      .select(['recordingUrl', 'customerId', 'attemptId'])
      .where('storeId', '=', scope.storeId)
      .where('id', '=', callId)
      .executeTakeFirst(),
  )
  if (call.recordingUrl === null) throw new Problem('NOT_FOUND', 'recording.none')
  await recordAudit(scope, {
    action: 'recording.opened',
    subjectKind: 'phone-call',
    subjectId: callId,
    detail: { customerId: call.customerId, attemptId: call.attemptId },
  })
  return { url: call.recordingUrl }
}

/** The telephone call behind an attempt: whether it was recorded and how long was talked. */
export interface AttemptCall {
  readonly callId: string
  readonly recorded: boolean
  readonly seconds: number | null
}

/** The calls behind some attempts, by attempt; of several (dialled again) the one with a recording, else the longest. */
export async function callsOfAttempts(
  { tx, storeId }: Scope,
  attemptIds: readonly string[],
): Promise<ReadonlyMap<string, AttemptCall>> {
  if (attemptIds.length === 0) return new Map()
  const rows = await tx
    .selectFrom('phoneCall')
    .select(['id', 'attemptId', 'recordingUrl', 'answeredAt', 'endedAt'])
    .where('storeId', '=', storeId)
    .where('attemptId', 'in', [...attemptIds])
    .execute()
  const calls = rows.map((row) => ({
    attemptId: row.attemptId ?? '',
    callId: row.id,
    recorded: row.recordingUrl !== null,
    seconds:
      row.answeredAt && row.endedAt
        ? Math.round(Temporal.Instant.from(row.answeredAt).until(Temporal.Instant.from(row.endedAt)).total('seconds'))
        : null,
  }))
  calls.sort(
    (a, b) =>
      Number(a.recorded) - Number(b.recorded) ||
      (a.seconds ?? -1) - (b.seconds ?? -1) ||
      (a.callId < b.callId ? -1 : 1),
  )
  return new Map(calls.map(({ attemptId, ...call }) => [attemptId, call]))
}
