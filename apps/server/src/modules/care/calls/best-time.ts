import { type AnswerRecord, advantageNow, type BestTime, bestPart, type StoreRates } from '@changhui/rules/bestTime'
import { momentAt } from '@changhui/rules/calendar'
import { PARTS, type Part, partOf } from '@changhui/rules/parts'
import { type RawBuilder, sql } from 'kysely'
import { readOnce } from '../../../platform/remember.ts'
import type { Scope } from '../../../platform/scope.ts'
import { mergedRecords } from '../../base/customers/service.ts'
import { storeCalendar } from '../engine/store-values.ts'

/** Answers older than so many days tell nothing of a customer any more. */
const REMEMBERED_DAYS = 900
/** The store's own rates come from so many days. */
const RATE_DAYS = 180

const since = (scope: Scope, days: number) => scope.now.subtract({ hours: 24 * days }).toString()
const answered = sql`a.result IN ('reached', 'refused')`
/** A dead number or a stranger says nothing about the hour. */
const telling = sql`a.channel = 'call' AND a.part IS NOT NULL AND a.result NOT IN ('dead', 'wrong-person')`

/**
 * How often the store's calls are answered, by part of the day (CARE-22). Learnt anew by the first who asks on a day; two at once
 * write the same.
 */
export function storeRates(scope: Scope): Promise<StoreRates> {
  return readOnce(scope.tx, `call rates ${scope.storeId}`, () => readRates(scope))
}

async function readRates(scope: Scope): Promise<StoreRates> {
  const { tx, storeId, today } = scope
  const known = await tx
    .selectFrom('storeCallRate')
    .select(['part', 'calls', 'answered', 'learntOn'])
    .where('storeId', '=', storeId)
    .execute()
  const fresh = known.length === PARTS.length && known.every((row) => row.learntOn === today.toString())
  return ratesFrom(fresh ? known : await learnRates(scope))
}

interface RateRow {
  readonly part: string
  readonly calls: number
  readonly answered: number
}

async function learnRates(scope: Scope): Promise<RateRow[]> {
  const { rows } = await sql<RateRow>`
    INSERT INTO store_call_rate AS r (store_id, part, calls, answered, learnt_on)
    SELECT ${scope.storeId}::uuid, p.part, count(a.id)::int, (count(a.id) FILTER (WHERE ${answered}))::int, ${scope.today.toString()}::date
    FROM unnest(${[...PARTS]}::text[]) AS p (part)
    LEFT JOIN attempt a ON a.store_id = ${scope.storeId}::uuid AND a.at > ${since(scope, RATE_DAYS)}::timestamptz
      AND a.at <= ${scope.now.toString()}::timestamptz AND a.part = p.part AND ${telling}
    GROUP BY p.part ORDER BY p.part
    ON CONFLICT (store_id, part) DO UPDATE SET calls = excluded.calls, answered = excluded.answered, learnt_on = excluded.learnt_on
    RETURNING part, calls, answered`.execute(scope.tx)
  return rows
}

function ratesFrom(rows: readonly RateRow[]): StoreRates {
  const of = (part: Part) => {
    const row = rows.find((one) => one.part === part)
    return { calls: row?.calls ?? 0, answered: row?.answered ?? 0 }
  }
  return { morning: of('morning'), midday: of('midday'), afternoon: of('afternoon') }
}

interface OwnCall {
  readonly customerId: string
  readonly at: string
  readonly part: Part
  readonly reached: boolean
}

/**
 * The calls of some customers that tell of their hours. Without an upper bound: between two bounds that a kept plan does not know PostgreSQL
 * expects one call in two hundred, and reads all of the store's by time instead of the customers' own (28 ms at 22,000 calls).
 */
export function ownCalls(scope: Scope, customerIds: readonly string[]): RawBuilder<OwnCall> {
  return sql`
    SELECT a.customer_id, a.at, a.part, ${answered} AS reached FROM attempt a
    WHERE a.store_id = ${scope.storeId}::uuid AND a.customer_id = ANY (${[...customerIds]}::uuid[])
      AND a.at > ${since(scope, REMEMBERED_DAYS)}::timestamptz AND ${telling}`
}

/** The best part of the day of some customers, learnt from their own calls over the store's (CARE-22); one read for all of them. */
export async function bestTimes(scope: Scope, customerIds: readonly string[]): Promise<ReadonlyMap<string, BestTime>> {
  const store = await storeRates(scope)
  const merged = await mergedRecords(scope, customerIds)
  const { rows } = await ownCalls(scope, [...customerIds, ...merged.keys()]).execute(scope.tx)
  const calls = new Map<string, AnswerRecord[]>()
  for (const { customerId, at: text, part, reached } of rows) {
    const at = Temporal.Instant.from(text)
    if (Temporal.Instant.compare(at, scope.now) > 0) continue
    const whose = merged.get(customerId) ?? customerId
    const own = calls.get(whose) ?? []
    own.push({ at, part, reached })
    calls.set(whose, own)
  }
  return new Map(
    customerIds.map((customerId) => [
      customerId,
      bestPart({ customerId, calls: calls.get(customerId) ?? [], store, now: scope.now }),
    ]),
  )
}

/** The part the next try should be in if the rule leaves a choice: the hour the customer named, else the one learnt. */
export async function preferredPart(scope: Scope, customerId: string): Promise<Part | null> {
  const { preferredHour } = await scope.tx
    .selectFrom('customer')
    .select('preferredHour')
    .where('storeId', '=', scope.storeId)
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  if (preferredHour === null) return (await bestTimes(scope, [customerId])).get(customerId)?.part ?? null
  const calendar = await storeCalendar(scope)
  return partOf(momentAt(scope.today, `${String(preferredHour).padStart(2, '0')}:00`, calendar), calendar)
}

interface Candidate {
  readonly id: string
  readonly customerId: string
  readonly priority: number
  readonly callBy: string
}

/**
 * Candidates for the next call in the order they should be tried: by priority, then those whom now suits best (CARE-22), then as they
 * came. Outside opening hours as they came.
 */
export async function byBestTime<Task extends Candidate>(scope: Scope, tasks: readonly Task[]): Promise<Task[]> {
  const now = partOf(scope.now, await storeCalendar(scope))
  if (now === null || tasks.length < 2) return [...tasks]
  const best = await bestTimes(
    scope,
    tasks.map((task) => task.customerId),
  )
  const today = scope.today.toString()
  const advantage = new Map(
    tasks.map((task) => {
      const known = best.get(task.customerId) ?? { part: null, because: 'too-few-calls' as const }
      return [task.id, advantageNow(known, now, task.callBy > today)]
    }),
  )
  const of = (task: Task) => advantage.get(task.id) ?? 0
  return [...tasks].sort((a, b) => a.priority - b.priority || of(b) - of(a))
}
