import { before } from './calendar.ts'

/** What a call centre tells of a call (API-02). */
export const callEventKinds = ['ring', 'answer', 'hang-up', 'recording'] as const
export type CallEventKind = (typeof callEventKinds)[number]
export const callDirections = ['in', 'out'] as const
export type CallDirection = (typeof callDirections)[number]

export interface PhoneCallEvent {
  readonly kind: CallEventKind
  readonly at: Temporal.Instant
  readonly direction?: CallDirection | null
  readonly number?: string | null
  readonly extension?: string | null
  /** http(s); belongs to `recording`. */
  readonly recordingUrl?: string | null
}

/** A call as its events tell it so far; `null` where none has told yet. */
export interface PhoneCallFacts {
  readonly direction: CallDirection | null
  readonly number: string | null
  /** Whose telephone it is: the last event that named one, an answer before a ring of the same moment. */
  readonly extension: string | null
  readonly extensionAt: Temporal.Instant | null
  readonly extensionOf: CallEventKind | null
  readonly rangAt: Temporal.Instant | null
  readonly answeredAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
  readonly recordingUrl: string | null
}

export const NO_CALL: PhoneCallFacts = {
  direction: null,
  number: null,
  extension: null,
  extensionAt: null,
  extensionOf: null,
  rangAt: null,
  answeredAt: null,
  endedAt: null,
  recordingUrl: null,
}

/**
 * Takes one event into a call (API-02). The same events, in whatever order and however often, give the same call: the first ring
 * and answer, the last hang-up; of two that contradict one another the one that sorts first.
 */
export function foldCallEvent(call: PhoneCallFacts, event: PhoneCallEvent): PhoneCallFacts {
  const { kind, at } = event
  return {
    direction: least(call.direction, event.direction),
    number: least(call.number, event.number),
    ...extensionAfter(call, event),
    rangAt: kind === 'ring' ? earlier(call.rangAt, at) : call.rangAt,
    answeredAt: kind === 'answer' ? earlier(call.answeredAt, at) : call.answeredAt,
    endedAt: kind === 'hang-up' && (!call.endedAt || before(call.endedAt, at)) ? at : call.endedAt,
    recordingUrl: kind === 'recording' ? least(call.recordingUrl, event.recordingUrl) : call.recordingUrl,
  }
}

const least = <T extends string>(a: T | null, b: T | null | undefined): T | null =>
  !b ? a : a === null || b < a ? b : a
const earlier = (a: Temporal.Instant | null, b: Temporal.Instant) => (a && before(a, b) ? a : b)

/** Who answers has the call; the others were only rung. */
const weight: Readonly<Record<CallEventKind, number>> = { recording: 0, 'hang-up': 1, ring: 2, answer: 3 }

function extensionAfter(
  { extension, extensionAt, extensionOf }: PhoneCallFacts,
  event: PhoneCallEvent,
): Pick<PhoneCallFacts, 'extension' | 'extensionAt' | 'extensionOf'> {
  const told = { extension, extensionAt, extensionOf }
  if (!event.extension) return told
  const next = { extension: event.extension, extensionAt: event.at, extensionOf: event.kind }
  if (extension === null || !extensionAt || !extensionOf) return next
  const order =
    Temporal.Instant.compare(event.at, extensionAt) ||
    weight[event.kind] - weight[extensionOf] ||
    (event.extension < extension ? 1 : -1)
  return order > 0 ? next : told
}

export type CallPhase = 'ringing' | 'talking' | 'missed' | 'ended'

/** Where a call stands. A recording alone means that it is over. */
export function callPhase({ answeredAt, endedAt, recordingUrl }: PhoneCallFacts): CallPhase {
  if (endedAt) return answeredAt ? 'ended' : 'missed'
  if (recordingUrl) return 'ended'
  return answeredAt ? 'talking' : 'ringing'
}

/** How long was talked, in whole seconds; `null` until it is known. A call nobody answered took none. */
export function talkSeconds({ answeredAt, endedAt }: PhoneCallFacts): number | null {
  if (!endedAt) return null
  return answeredAt ? Math.max(0, Math.round(answeredAt.until(endedAt).total('seconds'))) : 0
}
