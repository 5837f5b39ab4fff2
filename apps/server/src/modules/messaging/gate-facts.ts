import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Channel, Consents, ContactDecision, PastContact, Purpose } from '@changhui/rules/gate'
import { decideContact } from '@changhui/rules/gate'
import { DEFAULT_GATE, type GatePolicy } from '@changhui/rules/gatePolicy'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { mergedRecords } from '../base/customers/service.ts'
import { calendarOfStore, storeSettings } from '../stores/service.ts'
import type { GateQuestion } from './wish.ts'

/** What the gate knows of a store at one moment, and of the customers that were asked about. */
export interface Gate {
  readonly calendar: StoreCalendar
  readonly policy: GatePolicy
  /** The gate's answer. `at`: for a later moment than now. */
  ask(question: GateQuestion, at?: Temporal.Instant): ContactDecision
  /** Undefined when there is no such customer. */
  consents(customerId: string): Consents | undefined
}

interface Person {
  readonly consents: Consents
  readonly doNotDisturb: boolean
}

/** A survey of the same visit is looked for so many days back. */
const SURVEY_DAYS = 60

/** The store's gate settings; a part that is not set, or was added since, has its default. */
export async function gatePolicy(scope: Scope): Promise<GatePolicy> {
  const stored = ((await storeSettings(scope)).get('gate') ?? {}) as Partial<GatePolicy>
  return {
    ...DEFAULT_GATE,
    ...stored,
    coolDownHours: { ...DEFAULT_GATE.coolDownHours, ...stored.coolDownHours },
  }
}

/** Opens the gate for some customers: their consents and every contact that can still count, in two queries for all. */
export async function openGate(scope: Scope, customerIds: readonly string[]): Promise<Gate> {
  const ids = [...new Set(customerIds)]
  const [calendar, policy, people] = await Promise.all([
    calendarOfStore(scope),
    gatePolicy(scope),
    peopleOf(scope, ids),
  ])
  const history = await historyOf(scope, ids, policy)
  return {
    calendar,
    policy,
    consents: (customerId) => people.get(customerId)?.consents,
    ask: (question, at = scope.now) => {
      const person = people.get(question.customerId)
      return decideContact({
        purpose: question.purpose,
        channel: question.channel,
        taskId: question.taskId,
        visitId: question.visitId ?? null,
        consents: person?.consents ?? {},
        doNotDisturb: person?.doNotDisturb ?? false,
        history: history.get(question.customerId) ?? [],
        expiresAt: question.expiresAt ?? null,
        waitedFor: question.waitedFor ?? false,
        now: at,
        calendar,
        policy,
      })
    },
  }
}

/** Consents by customer; one who was merged away has those of the customer he became. */
async function peopleOf(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const known = await selectPeople(scope, ids)
  const merged = known.flatMap(({ mergedInto }) => mergedInto ?? [])
  // asked apart, and hardly ever: joined by either of two columns, the whole table is read
  const became = new Map((merged.length > 0 ? await selectPeople(scope, merged) : []).map((row) => [row.id, row]))
  return new Map(known.map((row) => [row.id, (row.mergedInto && became.get(row.mergedInto)) || row]))
}

async function selectPeople(
  { tx, storeId }: Scope,
  ids: readonly string[],
): Promise<readonly (Person & { readonly id: string; readonly mergedInto: string | null })[]> {
  const { rows } = await sql<Person & { id: string; mergedInto: string | null }>`
    SELECT id, merged_into, consents, do_not_disturb FROM customer
    WHERE store_id = ${storeId}::uuid AND id = ANY (${[...ids]}::uuid[])`.execute(tx)
  return rows
}

async function historyOf(
  scope: Scope,
  ids: readonly string[],
  policy: GatePolicy,
): Promise<ReadonlyMap<string, PastContact[]>> {
  const { tx, storeId, now } = scope
  const hours = Math.max(
    24 * SURVEY_DAYS,
    ...policy.caps.map(({ days }) => 24 * days),
    ...Object.values(policy.coolDownHours),
  )
  const merged = await mergedRecords(scope, ids)
  const { rows } = await sql<{
    customerId: string
    at: string
    purpose: string
    channel: string
    taskId: string
    visitId: string | null
    waitedFor: boolean
  }>`
    SELECT customer_id, at, purpose, channel, task_id, visit_id, waited_for FROM contact_history
    WHERE store_id = ${storeId}::uuid AND customer_id = ANY (${[...ids, ...merged.keys()]}::uuid[])
      AND at > ${now.subtract({ hours }).toString()}::timestamptz`.execute(tx)
  const byCustomer = new Map<string, PastContact[]>()
  for (const { customerId, at, purpose, channel, ...rest } of rows) {
    const contact = { ...rest, at: Temporal.Instant.from(at), purpose: purpose as Purpose, channel: channel as Channel }
    const whose = merged.get(customerId) ?? customerId
    const so = byCustomer.get(whose)
    if (so) so.push(contact)
    else byCustomer.set(whose, [contact])
  }
  return byCustomer
}
