import type { callConsequence, callReport } from '@changhui/contract/calls'
import { type AttemptDecision, decideAfterAttempt } from '@changhui/rules/attempts'
import { partOf } from '@changhui/rules/parts'
import type { CallResult, TaskOutcome } from '@changhui/rules/words'
import { sql } from 'kysely'
import type { z } from 'zod'
import { sqlState } from '../../../platform/db.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { endState } from '../engine/outcome-state.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { programmeOf } from '../programmes/all.ts'
import { preferredPart } from './best-time.ts'
import { requireFree, taskById } from './claim.ts'
import { applyOutcome, applyReading, markPhone } from './consequences.ts'
import { openCorrection, raiseComplaint } from './follow-up-tasks.ts'
import { queueLastTry } from './last-try.ts'
import { ownPhoneId } from './merge.ts'
import { toRuleReport } from './report-input.ts'
import { selectTasks, type TaskFacts, toTaskRows } from './rows.ts'
import { attemptFacts, phonesOf } from './try-facts.ts'

export type CallReport = z.output<typeof callReport>
export type CallConsequence = z.infer<typeof callConsequence>
type Stored = Pick<CallConsequence, 'decision' | 'nextAt' | 'sentMessage' | 'correctionTaskId'>

/**
 * Records one call and carries out what follows (CARE-14, CARE-15) in the scope's transaction. The same `attemptId` again
 * gives the same answer and counts once. CONFLICT `task.closed` when a fact or a colleague was quicker, `task.taken` when
 * somebody else holds the call; BAD_REQUEST when the outcome lacks its detail or a reading is implausible.
 */
export async function reportCall(scope: Scope, taskId: string, given: CallReport): Promise<CallConsequence> {
  const task = await lockTask(scope, taskId)
  // sent twice at once, the second waited for the first's lock
  const known = await earlierReport(scope, task, given.attemptId)
  if (known) return known
  await requireFree(scope, task)
  // the customer's record may have been merged into another one since the page read the number
  const phoneId = given.phoneId && (await ownPhoneId(scope, task.customerId, given.phoneId))
  const report = { ...given, phoneId }
  const decision = await decide(scope, task, report)
  const [stored, after] = await carryOut(scope, task, report, decision)
  const [row] = await toTaskRows(scope, [after])
  return { task: found(row), ...stored }
}

async function earlierReport(scope: Scope, task: TaskFacts, attemptId: string): Promise<CallConsequence | undefined> {
  const attempt = await scope.tx
    .selectFrom('attempt')
    .select(['taskId', 'detail'])
    .where('storeId', '=', scope.storeId)
    .where('id', '=', attemptId)
    .executeTakeFirst()
  if (!attempt) return undefined
  const { consequence } = attempt.detail as { consequence?: Stored }
  // without an answer it was no report of the call desk's: its id is taken all the same
  if (attempt.taskId !== task.id || !consequence) throw new Problem('CONFLICT', 'idempotency.reused')
  const [row] = await toTaskRows(scope, [task])
  return { task: found(row), ...consequence }
}

/** Locks the vehicle before the task: whoever records a visit takes them in the same order. */
async function lockTask(scope: Scope, taskId: string): Promise<TaskFacts> {
  const { tx, storeId } = scope
  const { vehicleId } = found(
    await tx
      .selectFrom('task')
      .select('vehicleId')
      .where('storeId', '=', storeId)
      .where('id', '=', taskId)
      .executeTakeFirst(),
  )
  if (vehicleId) {
    await sql`SELECT FROM vehicle WHERE store_id = ${storeId}::uuid AND id = ${vehicleId}::uuid FOR NO KEY UPDATE`.execute(
      tx,
    )
  }
  return found(await selectTasks(scope).where('t.id', '=', taskId).forUpdate('t').executeTakeFirst())
}

async function decide(scope: Scope, task: TaskFacts, report: CallReport): Promise<AttemptDecision> {
  const phones = await phonesOf(scope, task.customerId)
  const phoneId = report.phoneId ?? task.nextPhoneId ?? phones[0]?.id
  if (!phoneId || !phones.some((one) => one.id === phoneId)) {
    throw new Problem('BAD_REQUEST', 'outcome.detail-missing', { field: 'phoneId', values: { field: 'phoneId' } })
  }
  const facts = {
    ...(await attemptFacts(scope, task, phones)),
    // it decides about the next try only
    preferredPart: spokenTo(report.result) ? null : await preferredPart(scope, task.customerId),
  }
  const { now, calendar } = facts
  return decideAfterAttempt(facts, toRuleReport(scope, task, report, { at: now, part: partOf(now, calendar), phoneId }))
}

const spokenTo = (result: CallResult) => result === 'reached' || result === 'refused'

