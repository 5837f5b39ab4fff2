import type { ContactDecision } from '@changhui/rules/gate'
import type { Scope } from '../../platform/scope.ts'
import { openGate } from './gate-facts.ts'
import { queueWishes } from './queue.ts'
import type { GateQuestion, MessageWish } from './wish.ts'

export type { MessageWish, StillOwed } from './wish.ts'

/**
 * Queues messages in the transaction of their cause (MSG-02). One that is known by its id already stays as it is. The gate is
 * asked at once: what it refuses is written down as dropped with its reason, what has to wait waits; it is asked again at
 * sending. Returns how many are new. Throws when a wish names no channel.
 */
export function queueMessages(scope: Scope, wishes: readonly MessageWish[]): Promise<number> {
  return queueWishes(scope, wishes)
}

/** The contact gate's answer for one contact at the scope's moment (CARE-18). */
export async function askGate(scope: Scope, question: GateQuestion): Promise<ContactDecision> {
  return (await openGate(scope, [question.customerId])).ask(question)
}

/** The gate's answers in the order of the questions, read from the database at once. */
export async function askGateMany(scope: Scope, questions: readonly GateQuestion[]): Promise<ContactDecision[]> {
  const gate = await openGate(
    scope,
    questions.map(({ customerId }) => customerId),
  )
  return questions.map((question) => gate.ask(question))
}
