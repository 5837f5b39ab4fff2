import type { ownerClass } from '@changhui/contract/new-cars'
import { sql } from 'kysely'
import type { z } from 'zod'
import { found, Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { appendTimeline } from '../base/customers/service.ts'
import { planSome } from '../care/service.ts'

export type OwnerClass = z.infer<typeof ownerClass>

const NOTICES = ['owner-class']

/** Classes from today on, or all, by day, each with its guests and how many were invited. */
export function classesOf(scope: Scope, all: boolean): Promise<OwnerClass[]> {
  return selectClasses(scope, all ? sql`true` : sql`k.day >= ${scope.today.toString()}::date`)
}

async function selectClasses({ tx, storeId }: Scope, where: ReturnType<typeof sql>): Promise<OwnerClass[]> {
  const { rows } = await sql<OwnerClass>`
    SELECT k.id, k.day, to_char(k.at_time, 'HH24:MI') AS time, k.place, k.topic, k.capacity, k.state, k.version,
      (SELECT count(*)::int FROM task t
       WHERE t.store_id = k.store_id AND t.programme = 'owner-class' AND t.cycle = k.day::text AND t.outcome = 'sent') AS invited,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('customerId', c.id, 'name', c.name) ORDER BY s.taken_at, c.id)
        FROM owner_class_seat s JOIN customer c ON c.store_id = s.store_id AND c.id = s.customer_id
        WHERE s.store_id = k.store_id AND s.class_id = k.id), '[]') AS guests
    FROM owner_class k
    WHERE k.store_id = ${storeId}::uuid AND ${where}
    ORDER BY k.day, k.at_time, k.id LIMIT 200`.execute(tx)
  return rows
}

const classOf = async (scope: Scope, id: string) => found((await selectClasses(scope, sql`k.id = ${id}::uuid`))[0])

export interface ClassFields {
  readonly day: string
  readonly time: string
  readonly place: string
  readonly topic: string | null
  readonly capacity: number
}

/** Plans a class; new owners whose days it falls into are invited. BAD_REQUEST for a day that is over. */
export async function addClass(scope: Scope, { time, ...fields }: ClassFields): Promise<OwnerClass> {
  const { tx, storeId, now, actor } = scope
  requireAhead(scope, fields.day)
  const id = scope.newId()
  await tx
    .insertInto('ownerClass')
    .values({ storeId, id, ...fields, atTime: time, createdAt: now.toString(), createdBy: actor.id })
    .execute()
  await planSome(scope, NOTICES)
  return classOf(scope, id)
}

function requireAhead({ today }: Scope, day: string): void {
  if (day < today.toString()) throw new Problem('BAD_REQUEST', 'date.past', { field: 'day' })
}

export type ClassChange = {
  readonly version: number
  readonly state?: OwnerClass['state'] | undefined
} & { readonly [name in keyof ClassFields]?: ClassFields[name] | undefined }

/** Changes or cancels a class. CONFLICT for an old version, BAD_REQUEST for moving it into the past. */
export async function changeClass(scope: Scope, id: string, change: ClassChange): Promise<OwnerClass> {
  const { version, time, ...fields } = change
  if (fields.day) requireAhead(scope, fields.day)
  const given = Object.entries({ ...fields, atTime: time }).filter(([, value]) => value !== undefined)
  const changed = await scope.tx
    .updateTable('ownerClass')
    .set({ ...Object.fromEntries(given), version: version + 1 })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('version', '=', version)
    .returning('id')
    .executeTakeFirst()
  const now = await classOf(scope, id)
  if (!changed) throw new Problem('CONFLICT', 'version.changed')
  await planSome(scope, NOTICES)
  return now
}

/** A customer says that he comes; saying it twice is one seat. CONFLICT when the class is full or over. */
export async function takeSeat(scope: Scope, classId: string, customerId: string): Promise<OwnerClass> {
  const { tx, storeId, now, actor } = scope
  const query = tx.selectFrom('ownerClass').selectAll().where('storeId', '=', storeId).where('id', '=', classId)
  // the class's row is the queue at which two last seats are given one after the other
  const planned = found(await query.forUpdate().executeTakeFirst())
  found(
    await tx
      .selectFrom('customer')
      .select('id')
      .where('storeId', '=', storeId)
      .where('id', '=', customerId)
      .executeTakeFirst(),
  )
  const { guests } = await classOf(scope, classId)
  if (guests.some((one) => one.customerId === customerId)) return classOf(scope, classId)
  if (planned.state !== 'planned' || planned.day < scope.today.toString()) throw new Problem('CONFLICT', 'class.over')
  if (guests.length >= planned.capacity)
    throw new Problem('CONFLICT', 'class.full', { values: { capacity: planned.capacity } })
  await tx
    .insertInto('ownerClassSeat')
    .values({ storeId, classId, customerId, takenAt: now.toString(), takenBy: actor.id })
    .execute()
  await appendTimeline(scope, [{ kind: 'class.joined', customerId, data: { classId, day: planned.day } }])
  await planSome(scope, NOTICES)
  return classOf(scope, classId)
}

/** A guest does not come after all. Throws NOT_FOUND when he had no seat. */
export async function giveSeatBack(scope: Scope, classId: string, customerId: string): Promise<void> {
  found(
    await scope.tx
      .deleteFrom('ownerClassSeat')
      .where('storeId', '=', scope.storeId)
      .where('classId', '=', classId)
      .where('customerId', '=', customerId)
      .returning('customerId')
      .executeTakeFirst(),
  )
  await appendTimeline(scope, [{ kind: 'class.left', customerId, data: { classId } }])
}
