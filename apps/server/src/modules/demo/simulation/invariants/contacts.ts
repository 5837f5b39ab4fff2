import { DEFAULT_GATE } from '@changhui/rules/gatePolicy'
import { sql } from 'kysely'
import type { Scope } from '../../../../platform/scope.ts'
import { consentsAt } from './consents.ts'
import type { Invariant, InvariantFacts } from './invariant.ts'
import { localClock } from './local.ts'

/** A contact as the rows tell it: a dialled call or a message that went out. */
export interface Contact {
  readonly customer: string
  readonly task: string
  readonly channel: string
  readonly purpose: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The customer had asked for it. */
  readonly wished: boolean
}

/**
 * Every contact by customer, in the order of time. Read from calls and messages themselves; a call the customer had asked for in the call
 * before is wished for.
 */
export async function contactsOf(scope: Scope): Promise<Map<string, Contact[]>> {
  const { rows } = await sql<Contact>`
    SELECT t.customer_id AS customer, a.task_id AS task, 'call' AS channel, coalesce(a.purpose, 'reminder') AS purpose,
      (extract(epoch FROM a.at) * 1000)::float8 AS at,
      coalesce(lag(a.outcome) OVER (PARTITION BY a.task_id ORDER BY a.at, a.id) = 'callback', false) AS wished
    FROM attempt a JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
    WHERE a.store_id = ${scope.storeId}::uuid AND a.channel = 'call'
    UNION ALL
    SELECT m.customer_id, coalesce(m.task_id, m.id), m.channel, m.purpose, (extract(epoch FROM m.sent_at) * 1000)::float8, m.waited_for
    FROM message m
    WHERE m.store_id = ${scope.storeId}::uuid AND m.sent_at IS NOT NULL AND m.state IN ('sent', 'delivered')`.execute(
    scope.tx,
  )
  rows.sort((a, b) => a.at - b.at)
  return Map.groupBy(rows, (one) => one.customer)
}

const shown = (one: Contact) => ({
  customer: one.customer,
  task: one.task,
  channel: one.channel,
  at: new Temporal.Instant(BigInt(Math.round(one.at)) * 1_000_000n).toString(),
})

/** Judges every contact among the others of its customer. */
function overContacts(
  name: string,
  bad: (one: Contact, all: readonly Contact[], facts: InvariantFacts, scope: Scope) => boolean,
): Invariant {
  return {
    name,
    check: async (scope, facts) => {
      const contacts = await contactsOf(scope)
      const broken: Record<string, unknown>[] = []
      let checked = 0
      for (const all of contacts.values()) {
        for (const one of all) {
          checked += 1
          if (bad(one, all, facts, scope)) broken.push(shown(one))
        }
      }
      return { checked, broken }
    },
  }
}

const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
const within = (span: { from: string; to: string } | null, minute: number) =>
  span !== null &&
  (span.from < span.to
    ? minute >= minutes(span.from) && minute < minutes(span.to)
    : minute >= minutes(span.from) || minute < minutes(span.to))

/** No message in quiet hours, no call outside opening hours (MSG-02). */
const quietHours = overContacts('nothing-in-quiet-hours', (one, _, { calendar }, scope) => {
  if (one.wished) return false
  const { day, minute } = localClock(one.at, scope.timeZone)
  if (one.channel === 'call') {
    const closed = calendar.closures.some((closure) => closure.day === day)
    return closed || minute < 8 * 60 + 30 || minute >= 17 * 60 + 30
  }
  return (
    within(DEFAULT_GATE.quiet, minute) || (one.purpose === 'marketing' && within(DEFAULT_GATE.marketingQuiet, minute))
  )
})

const DAY = 86_400_000
/** A further try, or the message after the last one, within three days of the one before: no new touch (CARE-14). */
const goesOn = (one: Contact, all: readonly Contact[]) =>
  all.some((other) => other !== one && other.task === one.task && other.at <= one.at && other.at > one.at - 3 * DAY)
const counts = (one: Contact) => !one.wished && !DEFAULT_GATE.uncapped.some((purpose) => purpose === one.purpose)

