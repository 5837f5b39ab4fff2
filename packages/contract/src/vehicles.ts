import { payers, vehicleStates, visitKinds } from '@changhui/rules/words'
import { z } from 'zod'
import { day, fen, id, odometerKm, ofStore, route, text, version } from './meta.ts'

export const vehicleFields = z.object({
  vin: z.string().trim().max(20).nullable(),
  plate: z.string().trim().max(20).nullable(),
  brand: text(40).nullable(),
  series: text(60).nullable(),
  model: text(80).nullable(),
  energy: z.enum(['petrol', 'diesel', 'hybrid', 'plug-in', 'electric', 'other']).nullable(),
  purpose: z.enum(['private', 'commercial']),
  state: z.enum(vehicleStates),
  deliveredOn: day.nullable(),
  intervalMonths: z.number().int().min(1).max(60).nullable(),
  intervalKm: z.number().int().min(500).max(100_000).nullable(),
  warrantyEndOn: day.nullable(),
  warrantyEndKm: odometerKm.nullable(),
  inspectionDueOn: day.nullable(),
  /** What the legal inspection schedule depends on (CARE-20): unknown = an ordinary private car, registered when it was delivered. */
  registeredOn: day.nullable(),
  madeOn: day.nullable(),
  inspectedOn: day.nullable(),
  seats: z.number().int().min(1).max(99).nullable(),
  inspectionCategory: z.enum(['small-passenger', 'van', 'commercial', 'truck', 'large-passenger']).nullable(),
  inspectionException: z.enum(['injury-accident', 'illegal-modification', 'formerly-commercial']).nullable(),
  compulsoryInsurer: text(40).nullable(),
  compulsoryExpiryOn: day.nullable(),
  commercialInsurer: text(40).nullable(),
  commercialExpiryOn: day.nullable(),
  driverId: id.nullable(),
  senderId: id.nullable(),
})
/**
 * Why a care is due on its day, or why it is not due at all: codes with values, the page says the sentence. `facts` is what else the
 * programme's due query says about the round; anchor, intervals and mileage are null where it counts from nothing of the kind.
 */
export const dueWhy = z.object({
  programme: z.string(),
  work: z.enum(['call', 'message', 'reception', 'desk']),
  dueOn: z.string().nullable(),
  opensOn: z.string().nullable(),
  callBy: z.string().nullable(),
  closesOn: z.string().nullable(),
  /** What decided: `time`, `mileage`, `law`, `stated`, or a word of the programme's own. */
  by: z.string().nullable(),
  dueByTimeOn: z.string().nullable(),
  dueByMileageOn: z.string().nullable(),
  anchorOn: z.string().nullable(),
  anchorKind: z.string().nullable(),
  anchorKm: z.number().nullable(),
  intervalMonths: z.number().nullable(),
  intervalKm: z.number().nullable(),
  dailyKm: z.number().nullable(),
  confidence: z.enum(['low', 'medium', 'high']).nullable(),
  facts: z.record(z.string(), z.unknown()),
  state: z.enum(['not-yet', 'due', 'task-open', 'task-closed', 'too-late', 'excluded']),
  reason: z.string().nullable(),
  taskId: id.nullable(),
})
export const reading = z.object({
  id,
  readOn: z.string(),
  km: z.number(),
  source: z.string(),
  refused: z.string().nullable(),
})
/** What stands in the table: an import may have brought more than the form takes in. */
export const vehicle = vehicleFields.extend({
  vin: z.string().nullable(),
  plate: z.string().nullable(),
  brand: z.string().nullable(),
  series: z.string().nullable(),
  model: z.string().nullable(),
  deliveredOn: z.string().nullable(),
  intervalMonths: z.number().nullable(),
  intervalKm: z.number().nullable(),
  warrantyEndOn: z.string().nullable(),
  warrantyEndKm: z.number().nullable(),
  inspectionDueOn: z.string().nullable(),
  registeredOn: z.string().nullable(),
  madeOn: z.string().nullable(),
  inspectedOn: z.string().nullable(),
  compulsoryInsurer: z.string().nullable(),
  compulsoryExpiryOn: z.string().nullable(),
  commercialInsurer: z.string().nullable(),
  commercialExpiryOn: z.string().nullable(),
  id,
  ownerId: id,
  vinWarning: z.boolean(),
  plateWarning: z.boolean(),
  odometerKm: z.number().nullable(),
  odometerOn: z.string().nullable(),
  lastVisitOn: z.string().nullable(),
  readings: z.array(reading),
  due: z.array(dueWhy),
  version,
})
export type Vehicle = z.infer<typeof vehicle>
export const visitLine = z.object({
  name: text(120).min(1),
  kind: z.enum(['labour', 'part']),
  quantity: z.number().min(0).max(10_000).default(1),
  amountFen: fen.nullable().default(null),
  payer: z.enum(payers).default('customer'),
})
export const visit = z.object({
  id,
  vehicleId: id,
  orderNo: z.string().nullable(),
  arrivedOn: z.string(),
  completedOn: z.string().nullable(),
  kind: z.enum(visitKinds),
  mileageKm: z.number().nullable(),
  advisor: z.string().nullable(),
  technician: z.string().nullable(),
  lines: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      quantity: z.number(),
      amountFen: z.number().nullable(),
      payer: z.string(),
    }),
  ),
  totalFen: z.number().nullable(),
})

const one = { vehicleId: id }
export const vehiclesContract = {
  ofCustomer: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/vehicles',
    'customer.read',
    'Vehicles of a customer with readings and due dates',
  )
    .input(ofStore({ customerId: id }))
    .output(z.array(vehicle)),
  create: route('POST', '/stores/{storeId}/customers/{customerId}/vehicles', 'customer.edit', 'Add a vehicle')
    .input(ofStore({ customerId: id, ...vehicleFields.partial().shape }))
    .output(vehicle),
  update: route(
    'PATCH',
    '/stores/{storeId}/vehicles/{vehicleId}',
    'customer.edit',
    'Change a vehicle; open tasks follow the facts (CARE-23)',
  )
    .input(ofStore({ ...one, ...vehicleFields.partial().shape, version }))
    .output(vehicle),
  addReading: route(
    'POST',
    '/stores/{storeId}/vehicles/{vehicleId}/readings',
    'customer.edit',
    'Add an odometer reading; a typo is refused with the reason unless `keepAnyway` (then stored, never used)',
  )
    .input(
      ofStore({
        ...one,
        readOn: day,
        km: odometerKm,
        source: z.enum(['staff', 'customer']).default('staff'),
        keepAnyway: z.boolean().default(false),
      }),
    )
    .output(vehicle),
  visits: route(
    'GET',
    '/stores/{storeId}/vehicles/{vehicleId}/visits',
    'customer.read',
    'Visits of a vehicle, newest first',
  )
    .input(ofStore(one))
    .output(z.array(visit)),
  addVisit: route(
    'POST',
    '/stores/{storeId}/vehicles/{vehicleId}/visits',
    'customer.edit',
    'Record a visit; closes the reminder it answers (CARE-23)',
  )
    .input(
      ofStore({
        ...one,
        orderNo: text(40).nullable().default(null),
        arrivedOn: day,
        kind: z.enum(visitKinds),
        mileageKm: odometerKm.nullable().default(null),
        advisor: text(40).nullable().default(null),
        technician: text(40).nullable().default(null),
        lines: z.array(visitLine).max(200).default([]),
      }),
    )
    .output(visit),
}
