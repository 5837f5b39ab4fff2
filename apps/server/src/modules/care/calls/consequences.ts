import type { PhoneMark } from '@changhui/rules/attempts'
import { momentAt, nextOpenDay, openWindow } from '@changhui/rules/calendar'
import { judgeReading } from '@changhui/rules/odometer'
import type { TaskOutcome } from '@changhui/rules/words'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { appendTimeline, type Corrections, noteCorrections, refreshSearch } from '../../base/customers/service.ts'
import { readingId, refreshVehicles } from '../../base/vehicles/service.ts'
import { insertBooking } from '../appointments/book.ts'
import { followFacts } from '../engine/follow.ts'
import { storeCalendar } from '../engine/store-values.ts'
import { programmeOf } from '../programmes/all.ts'
import { taskById } from './claim.ts'
import type { CallReport } from './report.ts'
import { isOpen, type TaskFacts } from './rows.ts'

/** Sets the state of a number that proved dead or wrong. */
export async function markPhone(scope: Scope, task: TaskFacts, mark: PhoneMark): Promise<void> {
  const { tx, storeId, now } = scope
  await tx
    .updateTable('customerPhone')
    .set({ state: mark.state, updatedAt: now.toString() })
    .where('storeId', '=', storeId)
    .where('id', '=', mark.phoneId)
    .where('customerId', '=', task.customerId)
    .execute()
  await refreshSearch(scope, [task.customerId])
  const data = { phoneId: mark.phoneId, to: mark.state }
  await appendTimeline(scope, [{ kind: 'phone.state', customerId: task.customerId, taskId: task.id, data }])
}

/** Writes the facts an outcome brings (CARE-15); other open tasks follow them (CARE-23). */
export async function applyOutcome(
  scope: Scope,
  task: TaskFacts,
  outcome: TaskOutcome,
  report: CallReport,
): Promise<void> {
  switch (outcome) {
    case 'booked':
      return book(scope, task, report)
    case 'elsewhere':
      return servedElsewhere(scope, task, report)
    case 'sold':
    case 'moved-away':
    case 'handed-over':
      return changeVehicle(scope, task, { state: outcome })
    case 'commercial-use':
      return changeVehicle(scope, task, { purpose: 'commercial' })
    case 'do-not-disturb':
      return leaveAlone(scope, task)
    default:
      return
  }
}

async function book(scope: Scope, task: TaskFacts, report: CallReport): Promise<void> {
  const { appointment } = report
  if (!appointment) throw new Error('a booked outcome has its appointment checked before')
  const { customerId, vehicleId, id: taskId } = task
  const { day, time, note = null } = appointment
  const booking = { id: scope.newId(), customerId, vehicleId, taskId, day, time, note }
  await insertBooking(scope, booking, 'appointment.day')
}

async function servedElsewhere(scope: Scope, task: TaskFacts, { elsewhere }: CallReport): Promise<void> {
  if (!elsewhere || !task.vehicleId) return
  const told = programmeOf(task.programme).elsewhere
  // a policy renewed at another's is no service; it would move the next one
  if (told === 'nothing') return
  if (told === 'inspection') return inspectedOn(scope, task.vehicleId, elsewhere.servedOn)
  await scope.tx
    .insertInto('servedElsewhere')
    .values({
      storeId: scope.storeId,
      id: scope.newId(),
      customerId: task.customerId,
      vehicleId: task.vehicleId,
      taskId: task.id,
      servedOn: elsewhere.servedOn,
      shop: elsewhere.shop || null,
      place: elsewhere.place || null,
      priceFen: elsewhere.priceFen ?? null,
      reason: elsewhere.reason || null,
      odometerKm: elsewhere.odometerKm ?? null,
      toldAt: scope.now.toString(),
    })
    .execute()
  if (elsewhere.odometerKm) await insertReading(scope, task.vehicleId, elsewhere.servedOn, elsewhere.odometerKm)
  await refreshVehicles(scope, [task.vehicleId])
  await followFacts(scope, { vehicleIds: [task.vehicleId] }, scope.today)
}

/** The legal schedule goes on from the day the car passed (CARE-20). */
async function inspectedOn(scope: Scope, vehicleId: string, day: string): Promise<void> {
  await scope.tx
    .updateTable('vehicle')
    .set((eb) => ({ inspectedOn: day, version: eb('version', '+', 1), updatedAt: scope.now.toString() }))
    .where('storeId', '=', scope.storeId)
    .where('id', '=', vehicleId)
    .execute()
  await followFacts(scope, { vehicleIds: [vehicleId] }, scope.today)
}

