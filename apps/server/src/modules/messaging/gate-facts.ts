import type { StoreCalendar } from '@changhui/rules/calendar'
import type { Channel, Consents, ContactDecision, PastContact, Purpose } from '@changhui/rules/gate'
import { decideContact } from '@changhui/rules/gate'
import { DEFAULT_GATE, type GatePolicy } from '@changhui/rules/gatePolicy'
import { sql } from 'kysely'
import type { Tx } from '../../platform/db.ts'
import { readOnce } from '../../platform/remember.ts'
import type { Scope } from '../../platform/scope.ts'
import { calendarOfStore } from '../stores/service.ts'
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
export function gatePolicy({ tx, storeId }: Scope): Promise<GatePolicy> {
  return readOnce(tx, `gate ${storeId}`, () => readPolicy(tx, storeId))
}

async function readPolicy(tx: Tx, storeId: string): Promise<GatePolicy> {
  const row = await tx
    .selectFrom('storeSetting')
    .select('value')
    .where('storeId', '=', storeId)
    .where('area', '=', 'gate')
    .executeTakeFirst()
  const stored = (row?.value ?? {}) as Partial<GatePolicy>
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
async function peopleOf({ tx, storeId }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const { rows } = await sql<{ id: string; consents: Consents; doNotDisturb: boolean }>`
    SELECT c.id, s.consents, s.do_not_disturb
    FROM customer c JOIN customer s ON s.store_id = c.store_id AND s.id = coalesce(c.merged_into, c.id)
    WHERE c.store_id = ${storeId}::uuid AND c.id = ANY (${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

async function historyOf(
  { tx, storeId, now }: Scope,
  ids: readonly string[],
  policy: GatePolicy,
): Promise<ReadonlyMap<string, PastContact[]>> {
  const hours = Math.max(
    24 * SURVEY_DAYS,
    ...policy.caps.map(({ days }) => 24 * days),
    ...Object.values(policy.coolDownHours),
  )
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
    WHERE store_id = ${storeId}::uuid AND customer_id = ANY (${[...ids]}::uuid[])
      AND at > ${now.subtract({ hours }).toString()}::timestamptz`.execute(tx)
  const byCustomer = new Map<string, PastContact[]>()
  for (const { customerId, at, purpose, channel, ...rest } of rows) {
    const contact = { ...rest, at: Temporal.Instant.from(at), purpose: purpose as Purpose, channel: channel as Channel }
    const so = byCustomer.get(customerId)
    if (so) so.push(contact)
    else byCustomer.set(customerId, [contact])
  }
  return byCustomer
}
