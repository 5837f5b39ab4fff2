import {
  addOpenMinutes,
  before,
  isOpen,
  minuteOf,
  momentAt,
  type Span,
  type StoreCalendar,
  wallClock,
} from './calendar.ts'
import { DEFAULT_GATE, type GatePolicy } from './gatePolicy.ts'

/** Why one gets in touch. `progress`, `rescue`, `appointment`, `complaint` belong to something the customer has running. */
export const PURPOSES = [
  'progress',
  'rescue',
  'appointment',
  'complaint',
  'reminder',
  'greeting',
  'survey',
  'marketing',
] as const
export type Purpose = (typeof PURPOSES)[number]

export const CHANNELS = ['call', 'sms', 'wechat', 'wecom', 'email', 'in-app'] as const
export type Channel = (typeof CHANNELS)[number]

/** What the customer allowed (`true`) and refused (`false`); unasked is missing. `marketing` is over and above the channel. */
export type Consents = { readonly [name in Channel | 'marketing']?: boolean }

/** A contact that was made. Several of one `taskId` (tries, then a message) are one touch for the customer. */
export interface PastContact {
  readonly at: Temporal.Instant
  readonly purpose: Purpose
  readonly channel: Channel
  readonly taskId: string
  readonly visitId?: string | null
  /** The customer waited for it: it counts towards nothing. */
  readonly waitedFor?: boolean
}

/** Everything the gate looks at. */
export interface ContactFacts {
  readonly purpose: Purpose
  readonly channel: Channel
  readonly taskId: string
  /** The visit a survey or follow-up is about. */
  readonly visitId?: string | null
  readonly consents: Consents
  readonly doNotDisturb: boolean
  readonly history: readonly PastContact[]
  /** From then on the contact is pointless. */
  readonly expiresAt?: Temporal.Instant | null
  /** The customer asked for it or stands waiting for it (repair progress, rescue, a wished call-back). */
  readonly waitedFor: boolean
  readonly now: Temporal.Instant
  readonly calendar: StoreCalendar
  readonly policy?: GatePolicy
}

export type DropReason =
  | 'do-not-disturb'
  | 'opted-out'
  | 'no-marketing-consent'
  | 'asked-already'
  | 'expired'
  | 'would-expire'
  | 'never-open'
export type WaitReason = 'quiet-hours' | 'marketing-hours' | 'closed' | 'cap' | 'cool-down'

/** The gate's answer, always with its reason. With `wait`, asking again at `until` with the same facts allows. */
export type ContactDecision =
  | { readonly decision: 'allow'; readonly reason: 'clear' | 'waited-for' }
  | { readonly decision: 'wait'; readonly reason: WaitReason; readonly until: Temporal.Instant }
  /** `held`: what it would have had to wait for. */
  | { readonly decision: 'drop'; readonly reason: DropReason; readonly held?: WaitReason }

/** `until: null`: there is no such moment. */
interface Wait {
  readonly reason: WaitReason
  readonly until: Temporal.Instant | null
}

/** Hours that leave no moment of the day free are found out after so many turns, a month of them. */
const MOST_TURNS = 60

/**
 * The one contact gate (CARE-18, MSG-02, FUP-07): calls, messages and surveys together; the most restrictive rule wins. A
 * refusal drops, an hour or a cap postpones, a postponement beyond the expiry drops. Asked again at the moment of sending.
 */
export function decideContact(facts: ContactFacts): ContactDecision {
  const refused = refusal(facts)
  if (refused) return { decision: 'drop', reason: refused }
  const { expiresAt, now } = facts
  if (expiresAt && !before(now, expiresAt)) return { decision: 'drop', reason: 'expired' }
  // Waiting for one rule may end in the hours of another: follow until a moment is free of all. The first reason is the one
  // that reaches furthest; what comes after only rounds it up to an hour in which one may get in touch.
  let held: WaitReason | null = null
  let at = now
  for (let turn = 0; ; turn++) {
    const wait = longestWait(facts, at)
    if (!wait) break
    held ??= wait.reason
    if (wait.until === null || turn === MOST_TURNS) return { decision: 'drop', reason: 'never-open', held }
    at = wait.until
    if (expiresAt && !before(at, expiresAt)) return { decision: 'drop', reason: 'would-expire', held }
  }
  if (held) return { decision: 'wait', reason: held, until: at }
  return { decision: 'allow', reason: facts.waitedFor ? 'waited-for' : 'clear' }
}

