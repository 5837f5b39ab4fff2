import type { Channel, Purpose } from '@changhui/rules/gate'
import type { Scope } from '../../platform/scope.ts'
import type { ChannelTexts } from './channel-text.ts'
import type { MessageChannel, MessageTemplate } from './channels/channel.ts'

/** A message somebody wants sent. */
export interface MessageWish {
  /** Derived from its cause (`deriveId`), so that wishing twice is wishing once. */
  readonly id: string
  readonly customerId: string
  readonly vehicleId?: string | null
  /** The promise behind it: asked again at sending whether it is still owed. */
  readonly taskId?: string | null
  /** The visit a survey or follow-up is about. */
  readonly visitId?: string | null
  readonly purpose: Purpose
  /** In order of preference, which is the order of fail-over. At least one. */
  readonly channels: readonly MessageChannel[]
  readonly subject?: string | null
  /** The filled text. */
  readonly body: string
  /** What the text was made from, where it was made from a template. */
  readonly template?: MessageTemplate | null
  /** What is said on a channel instead, where its text is another one or none that may go there. */
  readonly texts?: ChannelTexts
  /** Not sent earlier. */
  readonly notBefore?: Temporal.Instant | null
  /** From then on it is pointless and dropped. */
  readonly expiresAt?: Temporal.Instant | null
  /** The customer asked for it or stands waiting for it. */
  readonly waitedFor?: boolean
  /** Dropped once the vehicle was in, or booked, after this was queued. */
  readonly endsWithVisit?: boolean
}

/** What one wants to know of the contact gate. */
export interface GateQuestion {
  readonly customerId: string
  /** Several contacts of one matter are one touch. Without a task: an id of the matter. */
  readonly taskId: string
  readonly purpose: Purpose
  readonly channel: Channel
  readonly visitId?: string | null
  readonly waitedFor?: boolean
  readonly expiresAt?: Temporal.Instant | null
}

/** Which of these tasks are still owed, by the facts of now (CARE-23). Given to messaging by whoever starts the delivery. */
export type StillOwed = (scope: Scope, taskIds: readonly string[]) => Promise<ReadonlySet<string>>
