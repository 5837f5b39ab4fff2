import type { CompletenessAnswer, qualityContract } from '@changhui/contract/quality'
import { askNext, type CompletenessField, completeness } from '@changhui/rules/completeness'
import { sql } from 'kysely'
import type { z } from 'zod'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { type CustomerChanges, editCustomer } from '../customers/edit.ts'
import { customerById } from '../customers/store.ts'
import { editVehicle } from '../vehicles/edit.ts'
import type { VehicleChanges } from '../vehicles/input.ts'
import { vehicleById } from '../vehicles/store.ts'
import { addReading } from '../vehicles/visits.ts'

/** A reading older than this says little about the mileage today. */
const READING_DAYS = 365

interface FilledRow {
  id: string
  filled: CompletenessField[]
  vehicles: { id: string; plate: string | null; filled: CompletenessField[] }[]
}

/** How complete some customers are (BASE-09): a dead phone is none, a reading a year old neither; cars sold on do not count. */
export async function completenessOf(
  scope: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CompletenessAnswer>> {
  if (ids.length === 0) return new Map()
  const fresh = scope.today.subtract({ days: READING_DAYS }).toString()
  const { rows } = await sql<FilledRow>`
    SELECT c.id,
      array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id AND p.state = 'usable')
          THEN 'phone' END,
        CASE WHEN c.name <> '' THEN 'name' END,
        CASE WHEN c.consents <> '{}'::jsonb OR c.do_not_disturb THEN 'consents' END,
        CASE WHEN c.birthday IS NOT NULL THEN 'birthday' END, CASE WHEN c.wechat_id IS NOT NULL THEN 'wechat' END,
        CASE WHEN c.region IS NOT NULL THEN 'region' END, CASE WHEN c.sex IS NOT NULL THEN 'sex' END,
        CASE WHEN c.preferred_channel IS NOT NULL THEN 'preferredChannel' END, CASE WHEN c.email IS NOT NULL THEN 'email' END
      ], NULL) AS filled,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', v.id, 'plate', v.plate, 'filled', array_remove(ARRAY[
          CASE WHEN v.vin IS NOT NULL THEN 'vin' END, CASE WHEN v.plate IS NOT NULL THEN 'plate' END,
          CASE WHEN v.delivered_on IS NOT NULL THEN 'deliveredOn' END,
          CASE WHEN v.odometer_on >= ${fresh}::date THEN 'odometer' END,
          CASE WHEN v.compulsory_expiry_on IS NOT NULL OR v.commercial_expiry_on IS NOT NULL THEN 'insuranceExpiry' END,
          CASE WHEN v.inspection_due_on IS NOT NULL THEN 'inspectionDue' END,
          CASE WHEN v.warranty_end_on IS NOT NULL THEN 'warrantyEnd' END], NULL)) ORDER BY v.id)
        FROM vehicle v WHERE v.store_id = c.store_id AND v.owner_id = c.id AND v.state = 'active'), '[]') AS vehicles
    FROM customer c
    WHERE c.store_id = ${scope.storeId} AND c.id = ANY (${[...ids]}::uuid[]) AND c.merged_into IS NULL`.execute(
    scope.tx,
  )
  return new Map(rows.map((row) => [row.id, answerOf(row)]))
}

function answerOf({ filled, vehicles }: FilledRow): CompletenessAnswer {
  const result = completeness({
    customer: new Set(filled),
    vehicles: vehicles.map((one) => ({ id: one.id, filled: new Set(one.filled) })),
  })
  const plates = new Map(vehicles.map((one) => [one.id, one.plate]))
  const shown = (list: typeof result.missing) =>
    list.map((one) => ({ ...one, plate: one.vehicleId === null ? null : (plates.get(one.vehicleId) ?? null) }))
  // a field of a car that is not known cannot be filled in at a call
  const askable = {
    ...result,
    missing: result.missing.filter((one) => one.vehicleId !== null || !ofCar.has(one.field)),
  }
  return { score: result.score, missing: shown(result.missing), ask: shown(askNext(askable)) }
}

/** Score, missing fields and what to ask for next. NOT_FOUND for a merged or unknown customer. */
export async function customerCompleteness(scope: Scope, customerId: string): Promise<CompletenessAnswer> {
  return found((await completenessOf(scope, [customerId])).get(customerId))
}

type Answers = Omit<
  z.output<NonNullable<(typeof qualityContract)['answer']['~orpc']['inputSchema']>>,
  'storeId' | 'customerId' | 'vehicleId'
>

const ofCar: ReadonlySet<string> = new Set([
  'vin',
  'plate',
  'deliveredOn',
  'odometer',
  'insuranceExpiry',
  'inspectionDue',
  'warrantyEnd',
])

/**
 * Fills missing fields as the customer told them, all in one transaction, through the edits staff make otherwise. CONFLICT
 * `answer.filled` when a field is filled already, BAD_REQUEST as those edits say (a plate too long, an implausible reading).
 */
export async function answerMissing(
  scope: Scope,
  customerId: string,
  vehicleId: string | null,
  answers: Answers,
): Promise<CompletenessAnswer> {
  const told = Object.keys(answers).filter((field) => answers[field as keyof Answers] !== undefined)
  const { missing } = await customerCompleteness(scope, customerId)
  for (const field of told) {
    const mine = ofCar.has(field) ? vehicleId : null
    if (!missing.some((one) => one.field === field && one.vehicleId === mine))
      throw new Problem('CONFLICT', 'answer.filled', { field, values: { field } })
  }
  const { plate, deliveredOn, odometer, insuranceExpiry, inspectionDue, warrantyEnd, wechat, consents, ...plain } =
    answers
  const changes: CustomerChanges = {
    ...plain,
    ...(wechat === undefined ? {} : { wechatId: wechat }),
    // "may we send you reminders": an answer to messages, calls are not asked about in a call
    ...(consents === undefined ? {} : { consents: { sms: consents, wechat: consents } }),
  }
  if (Object.values(changes).some((value) => value !== undefined)) {
    const { version } = found(await customerById(scope, customerId))
    await editCustomer(scope, customerId, version, changes)
  }
  if (vehicleId) {
    const car: VehicleChanges = {
      ...(plate === undefined ? {} : { plate }),
      ...(deliveredOn === undefined ? {} : { deliveredOn }),
      ...(insuranceExpiry === undefined ? {} : { compulsoryExpiryOn: insuranceExpiry }),
      ...(inspectionDue === undefined ? {} : { inspectionDueOn: inspectionDue }),
      ...(warrantyEnd === undefined ? {} : { warrantyEndOn: warrantyEnd }),
    }
    if (Object.keys(car).length > 0) {
      const { version } = found(await vehicleById(scope, vehicleId))
      await editVehicle(scope, vehicleId, version, car)
    }
    if (odometer !== undefined) {
      const reading = { vehicleId, readOn: scope.today.toString(), km: odometer, source: 'customer' as const }
      await addReading(scope, { ...reading, keepAnyway: false })
    }
  }
  return customerCompleteness(scope, customerId)
}
