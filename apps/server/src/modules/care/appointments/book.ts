import { openWindow } from '@changhui/rules/calendar'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { storeCalendar } from '../engine/store-values.ts'

/** BAD_REQUEST `day.closed`, naming the field, unless the store is open on that day (ORG-03). */
export async function requireOpenDay(scope: Scope, day: string, field: string): Promise<void> {
  if (openWindow(Temporal.PlainDate.from(day), await storeCalendar(scope))) return
  throw new Problem('BAD_REQUEST', 'day.closed', { field, values: { day } })
}

export interface Booking {
  readonly id: string
  readonly customerId: string
  readonly vehicleId: string | null
  /** The reminder it answers; null: nobody was called for it. */
  readonly taskId: string | null
  readonly day: string
  /** `HH:MM`; null: any time of that day. */
  readonly time: string | null
  readonly note: string | null
}

/** Writes an appointment and its event. BAD_REQUEST `day.closed` with the field that holds the day. */
export async function insertBooking(scope: Scope, booking: Booking, field: string): Promise<void> {
  const { id, time, ...rest } = booking
  await requireOpenDay(scope, rest.day, field)
  await scope.tx
    .insertInto('appointment')
    .values({
      ...rest,
      storeId: scope.storeId,
      id,
      atTime: time,
      createdAt: scope.now.toString(),
      createdBy: scope.actor.id,
    })
    .execute()
  const { customerId, vehicleId, taskId, day } = rest
  const data = { appointmentId: id, day, time }
  await appendTimeline(scope, [{ kind: 'appointment.booked', customerId, vehicleId, taskId, data }])
}
