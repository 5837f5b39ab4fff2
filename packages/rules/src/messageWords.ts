/** The life of a message. `failed` is the dead letter: every channel was tried; `dropped`: it was not to be sent. */
export const messageStates = ['queued', 'sending', 'sent', 'delivered', 'failed', 'dropped'] as const
export type MessageState = (typeof messageStates)[number]

/** Why a message was dropped: what the contact gate says (`DropReason`), or the fact behind it has changed, or a person said so. */
export const dropReasons = [
  'do-not-disturb',
  'opted-out',
  'no-marketing-consent',
  'asked-already',
  'expired',
  'would-expire',
  'never-open',
  'not-owed',
  'visited',
  'booked',
  'vehicle-gone',
  'given-up',
] as const
export type MessageDropReason = (typeof dropReasons)[number]

/** Why a channel's text cannot go out there: a fact it needs is not known, or no provider would take it (MSG-04). */
export const unfitReasons = ['text-incomplete', 'text-refused'] as const
export type MessageUnfitReason = (typeof unfitReasons)[number]

/**
 * Why a message failed: nowhere to send it, no way set up, no text that may go there, refused by the provider, never answered, or
 * reported as not arrived.
 */
export const failReasons = [
  'no-recipient',
  'no-channel',
  ...unfitReasons,
  'refused',
  'no-answer',
  'not-delivered',
] as const
export type MessageFailReason = (typeof failReasons)[number]

/** What a message that is not sent yet waits for: the gate's reasons, another try, or its own time. */
export const holdReasons = [
  'quiet-hours',
  'marketing-hours',
  'closed',
  'cap',
  'cool-down',
  'retry',
  'not-before',
] as const
export type MessageHoldReason = (typeof holdReasons)[number]