/** At the very same moment whatever goes on anyway may have come after. */
const isBefore = (other: Contact, one: Contact, all: readonly Contact[]) =>
  other.at < one.at || (other.at === one.at && !goesOn(other, all))

/** Never more matters in so many days than the store allows, calls and messages together (CARE-18). */
const underTheCap = overContacts('never-over-the-cap', (one, all) => {
  if (!counts(one) || goesOn(one, all)) return false
  return DEFAULT_GATE.caps.some(({ days, most, purposes, channels }) => {
    const of = ({ purpose, channel }: Contact) =>
      (!purposes || purposes.some((known) => known === purpose)) &&
      (!channels || channels.some((known) => known === channel))
    if (!of(one)) return false
    const others = all.filter(
      (other) =>
        other.task !== one.task &&
        counts(other) &&
        of(other) &&
        isBefore(other, one, all) &&
        other.at > one.at - days * DAY,
    )
    return new Set(others.map((other) => other.task)).size >= most
  })
})

const restHours = new Map<string, number>(Object.entries(DEFAULT_GATE.coolDownHours))
const restOf = (one: Contact) => restHours.get(one.purpose) ?? 0

/** After another matter so many hours of rest, by purpose (FUP-07); after a greeting none. */
const restBetween = overContacts('rest-between-matters', (one, all) => {
  const hours = restOf(one)
  if (hours === 0 || !counts(one) || goesOn(one, all)) return false
  const since = one.at - hours * 3_600_000
  return all.some(
    (other) => other.task !== one.task && counts(other) && restOf(other) > 0 && other.at < one.at && other.at > since,
  )
})

/** Nothing against a wish not to be disturbed, a refused channel or without consent to marketing, as they stood at that moment. */
const againstNobodysWish: Invariant = {
  name: 'nothing-against-an-opt-out',
  check: async (scope, facts) => {
    const contacts = await contactsOf(scope)
    const wishes = await consentsAt(scope, facts)
    const broken: Record<string, unknown>[] = []
    let checked = 0
    for (const [customer, all] of contacts) {
      for (const one of all) {
        checked += 1
        const { doNotDisturb, consents } = wishes(customer, one.at)
        const refused = consents[one.channel] === false
        const marketing = one.purpose === 'marketing' && consents.marketing !== true && !one.wished
        if ((doNotDisturb && !one.wished) || refused || marketing) broken.push(shown(one))
      }
    }
    return { checked, broken }
  },
}

/** The programmes a maintenance visit answers. */
const answered = ['regular-service', 'first-service', 'second-service', 'proactive-booking']

/** No reminder of a service, called or sent, once the car was in for it (CARE-23). */
const nothingAfterTheVisit: Invariant = {
  name: 'nothing-after-the-visit',
  check: async (scope) => {
    const contacts = sql`
      SELECT t.id AS task, t.vehicle_id, t.planned_on, c.at, c.channel
      FROM (
        SELECT a.task_id, a.at, 'call' AS channel FROM attempt a WHERE a.store_id = ${scope.storeId}::uuid AND a.channel = 'call'
        UNION ALL
        SELECT m.task_id, m.sent_at, m.channel FROM message m WHERE m.store_id = ${scope.storeId}::uuid AND m.sent_at IS NOT NULL
      ) c JOIN task t ON t.store_id = ${scope.storeId}::uuid AND t.id = c.task_id
      WHERE t.programme = ANY (${answered}::text[])`
    const { rows: all } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM (${contacts}) c`.execute(scope.tx)
    const { rows } = await sql<Record<string, unknown>>`
      SELECT c.task, c.channel, c.at, v.id AS visit FROM (${contacts}) c
      JOIN visit v ON v.store_id = ${scope.storeId}::uuid AND v.vehicle_id = c.vehicle_id AND v.kind = 'maintenance'
        AND v.arrived_on >= c.planned_on AND v.created_at < c.at`.execute(scope.tx)
    return { checked: all[0]?.n ?? 0, broken: rows }
  },
}

export const contactInvariants: readonly Invariant[] = [
  quietHours,
  underTheCap,
  restBetween,
  againstNobodysWish,
  nothingAfterTheVisit,
]
