import { sql } from 'kysely'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { type MessageWish, queueMessages } from '../../messaging/service.ts'
import type { FilledByChannel } from '../../messaging/templates/fill.ts'
import type { Programme } from '../engine/programme.ts'
import { allInForce } from '../engine/store-values.ts'
import { programmeOf, programmes } from '../programmes/all.ts'
import { closeTasks } from './close.ts'
import { type NoticeTask, saidOn, textsFor, timesOf, type Way, waysOf, wishText } from './text.ts'

/** Tasks turned into messages by one call; the job calls until nothing is left. */
const BATCH = 1_000

/** The programmes whose tasks are messages. */
export const messageProgrammes: readonly string[] = programmes
  .filter((one) => one.work === 'message')
  .map((one) => one.key)

/**
 * Turns open message tasks into messages, a thousand at a time, in the transaction of the scope (MSG-02): the message's id is derived
 * from its task, the task becomes `attempting` and remembers it. What has no way to go or no text ends as `not-sent` with the
 * reason. Returns how many tasks it took; 0 = nothing is left.
 */
export async function dispatchNotices(scope: Scope): Promise<number> {
  const tasks = await takeOpen(scope)
  if (tasks.length === 0) return 0
  const inForce = await allInForce(scope)
  const started: { id: string; messageId: string }[] = []
  for (const [key, group] of Map.groupBy(tasks, (task) => task.programme)) {
    const programme = programmeOf(key)
    const ways = waysOf(programme, inForce(programme).values)
    const { wishes, unsent } = await wishesFor(scope, programme, ways, group)
    await queueMessages(scope, wishes)
    await closeTasks(scope, unsent)
    started.push(...wishes.map(({ id, taskId }) => ({ id: taskId ?? '', messageId: id })))
  }
  await markStarted(scope, started)
  return tasks.length
}

/** Locked, so that two dispatchers never take the same; those under way elsewhere are passed over. */
async function takeOpen({ tx, storeId, today }: Scope): Promise<NoticeTask[]> {
  const { rows } = await sql<NoticeTask>`
    SELECT t.id, t.programme, t.customer_id, t.vehicle_id, t.closes_on, t.version, t.why FROM task t
    WHERE t.store_id = ${storeId}::uuid AND t.state = 'open' AND t.programme = ANY (${[...messageProgrammes]}::text[])
      AND t.opens_on <= ${today.toString()}::date AND t.closes_on >= ${today.toString()}::date
    ORDER BY t.priority, t.call_by, t.id LIMIT ${BATCH} FOR UPDATE OF t SKIP LOCKED`.execute(tx)
  return rows
}

export interface Unsent {
  readonly id: string
  readonly outcome: 'not-sent'
  readonly detail: Readonly<Record<string, unknown>>
}

/** The messages of one programme's tasks; `unsent`: those that cannot be written, with the reason. */
export async function wishesFor(
  scope: Scope,
  programme: Programme,
  ways: readonly Way[],
  tasks: readonly NoticeTask[],
): Promise<{ wishes: MessageWish[]; unsent: Unsent[] }> {
  const not = (task: NoticeTask, detail: Unsent['detail']): Unsent => ({ id: task.id, outcome: 'not-sent', detail })
  if (ways.length === 0) return { wishes: [], unsent: tasks.map((task) => not(task, { reason: 'no-channel' })) }
  const texts = await textsFor(scope, programme, ways, tasks)
  const wishes: MessageWish[] = []
  const unsent: Unsent[] = []
  for (const [at, task] of tasks.entries()) {
    const text = texts[at]
    if (!text) unsent.push(not(task, { reason: 'no-customer' }))
    else if ([...text.values()].every(({ missing, refused }) => refused || missing.length > 0))
      unsent.push(not(task, noText(text)))
    else {
      const said = new Map([...text].map(([way, filled]) => [way, saidOn(programme, filled)]))
      wishes.push({
        id: deriveId('notice', scope.storeId, task.id, task.version),
        customerId: task.customerId,
        vehicleId: task.vehicleId,
        taskId: task.id,
        purpose: programme.purpose,
        channels: ways,
        ...wishText(said),
        endsWithVisit: programme.endsWhenBooked === true,
        ...timesOf(scope, task),
      })
    }
  }
  return { wishes, unsent }
}

/** Why there is no way on which a text may go: what is unknown can be found out, so it is said first. */
function noText(text: FilledByChannel): Unsent['detail'] {
  const missing = [...text.values()].find((one) => one.missing.length > 0)?.missing
  return missing ? { reason: 'text-incomplete', missing } : { reason: 'text-refused' }
}

async function markStarted({ tx, storeId }: Scope, started: readonly { id: string; messageId: string }[]) {
  if (started.length === 0) return
  await sql`
    UPDATE task t SET state = 'attempting', attempts = t.attempts + 1, version = t.version + 1,
      outcome_detail = jsonb_build_object('messageId', s."messageId")
    FROM jsonb_to_recordset(${JSON.stringify(started)}::jsonb) AS s (id uuid, "messageId" uuid)
    WHERE t.store_id = ${storeId}::uuid AND t.id = s.id AND t.state = 'open'`.execute(tx)
}
