import type { Scope } from '../../platform/scope.ts'
import type { GateAnswer, GateQuestion, MessageWish } from './wish.ts'

export type {
  ChannelAdapter,
  MessageChannel,
  MessageTemplate,
  OutgoingMessage,
  SendResult,
} from './channels/channel.ts'
export type { GateAnswer, GateQuestion, MessageWish, StillOwed } from './wish.ts'

/** Queues messages in the transaction of their cause; one that is known by its id already stays as it is. Returns how many are new. */
export function queueMessages(_scope: Scope, _wishes: readonly MessageWish[]): Promise<number> {
  return Promise.reject(new Error('not built yet'))
}

/** The contact gate's answer for one contact at the scope's moment (CARE-18). */
export function askGate(_scope: Scope, _question: GateQuestion): Promise<GateAnswer> {
  return Promise.reject(new Error('not built yet'))
}

/** The gate's answers in the order of the questions, read from the database at once. */
export function askGateMany(_scope: Scope, _questions: readonly GateQuestion[]): Promise<GateAnswer[]> {
  return Promise.reject(new Error('not built yet'))
}
