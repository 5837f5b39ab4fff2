import type { callCentreContract } from '@changhui/contract/callcentre'
import { normalisePhone } from '@changhui/rules/phone'
import { foldCallEvent } from '@changhui/rules/phoneCall'
import type { z } from 'zod'
import { deriveId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { customersOfNumber } from '../base/customers/service.ts'
import { type CallRow, type CallTies, dialOf, factsOf, lockCall, userAt, writeCall } from './store.ts'

type Input = z.output<NonNullable<(typeof callCentreContract)['pushEvent']['~orpc']['inputSchema']>>
export type PushedEvent = Omit<Input, 'storeId'>

/**
 * Takes in one event of a call (API-02). The call's row is locked, the event folded into it, and customer, person, task and attempt
 * are looked for again, so that events may come twice and in any order. BAD_REQUEST `recording.link-missing`.
 */
export async function takeCallEvent(scope: Scope, event: PushedEvent): Promise<{ id: string }> {
  if (event.event === 'recording' && !event.recordingUrl)
    throw new Problem('BAD_REQUEST', 'recording.link-missing', { field: 'recordingUrl' })
  const id = deriveId(scope.storeId, 'phone-call', event.callId)
  const row = await lockCall(scope, id, event.callId)
  const at = Temporal.Instant.from(event.at)
  const facts = foldCallEvent(factsOf(row), {
    kind: event.event,
    at,
    direction: event.direction ?? (event.dialId || event.taskId ? 'out' : null),
    number: plainNumber(event.number),
    extension: event.extension || null,
    recordingUrl: event.recordingUrl,
  })
  const ties = await tiesOf(scope, row, event, at, facts.extension, facts.number)
  await writeCall(scope, id, facts, ties)
  return { id }
}

/** As numbers are kept; what is none (withheld, an inner number) stays as it came, the withheld one as nothing. */
function plainNumber(raw: string | undefined): string | null {
  const phone = normalisePhone(raw ?? '')
  if (phone.ok) return phone.number
  return phone.reason === 'empty' || !raw || /anonym|unknown|private/i.test(raw) ? null : raw
}

async function tiesOf(
  scope: Scope,
  row: CallRow,
  event: PushedEvent,
  at: Temporal.Instant,
  extension: string | null,
  number: string | null,
): Promise<CallTies> {
  const dial = row.dialId ? undefined : await dialOf(scope, event, at)
  const known = row.customerId ?? dial?.customerId ?? null
  return {
    dialId: row.dialId ?? dial?.id ?? null,
    taskId: row.taskId ?? dial?.taskId ?? null,
    attemptId: row.attemptId ?? dial?.attemptId ?? null,
    userId: (await userAt(scope, extension)) ?? row.userId ?? dial?.userId ?? null,
    customerId: known ?? (number ? await onlyCustomer(scope, number) : null),
  }
}

/** A number that several have is nobody's: the pop-up shows them all, the timeline stays with none. */
async function onlyCustomer(scope: Scope, number: string): Promise<string | null> {
  const ids = await customersOfNumber(scope, number)
  return ids.length === 1 ? (ids[0] ?? null) : null
}
