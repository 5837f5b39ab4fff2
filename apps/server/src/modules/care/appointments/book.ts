import type { careContract } from '@changhui/contract/care'
import { openWindow } from '@changhui/rules/calendar'
import { sql } from 'kysely'
import type { z } from 'zod'
import { sqlState } from '../../../platform/db.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { factsChanged } from '../service.ts'

/** A time of the database as `HH:MM`. */
export const clock = (time: string | null): string | null => time?.slice(0, 5) ?? null

/** BAD_REQUEST `day.closed`, naming the field, unless the store is open on that day (ORG-03). */
export async function requireOpenDay(scope: Scope, day: string, field: string): Promise<void> {
  if (openWindow(Temporal.PlainDate.from(day), await storeCalendar(scope))) return
  throw new Problem('BAD_REQUEST', 'day.closed', { field, values: { day } })
}

export type Booked = z.infer<NonNullable<(typeof careContract)['addAppointment']['~orpc']['outputSchema']>>

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

export interface Wish extends Omit<Booking, 'taskId' | 'vehicleId' | 'note'> {
  readonly vehicleId: string
  readonly note?: string | undefined
}

/**
 * Books for a customer who rang or stood at the desk (BASE-08); open reminders of the car that an appointment answers close (CARE-23).
 * The id is the caller's: sent twice it is booked once, CONFLICT `idempotency.reused` for another booking under it. NOT_FOUND unless
 * the car is his, BAD_REQUEST `date.past` and `day.closed`.
 */
export async function addAppointment(scope: Scope, { note, ...wish }: Wish): Promise<Booked> {
  const { id, customerId, vehicleId, day } = wish
  const { rows } = await sql`
    SELECT id FROM vehicle WHERE store_id = ${scope.storeId}::uuid AND id = ${vehicleId}::uuid AND owner_id = ${customerId}::uuid
    FOR NO KEY UPDATE`.execute(scope.tx)
  found(rows[0])
  // sent twice at once, the second waited for the first's lock
  const known = await bookedBefore(scope, wish)
  if (known) return known
  if (day < scope.today.toString()) throw new Problem('BAD_REQUEST', 'date.past', { field: 'day' })
  await insertBooking(scope, { ...wish, taskId: null, note: note || null }, 'day').catch((error: unknown) => {
    // the id was sent for another car at the same moment
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'idempotency.reused')
    throw error
  })
  await factsChanged(scope, { vehicleIds: [vehicleId] })
  return { id, day, time: wish.time, state: 'booked', version: 1 }
}

async function bookedBefore({ tx, storeId }: Scope, wish: Omit<Wish, 'note'>): Promise<Booked | undefined> {
  const row = await tx
    .selectFrom('appointment')
    .select(['id', 'customerId', 'vehicleId', 'day', 'atTime', 'state', 'version'])
    .where('storeId', '=', storeId)
    .where('id', '=', wish.id)
    .executeTakeFirst()
  if (!row) return undefined
  const { customerId, vehicleId, atTime, ...rest } = row
  const time = clock(atTime)
  const same =
    customerId === wish.customerId && vehicleId === wish.vehicleId && rest.day === wish.day && time === wish.time
  if (!same) throw new Problem('CONFLICT', 'idempotency.reused')
  return { ...rest, time }
}