/** The vehicle's own change, kept against the next import (BASE-11). */
async function changeVehicle(
  scope: Scope,
  task: TaskFacts,
  change: { readonly state: string } | { readonly purpose: string },
): Promise<void> {
  const { tx, storeId } = scope
  const { vehicleId, customerId, id: taskId } = task
  if (!vehicleId) return
  const before = await tx
    .selectFrom('vehicle')
    .select(['state', 'purpose', 'staffCorrected', 'version'])
    .where('storeId', '=', storeId)
    .where('id', '=', vehicleId)
    .executeTakeFirstOrThrow()
  const corrected = noteCorrections(before.staffCorrected as Corrections, before, change)
  await tx
    .updateTable('vehicle')
    .set({
      ...change,
      staffCorrected: JSON.stringify(corrected),
      version: before.version + 1,
      updatedAt: scope.now.toString(),
    })
    .where('storeId', '=', storeId)
    .where('id', '=', vehicleId)
    .execute()
  const data = { fields: Object.keys(change), ...change }
  await appendTimeline(scope, [{ kind: 'vehicle.edited', customerId, vehicleId, taskId, data }])
  await followFacts(scope, { vehicleIds: [vehicleId] }, scope.today)
}

/** No more calls until the customer takes it back; every open task of his closes. */
async function leaveAlone(scope: Scope, task: TaskFacts): Promise<void> {
  const { tx, storeId, now } = scope
  await tx
    .updateTable('customer')
    .set((eb) => ({ doNotDisturb: true, version: eb('version', '+', 1), updatedAt: now.toString() }))
    .where('storeId', '=', storeId)
    .where('id', '=', task.customerId)
    .execute()
  await recordAudit(scope, {
    action: 'customer.consent',
    subjectKind: 'customer',
    subjectId: task.customerId,
    detail: { doNotDisturb: true, taskId: task.id },
  })
  const data = { fields: ['doNotDisturb'] }
  await appendTimeline(scope, [{ kind: 'customer.edited', customerId: task.customerId, taskId: task.id, data }])
  await followFacts(scope, { customerIds: [task.customerId] }, scope.today)
}

/**
 * The reading told with "mileage not reached": judged, then the due date moves by it (CARE-19). Where the date stands by time
 * alone, the customer is called again when the mileage comes near: date or mileage, never both forced.
 * BAD_REQUEST `odometer.refused` for a typo or rollback.
 */
export async function applyReading(scope: Scope, task: TaskFacts, km: number): Promise<void> {
  const { vehicleId } = task
  if (!vehicleId) return
  await requirePlausible(scope, vehicleId, km)
  await insertReading(scope, vehicleId, scope.today.toString(), km)
  await refreshVehicles(scope, [vehicleId])
  await followFacts(scope, { vehicleIds: [vehicleId] }, scope.today)
  const moved = await taskById(scope, task.id)
  if (!moved || !isOpen(moved) || moved.opensOn > scope.today.toString()) return
  const { byMileageOn } = moved.why as { byMileageOn?: string | null }
  const calendar = await storeCalendar(scope)
  const tomorrow = scope.today.add({ days: 1 })
  const wanted = byMileageOn ? Temporal.PlainDate.from(byMileageOn).subtract({ days: 7 }) : tomorrow
  const last = Temporal.PlainDate.from(moved.closesOn)
  const clamped = [wanted, last].sort(Temporal.PlainDate.compare)[0] ?? tomorrow
  const day = nextOpenDay(Temporal.PlainDate.compare(clamped, tomorrow) < 0 ? tomorrow : clamped, calendar, true)
  const opens = (day && openWindow(day, calendar)?.opens) ?? momentAt(tomorrow, '09:00', calendar)
  await scope.tx
    .updateTable('task')
    .set({ nextAt: opens.toString() })
    .where('storeId', '=', scope.storeId)
    .where('id', '=', task.id)
    .execute()
}

async function requirePlausible(scope: Scope, vehicleId: string, km: number): Promise<void> {
  const history = await scope.tx
    .selectFrom('odometerReading')
    .select(['readOn', 'km', 'refused'])
    .where('storeId', '=', scope.storeId)
    .where('vehicleId', '=', vehicleId)
    .orderBy('readOn')
    .execute()
  const readings = history.map((one) => ({ on: Temporal.PlainDate.from(one.readOn), km: one.km }))
  const verdict = judgeReading(readings, { on: scope.today, km }, scope.today)
  const last = history.findLast((one) => one.refused === null)
  // told on the phone: a reading below the last one is asked again at once, whatever a later history might make of it
  if (verdict.accepted && !(last && km < last.km)) return
  const reason = last ? `${last.readOn}: ${last.km} km` : verdict.accepted ? '' : verdict.reason
  throw new Problem('BAD_REQUEST', 'odometer.refused', { field: 'odometerKm', values: { km, reason } })
}

async function insertReading(scope: Scope, vehicleId: string, readOn: string, km: number): Promise<void> {
  const { storeId, now } = scope
  await scope.tx
    .insertInto('odometerReading')
    .values({
      storeId,
      id: readingId(storeId, vehicleId, readOn, km),
      vehicleId,
      readOn,
      km,
      source: 'customer',
      createdAt: now.toString(),
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .execute()
}