/** What was done, and the task as it then stands. */
async function carryOut(
  scope: Scope,
  task: TaskFacts,
  report: CallReport,
  decision: AttemptDecision,
): Promise<[Stored, TaskFacts]> {
  const phoneId = report.phoneId ?? task.nextPhoneId
  const mark = 'mark' in decision ? decision.mark : undefined
  if (mark) await markPhone(scope, task, mark)
  const correctionTaskId = mark ? await openCorrection(scope, task, mark) : null
  const sentMessage = decision.next === 'message-and-fail' && (await queueLastTry(scope, task, decision.channel))
  await writeTask(scope, task, report, decision)
  if (decision.next === 'redate') await applyReading(scope, task, decision.km)
  if (decision.next === 'flag-complaint') await raiseComplaint(scope, task, report.complaint ?? '')
  if (decision.next === 'done' || decision.next === 'cancel') await applyOutcome(scope, task, decision.outcome, report)
  const after = found(await taskById(scope, task.id))
  const stored: Stored = { decision: decision.next, nextAt: after.nextAt, sentMessage, correctionTaskId }
  const part = partOf(scope.now, await storeCalendar(scope))
  const outcome =
    report.result === 'reached' ? (report.outcome ?? null) : report.result === 'refused' ? 'refused' : null
  const detail = {
    consequence: stored,
    newOwner: report.newOwner,
    elsewhere: report.elsewhere,
    laterOn: report.laterOn,
  }
  await scope.tx
    .insertInto('attempt')
    .values({
      storeId: scope.storeId,
      id: report.attemptId,
      taskId: task.id,
      customerId: task.customerId,
      at: scope.now.toString(),
      channel: 'call',
      phoneId,
      part,
      result: report.result,
      outcome,
      detail: JSON.stringify(detail),
      note: report.note ?? null,
      byUser: scope.actor.id,
      purpose: programmeOf(task.programme).purpose,
    })
    .execute()
    .catch((error: unknown) => {
      // the id was sent for another task at the same moment
      if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'idempotency.reused')
      throw error
    })
  const { customerId, vehicleId, id: taskId, programme } = task
  const about = { customerId, vehicleId, taskId }
  const came = outcomeOf(decision)
  const call = { programme, attemptId: report.attemptId, outcome, decision: decision.next }
  await appendTimeline(scope, [
    ...(came ? [{ ...about, kind: 'task.closed', data: { programme, outcome: came } }] : []),
    { ...about, kind: `call.${report.result}`, data: call },
  ])
  return [stored, after]
}

/** What the task comes to; `undefined` while it goes on. */
function outcomeOf(decision: AttemptDecision): TaskOutcome | undefined {
  if (decision.next === 'done' || decision.next === 'cancel') return decision.outcome
  if (decision.next === 'flag-complaint') return 'complaint'
  return decision.next === 'message-and-fail' ? 'unreachable' : undefined
}

const later = (day: string, other: Temporal.PlainDate) => (other.toString() > day ? other.toString() : day)

/** The one guarded write of the task: a lost race is a CONFLICT. */
async function writeTask(scope: Scope, task: TaskFacts, report: CallReport, decision: AttemptDecision): Promise<void> {
  const now = scope.now.toString()
  const outcome = outcomeOf(decision)
  const reached = spokenTo(report.result)
  const told = report.result === 'reached' && report.outcome !== 'callback'
  const at = decision.next === 'retry' || decision.next === 'wish' ? decision.at.toString() : null
  const phone = decision.next === 'retry' || decision.next === 'other-phone' ? decision.phoneId : null
  const keepsCall = decision.next === 'other-phone'
  const wished = decision.next === 'wish' && decision.outcome === 'callback' ? decision.at : undefined
  const written = await scope.tx
    .updateTable('task')
    .set({
      state: outcome ? endState(outcome) : 'attempting',
      outcome: outcome ?? null,
      closedAt: outcome ? now : null,
      attempts: task.attempts + 1,
      nextAt: keepsCall ? now : at,
      nextPhoneId: phone,
      heldBy: null,
      // an hour the customer named himself is no reminder he has to be shielded from (CARE-18)
      waitedFor: wished !== undefined,
      // what was promised is kept, should the reminder itself be too late by then
      ...(wished ? { closesOn: later(task.closesOn, wished.toZonedDateTimeISO(scope.timeZone).toPlainDate()) } : {}),
      ...(decision.next === 'correct-number' ? { blockedBy: 'no-phone' } : {}),
      ...(keepsCall ? {} : { claimedBy: null, claimedUntil: null }),
      ...(reached && task.reachedAt === null ? { reachedAt: now } : {}),
      ...(told && task.remindedAt === null ? { remindedAt: now } : {}),
      version: task.version + 1,
    })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', task.id)
    .where('version', '=', task.version)
    .where('state', 'in', ['open', 'attempting'])
    .returning('id')
    .executeTakeFirst()
  if (!written) throw new Problem('CONFLICT', 'version.changed')
}
