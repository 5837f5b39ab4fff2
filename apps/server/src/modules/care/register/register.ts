import type { RegisterEntry, RegisterStatus } from '@changhui/contract/register'
import { handOverBy, registerDayOn, registerState } from '@changhui/rules/bookingRegister'
import type { StoreCalendar } from '@changhui/rules/calendar'
import { maskPhone } from '@changhui/rules/phone'
import { sql } from 'kysely'
import { deriveId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { staffNames } from '../../staff/service.ts'
import { receptionFlags } from '../appointments/reception.ts'
import { storeCalendar } from '../engine/store-values.ts'

/** So many days of registers at once. */
const MOST_DAYS = 62

interface Standing {
  readonly id: string
  readonly time: string | null
}

const toStanding = ({ id, atTime }: { readonly id: string; readonly atTime: string | null }): Standing => ({
  id,
  time: atTime?.slice(0, 5) ?? null,
})

/** The name of a day's list: another one as soon as a booking came, went or moved to another hour. */
function listName(scope: Scope, day: string, standing: readonly Standing[]): string {
  const lines = standing.map(({ id, time }) => `${id} ${time ?? ''}`).sort()
  return deriveId(scope.storeId, 'booking-register', day, ...lines)
}

/** Where the registers of some days stand (CARE-10). */
async function statusesOf(
  scope: Scope,
  days: readonly Temporal.PlainDate[],
  calendar: StoreCalendar,
): Promise<RegisterStatus[]> {
  if (days.length === 0) return []
  const { tx, storeId, now } = scope
  const keys = days.map((day) => day.toString())
  const booked = await tx
    .selectFrom('appointment')
    .select(['id', 'day', 'atTime'])
    .where('storeId', '=', storeId)
    .where('day', 'in', keys)
    .where('state', '<>', 'cancelled')
    .execute()
  const registers = await tx
    .selectFrom('bookingRegister')
    .selectAll()
    .where('storeId', '=', storeId)
    .where('day', 'in', keys)
    .execute()
  const names = await staffNames(
    tx,
    registers.map((one) => one.handedOverBy),
  )
  return days.map((day) => {
    const key = day.toString()
    const standing = booked.filter((one) => one.day === key).map(toStanding)
    const register = registers.find((one) => one.day === key)
    const entries = (register?.entries ?? []) as unknown as readonly Standing[]
    const had = new Map(entries.map((one) => [one.id, one.time]))
    // a booking moved to another hour stands on the paper at the wrong one
    const added = register ? standing.filter((one) => had.get(one.id) !== one.time || !had.has(one.id)).length : 0
    const removed = entries.filter((one) => !standing.some((other) => other.id === one.id)).length
    const by = handOverBy(day, calendar)
    return {
      day: key,
      state: registerState(standing.length, {
        now,
        by,
        handedOver: register !== undefined,
        changed: added + removed > 0,
      }),
      bookings: standing.length,
      list: listName(scope, key, standing),
      by: by?.toString() ?? null,
      handedOverAt: register?.handedOverAt ?? null,
      handedOverByName: names.get(register?.handedOverBy ?? '') ?? null,
      receivedBy: register?.receivedBy ?? null,
      late: register?.late ?? false,
      times: register?.times ?? 0,
      added,
      removed,
    }
  })
}

/** Today's register, unless nothing is to be done about it, and the next open day's. */
export async function owedRegisters(scope: Scope): Promise<RegisterStatus[]> {
  const calendar = await storeCalendar(scope)
  const next = registerDayOn(scope.today, calendar)
  const all = await statusesOf(scope, next ? [scope.today, next] : [scope.today], calendar)
  const settled = (one: RegisterStatus) => one.state === 'empty' || one.state === 'handed-over'
  return all.filter((one) => one.day !== scope.today.toString() || !settled(one))
}

/** The registers from day to day, both included. BAD_REQUEST `setting.out-of-range` for more than two months. */
export async function registersOf(scope: Scope, from: string, to: string): Promise<RegisterStatus[]> {
  const first = Temporal.PlainDate.from(from)
  const count = first.until(to).days + 1
  if (count > MOST_DAYS)
    throw new Problem('BAD_REQUEST', 'setting.out-of-range', {
      field: 'to',
      values: { field: 'to', min: 1, max: MOST_DAYS },
    })
  const days = Array.from({ length: Math.max(count, 0) }, (_, after) => first.add({ days: after }))
  return statusesOf(scope, days, await storeCalendar(scope))
}

/** The register of a day: who comes when, with what; numbers masked. */
export async function registerOf(
  scope: Scope,
  day: string,
): Promise<{ status: RegisterStatus; entries: RegisterEntry[] }> {
  return readRegister(scope, day, maskPhone)
}

/** The same with whole numbers, for the paper; logged (SEC-01). */
export async function registerWithNumbers(
  scope: Scope,
  day: string,
): Promise<{ status: RegisterStatus; entries: RegisterEntry[] }> {
  const register = await readRegister(scope, day, (number) => number)
  const detail = { numbers: register.entries.filter((one) => one.phone !== null).length }
  await recordAudit(scope, { action: 'register.numbers', subjectKind: 'register', subjectId: day, detail })
  return register
}

async function readRegister(scope: Scope, day: string, show: (number: string) => string) {
  const { rows } = await sql<RegisterEntry & { createdBy: string | null }>`
    SELECT a.id, to_char(a.at_time, 'HH24:MI') AS time, c.name AS customer_name, v.plate, coalesce(v.model, v.series) AS model,
      v.odometer_km AS mileage_km, t.programme, a.created_by, a.created_at AS booked_at, a.note, a.state, ${receptionFlags} AS flags,
      (SELECT p.number FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id
       ORDER BY p.state <> 'usable', p.position, p.id LIMIT 1) AS phone
    FROM appointment a
    JOIN customer c ON c.store_id = a.store_id AND c.id = a.customer_id
    LEFT JOIN vehicle v ON v.store_id = a.store_id AND v.id = a.vehicle_id
    LEFT JOIN task t ON t.store_id = a.store_id AND t.id = a.task_id
    WHERE a.store_id = ${scope.storeId}::uuid AND a.day = ${day}::date AND a.state <> 'cancelled'
    ORDER BY a.at_time NULLS LAST, a.created_at, a.id`.execute(scope.tx)
  const names = await staffNames(
    scope.tx,
    rows.map((row) => row.createdBy),
  )
  const entries = rows.map(({ createdBy, phone, ...row }) => ({
    ...row,
    phone: phone === null ? null : show(phone),
    bookedByName: names.get(createdBy ?? '') ?? null,
  }))
  const [status] = await statusesOf(scope, [Temporal.PlainDate.from(day)], await storeCalendar(scope))
  if (!status) throw new Error('a day has a register')
  return { status, entries }
}

/**
 * Notes that the register of a day was handed to the front desk, late after the closing before that day (CARE-10). Handed over again
 * after a change, the latest counts and the first lateness stays. CONFLICT `register.changed` when another list stands than the one
 * on the paper.
 */
export async function handOver(
  scope: Scope,
  day: string,
  { receivedBy, list }: { readonly receivedBy?: string | undefined; readonly list: string },
): Promise<RegisterStatus> {
  const { tx, storeId, now, actor } = scope
  const rows = await tx
    .selectFrom('appointment')
    .select(['id', 'atTime'])
    .where('storeId', '=', storeId)
    .where('day', '=', day)
    .where('state', '<>', 'cancelled')
    .orderBy('id')
    .execute()
  const standing = rows.map(toStanding)
  if (listName(scope, day, standing) !== list) throw new Problem('CONFLICT', 'register.changed')
  const calendar = await storeCalendar(scope)
  const by = handOverBy(Temporal.PlainDate.from(day), calendar)
  const late = by !== null && Temporal.Instant.compare(now, by) >= 0
  const entries = JSON.stringify(standing)
  const fields = {
    handedOverAt: now.toString(),
    handedOverBy: actor.id,
    receivedBy: receivedBy || null,
    entries,
  }
  await tx
    .insertInto('bookingRegister')
    .values({ storeId, day, late, ...fields })
    .onConflict((on) =>
      on.columns(['storeId', 'day']).doUpdateSet((eb) => ({ ...fields, times: eb('bookingRegister.times', '+', 1) })),
    )
    .execute()
  const detail = { bookings: standing.length, late }
  await recordAudit(scope, { action: 'register.hand-over', subjectKind: 'register', subjectId: day, detail })
  const [status] = await statusesOf(scope, [Temporal.PlainDate.from(day)], calendar)
  if (!status) throw new Error('a day has a register')
  return status
}
