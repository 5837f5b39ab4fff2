import type { careContract } from '@changhui/contract/care'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'

type List = z.infer<NonNullable<(typeof careContract)['appointments']['~orpc']['outputSchema']>>
type Changed = z.infer<NonNullable<(typeof careContract)['setAppointment']['~orpc']['outputSchema']>>
type State = 'booked' | 'kept' | 'cancelled'

const clock = (time: string | null) => time?.slice(0, 5) ?? null

/** Appointments from day to day, both included, the latest thousand at most. */
export async function appointmentsOf(scope: Scope, from: string, to: string): Promise<List> {
  const rows = await scope.tx
    .selectFrom('appointment as a')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 'a.storeId').onRef('c.id', '=', 'a.customerId'))
    .leftJoin('vehicle as v', (join) => join.onRef('v.storeId', '=', 'a.storeId').onRef('v.id', '=', 'a.vehicleId'))
    .select(['a.id', 'a.customerId', 'c.name as customerName', 'v.plate', 'a.day', 'a.atTime', 'a.note', 'a.state'])
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
  readonly day?: string | undefined
  readonly time?: string | null | undefined
  readonly state?: State | undefined
}

/**
 * Moves, cancels or marks an appointment kept, with its event. A cancelled one gives the reminder it answered back to the
 * call list while that is still worth a call. BAD_REQUEST `date.past` for moving into the past.
 */
export async function setAppointment(scope: Scope, id: string, change: AppointmentChange): Promise<Changed> {
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
  const next = {
    day: change.day ?? before.day,
    atTime: change.time === undefined ? clock(before.atTime) : change.time,
    state: change.state ?? before.state,
  }
  const moved = next.day !== before.day || next.atTime !== clock(before.atTime)
  if (moved && next.day < scope.today.toString()) throw new Problem('BAD_REQUEST', 'date.past', { field: 'day' })
  const answer = { id, day: next.day, time: next.atTime, state: next.state }
  const turned = next.state !== before.state
  if (!moved && !turned) return answer
  await tx.updateTable('appointment').set(next).where('storeId', '=', storeId).where('id', '=', id).execute()
  const { customerId, vehicleId, taskId } = before
  const kind = turned ? (next.state === 'booked' ? 'moved' : next.state) : 'moved'
  const data = { appointmentId: id, day: next.day, time: next.atTime }
  await appendTimeline(scope, [{ kind: `appointment.${kind}`, customerId, vehicleId, taskId, data }])
  if (turned && next.state === 'cancelled' && taskId) await giveBack(scope, taskId)
  return answer
}

async function giveBack(scope: Scope, taskId: string): Promise<void> {
  const task = await scope.tx
    .updateTable('task')
    .set((eb) => ({ state: 'attempting', outcome: null, closedAt: null, nextAt: null, version: eb('version', '+', 1) }))
    .where('storeId', '=', scope.storeId)
    .where('id', '=', taskId)
    .where('state', '=', 'done')
    .where('outcome', '=', 'booked')
    .where('closesOn', '>=', scope.today.toString())
    .returning(['customerId', 'vehicleId', 'programme', 'dueOn'])
    .executeTakeFirst()
  if (!task) return
  const { customerId, vehicleId, programme, dueOn } = task
  await appendTimeline(scope, [{ kind: 'task.planned', customerId, vehicleId, taskId, data: { programme, dueOn } }])
}
