import type { careContract } from '@changhui/contract/care'
import { sql } from 'kysely'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { factsChanged } from '../service.ts'
import { type Booked, clock, requireOpenDay } from './book.ts'
import { receptionFlags } from './reception.ts'

type List = z.infer<NonNullable<(typeof careContract)['appointments']['~orpc']['outputSchema']>>
type State = 'booked' | 'kept' | 'cancelled'

/** Appointments from day to day, both included, the latest thousand at most. */
export async function appointmentsOf(scope: Scope, from: string, to: string): Promise<List> {
  const rows = await scope.tx
    .selectFrom('appointment as a')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 'a.storeId').onRef('c.id', '=', 'a.customerId'))
    .leftJoin('vehicle as v', (join) => join.onRef('v.storeId', '=', 'a.storeId').onRef('v.id', '=', 'a.vehicleId'))
    .select([
      'a.id',
      'a.customerId',
      'c.name as customerName',
      'v.plate',
      'a.day',
      'a.atTime',
      'a.note',
      'a.state',
      'a.version',
      receptionFlags.as('flags'),
    ])
    .where('a.storeId', '=', scope.storeId)
    .where('a.day', '>=', from)
    .where('a.day', '<=', to)
    .orderBy('a.day')
    .orderBy('a.atTime')
    .orderBy('a.id')
    .limit(1000)
    .execute()
  return rows.map(({ atTime, ...row }) => ({ ...row, time: clock(atTime) }))
}

export interface AppointmentChange {
  /** As the page read it. */
  readonly version: number
  readonly day?: string | undefined
  readonly time?: string | null | undefined
  readonly state?: State | undefined
}

/**
 * Moves, cancels or marks an appointment kept, with its event. A cancelled one gives the reminder it answered back to the
 * call list while that is still worth a call. CONFLICT `version.changed` when somebody else changed it since the page was read
 * (SEC-03), `appointment.not-booked` for moving one that is not expected any more; BAD_REQUEST `date.past` and `day.closed` for a
 * day on which nobody can come (ORG-03).
 */
export async function setAppointment(scope: Scope, id: string, change: AppointmentChange): Promise<Booked> {
  const { tx, storeId } = scope
  const before = found(
    await tx
      .selectFrom('appointment')
      .selectAll()
      .where('storeId', '=', storeId)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst(),
  )
  if (before.version !== change.version) throw new Problem('CONFLICT', 'version.changed')
  const next = {
    day: change.day ?? before.day,
    atTime: change.time === undefined ? clock(before.atTime) : change.time,
    state: change.state ?? before.state,
  }
  const moved = next.day !== before.day || next.atTime !== clock(before.atTime)
  const today = scope.today.toString()
  if (moved && next.state !== 'booked') throw new Problem('CONFLICT', 'appointment.not-booked')
  if (moved && next.day < today) throw new Problem('BAD_REQUEST', 'date.past', { field: 'day' })
  const turned = next.state !== before.state
  // called off once, he is expected anew
  const expected = moved || (before.state === 'cancelled' && next.state === 'booked' && next.day >= today)
  if (expected) await requireOpenDay(scope, next.day, 'day')
  const answer = { id, day: next.day, time: next.atTime, state: next.state }
  if (!moved && !turned) return { ...answer, version: before.version }
  const version = before.version + 1
  const written = await tx
    .updateTable('appointment')
    .set({ ...next, version })
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .where('version', '=', before.version)
    .returning('id')
    .executeTakeFirst()
  if (!written) throw new Problem('CONFLICT', 'version.changed')
  const { customerId, vehicleId, taskId } = before
  const kind = turned ? (next.state === 'booked' ? 'moved' : next.state) : 'moved'
  const data = { appointmentId: id, day: next.day, time: next.atTime }
  await appendTimeline(scope, [{ kind: `appointment.${kind}`, customerId, vehicleId, taskId, data }])
  if (turned && next.state === 'cancelled') await giveBack(scope, before)
  // whoever is expected again needs no call about it
  if (expected && vehicleId) await factsChanged(scope, { vehicleIds: [vehicleId] })
  return { ...answer, version }
}

/**
 * Gives back what an appointment had answered, as long as it is worth a call and nothing else is booked for it: the reminder it was made
 * for, and those of the same car that it closed along with it.
 */
async function giveBack(
  scope: Scope,
  { taskId, vehicleId, createdAt }: { taskId: string | null; vehicleId: string | null; createdAt: string },
): Promise<void> {
  const today = sql`${scope.today.toString()}::date`
  const { rows } = await sql<{
    id: string
    customerId: string
    vehicleId: string | null
    programme: string
    dueOn: string
  }>`
    UPDATE task t SET state = CASE WHEN t.id = ${taskId}::uuid THEN 'attempting' ELSE 'open' END, outcome = NULL, closed_at = NULL, next_at = NULL,
      waited_for = false, version = t.version + 1
    WHERE t.store_id = ${scope.storeId}::uuid AND t.state = 'done' AND t.outcome = 'booked' AND t.closes_on >= ${today}
      AND (t.id = ${taskId}::uuid OR (t.vehicle_id = ${vehicleId}::uuid AND t.closed_at >= ${createdAt}::timestamptz))
      AND NOT EXISTS (
        SELECT FROM appointment a
        WHERE a.store_id = t.store_id AND a.state = 'booked' AND a.day >= ${today} AND (a.task_id = t.id OR a.vehicle_id = t.vehicle_id))
    RETURNING t.id, t.customer_id, t.vehicle_id, t.programme, t.due_on`.execute(scope.tx)
  await appendTimeline(
    scope,
    rows.map(({ id, customerId, vehicleId: car, programme, dueOn }) => ({
      kind: 'task.planned',
      customerId,
      vehicleId: car,
      taskId: id,
      data: { programme, dueOn },
    })),
  )
}