function refusal({
  purpose,
  channel,
  consents,
  doNotDisturb,
  waitedFor,
  visitId,
  history,
  taskId,
}: ContactFacts): DropReason | null {
  if (doNotDisturb && !waitedFor) return 'do-not-disturb'
  if (consents[channel] === false) return 'opted-out'
  // MIIT, rules for SMS services (2015), art. 18: nothing commercial without consent or request.
  if (purpose === 'marketing' && consents.marketing === false) return 'opted-out'
  if (purpose === 'marketing' && consents.marketing !== true && !waitedFor) return 'no-marketing-consent'
  const asked = (one: PastContact) => one.purpose === 'survey' && one.visitId === visitId && one.taskId !== taskId
  if (purpose === 'survey' && visitId && history.some(asked)) return 'asked-already'
  return null
}

function longestWait(facts: ContactFacts, at: Temporal.Instant): Wait | null {
  if (facts.waitedFor) return null
  const { purpose, channel, calendar, policy = DEFAULT_GATE } = facts
  const waits: Wait[] = [
    ...quietWait(at, policy.quiet, calendar, 'quiet-hours'),
    ...(purpose === 'marketing' ? quietWait(at, policy.marketingQuiet, calendar, 'marketing-hours') : []),
    ...(hasBegun(facts, at) ? [] : otherMatters(facts, policy)),
  ]
  if (channel === 'call' && !isOpen(at, calendar)) {
    waits.push({ reason: 'closed', until: addOpenMinutes(at, 0, calendar) })
  }
  return waits.find(({ until }) => until === null) ?? waits.reduce<Wait | null>((so, one) => later(so, one, at), null)
}

function later(so: Wait | null, one: Wait, at: Temporal.Instant): Wait | null {
  if (!one.until || !before(at, one.until)) return so
  return so?.until && !before(so.until, one.until) ? so : one
}

/** The end of the quiet hours `at` lies in. A span whose end is not after its beginning runs over midnight. */
function quietWait(at: Temporal.Instant, quiet: Span | null, calendar: StoreCalendar, reason: WaitReason): Wait[] {
  if (!quiet) return []
  const { day, minute } = wallClock(at, calendar)
  const [from, to] = [minuteOf(quiet.from), minuteOf(quiet.to)]
  const overnight = to <= from
  if (overnight ? minute < from && minute >= to : minute < from || minute >= to) return []
  const until = overnight && minute >= from ? day.add({ days: 1 }) : day
  return [{ reason, until: momentAt(until, quiet.to, calendar) }]
}

/** Tries of one matter follow one another within three days (CARE-14). */
const GOES_ON = { hours: 72 } as const

/**
 * Whether the matter's own touch has begun: a further try, or the message after the last one, is no new touch. Held back by other matters it would leave its
 * part of the day and its three days (CARE-14).
 */
function hasBegun({ history, taskId, now }: ContactFacts, at: Temporal.Instant): boolean {
  return history.some((one) => one.taskId === taskId && !before(now, one.at) && before(at, one.at.add(GOES_ON)))
}

/** The touches of other tasks that count, newest first, each task once by its last contact. */
function touches({ history, taskId, now }: ContactFacts): PastContact[] {
  const last = new Map<string, PastContact>()
  for (const one of history) {
    if (one.waitedFor || one.taskId === taskId || before(now, one.at)) continue
    const so = last.get(one.taskId)
    if (!so || before(so.at, one.at)) last.set(one.taskId, one)
  }
  return [...last.values()].sort((a, b) => Temporal.Instant.compare(b.at, a.at))
}

function otherMatters(facts: ContactFacts, policy: GatePolicy): Wait[] {
  const others = touches(facts)
  return others.length === 0 ? [] : [...capWaits(facts, others, policy), ...coolDownWait(facts, others, policy)]
}

function capWaits(facts: ContactFacts, others: readonly PastContact[], policy: GatePolicy): Wait[] {
  const free = policy.uncapped.includes(facts.purpose)
  return policy.caps.flatMap(({ days, most, purposes, channels }) => {
    if (free || (purposes && !purposes.includes(facts.purpose))) return []
    if (channels && !channels.includes(facts.channel)) return []
    const counted = others.filter(
      ({ purpose, channel }) =>
        !policy.uncapped.includes(purpose) &&
        (!purposes || purposes.includes(purpose)) &&
        (!channels || channels.includes(channel)),
    )
    // The cap is free again once the touch that fills it has left the days.
    const filling = counted[most - 1]
    return filling ? [{ reason: 'cap', until: filling.at.add({ hours: 24 * days }) }] : []
  })
}

function coolDownWait(facts: ContactFacts, others: readonly PastContact[], policy: GatePolicy): Wait[] {
  // what waits for nobody makes nobody wait: a greeting does not hold a due service back
  const last = others.find(({ purpose }) => !policy.uncapped.includes(purpose) && policy.coolDownHours[purpose] > 0)
  const hours = policy.coolDownHours[facts.purpose]
  return last && hours > 0 ? [{ reason: 'cool-down', until: last.at.add({ hours }) }] : []
}
