import type { CallDirection, CallEventKind, PhoneCallFacts } from '@changhui/rules/phoneCall'
import { sql } from 'kysely'
import type { Scope } from '../../platform/scope.ts'
import { programmeDefinitions } from '../care/service.ts'

const moment = (text: string | null) => (text === null ? null : Temporal.Instant.from(text))

/** A call's row, locked: made first where there is none, so that events of one call follow one another. */
export async function lockCall({ tx, storeId, now }: Scope, id: string, callRef: string) {
  const at = now.toString()
  await tx
    .insertInto('phoneCall')
    .values({ storeId, id, callRef, firstSeenAt: at, updatedAt: at })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .execute()
  return tx
    .selectFrom('phoneCall')
    .selectAll()
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export type CallRow = Awaited<ReturnType<typeof lockCall>>

/** What the events told of a call so far. */
export const factsOf = (row: CallRow): PhoneCallFacts => ({
  direction: row.direction as CallDirection | null,
  number: row.number,
  extension: row.extension,
  extensionAt: moment(row.extensionAt),
  extensionOf: row.extensionOf as CallEventKind | null,
  rangAt: moment(row.rangAt),
  answeredAt: moment(row.answeredAt),
  endedAt: moment(row.endedAt),
  recordingUrl: row.recordingUrl,
})

/** Who and what a call belongs to. */
export type CallTies = Pick<CallRow, 'userId' | 'customerId' | 'dialId' | 'taskId' | 'attemptId'>

export async function writeCall({ tx, storeId, now }: Scope, id: string, facts: PhoneCallFacts, ties: CallTies) {
  const text = (at: Temporal.Instant | null) => at?.toString() ?? null
  await tx
    .updateTable('phoneCall')
    .set({
      ...facts,
      extensionAt: text(facts.extensionAt),
      rangAt: text(facts.rangAt),
      answeredAt: text(facts.answeredAt),
      endedAt: text(facts.endedAt),
      ...ties,
      updatedAt: now.toString(),
    })
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .execute()
}

/** Who sits at an extension. */
export async function userAt({ tx, storeId }: Scope, extension: string | null): Promise<string | null> {
  if (extension === null) return null
  const row = await tx
    .selectFrom('phoneExtension')
    .select('userId')
    .where('storeId', '=', storeId)
    .where('extension', '=', extension)
    .executeTakeFirst()
  return row?.userId ?? null
}

/** The extension of a person; null when he has none. */
export async function extensionOf({ tx, storeId }: Scope, userId: string | null): Promise<string | null> {
  if (userId === null) return null
  const row = await tx
    .selectFrom('phoneExtension')
    .select('extension')
    .where('storeId', '=', storeId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row?.extension ?? null
}

/** The press on "dial" an outgoing call comes from: the one it names, else the latest of its task in the two hours before `at`. */
export function dialOf(
  { tx, storeId }: Scope,
  { dialId, taskId }: { dialId?: string | undefined; taskId?: string | undefined },
  at: Temporal.Instant,
) {
  if (!dialId && !taskId) return undefined
  return tx
    .selectFrom('phoneDial')
    .select(['id', 'taskId', 'attemptId', 'customerId', 'userId'])
    .where('storeId', '=', storeId)
    .$if(dialId !== undefined, (query) => query.where('id', '=', dialId ?? ''))
    .$if(dialId === undefined, (query) =>
      query
        .where('taskId', '=', taskId ?? '')
        .where('askedAt', '<=', at.add({ minutes: 5 }).toString())
        .where('askedAt', '>=', at.subtract({ hours: 2 }).toString()),
    )
    .orderBy('askedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Incoming calls that ring or run at a person's extension. What nobody ended is forgotten: a ring after 2 minutes, a talk after 3 hours. */
export async function liveCalls({ tx, storeId, now }: Scope, userId: string): Promise<CallRow[]> {
  return tx
    .selectFrom('phoneCall')
    .selectAll()
    .where('storeId', '=', storeId)
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .where('recordingUrl', 'is', null)
    .where('firstSeenAt', '>', now.subtract({ hours: 3 }).toString())
    .where((eb) =>
      eb.or([eb('answeredAt', 'is not', null), eb('updatedAt', '>', now.subtract({ minutes: 2 }).toString())]),
    )
    .where(sql<boolean>`direction IS DISTINCT FROM 'out'`)
    .orderBy('firstSeenAt', 'desc')
    .limit(3)
    .execute()
}

/** Customers with their cars and open tasks, as the pop-up shows them. */
export async function callersShown({ tx, storeId, today }: Scope, customerIds: readonly string[]) {
  const calls = programmeDefinitions().flatMap((one) => (one.work === 'call' ? [one.key] : []))
  if (customerIds.length === 0) return []
  const ids = [...customerIds]
  const customers = await tx
    .selectFrom('customer')
    .select(['id', 'name', 'doNotDisturb'])
    .where('storeId', '=', storeId)
    .where('id', 'in', ids)
    .execute()
  const vehicles = await tx
    .selectFrom('vehicle')
    .select(['ownerId', 'plate', 'lastVisitOn', sql<string | null>`coalesce(model, series)`.as('model')])
    .where('storeId', '=', storeId)
    .where('ownerId', 'in', ids)
    .where('state', '=', 'active')
    .orderBy('lastVisitOn', (order) => order.desc().nullsLast())
    .execute()
  const tasks = await tx
    .selectFrom('task')
    .select(['id', 'customerId', 'programme', 'dueOn'])
    .where('storeId', '=', storeId)
    .where('customerId', 'in', ids)
    .where('state', 'in', ['open', 'attempting'])
    .where('opensOn', '<=', today.toString())
    .orderBy('priority')
    .orderBy('dueOn')
    .orderBy('id')
    .execute()
  return ids.flatMap((id) => {
    const customer = customers.find((one) => one.id === id)
    if (!customer) return []
    return [
      {
        customerId: id,
        name: customer.name,
        doNotDisturb: customer.doNotDisturb,
        vehicles: vehicles
          .filter((one) => one.ownerId === id)
          .slice(0, 3)
          .map(({ plate, model, lastVisitOn }) => ({ plate, model, lastVisitOn })),
        tasks: tasks
          .filter((one) => one.customerId === id)
          .slice(0, 5)
          .map(({ id: taskId, programme, dueOn }) => ({
            id: taskId,
            programme,
            dueOn,
            call: calls.includes(programme),
          })),
      },
    ]
  })
}
