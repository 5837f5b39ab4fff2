import { z } from 'zod'
import { day, done, file, flag, id, ofStore, route } from './meta.ts'

/** Any day of the month of delivery. */
const month = day
const shareRow = z.object({
  vehicleId: id,
  customerId: id,
  customerName: z.string(),
  plate: z.string().nullable(),
  vinTail: z.string().nullable(),
  model: z.string().nullable(),
  deliveredOn: z.string(),
  /** Null: not shared out yet. */
  advisorId: id.nullable(),
  advisorName: z.string().nullable(),
  givenAt: z.string().nullable(),
  /** Null: by the monthly run. */
  givenByName: z.string().nullable(),
  version: z.number(),
})
const sharer = z.object({
  userId: id,
  name: z.string(),
  /** A full share is 100, none is 0. */
  weight: z.number(),
  away: z.boolean(),
  /** Vehicles of the month he has. */
  count: z.number(),
  /** Whether he is an advisor who can sign in; a former one keeps what he was given until it is reassigned. */
  active: z.boolean(),
})
const given = z.object({ given: z.number(), unassigned: z.number() })

export const sharingContract = {
  month: route(
    'GET',
    '/stores/{storeId}/sharing/{month}',
    'customer.share',
    'New vehicles of a month, who has which and how many (BASE-10)',
  )
    .input(ofStore({ month }))
    .output(z.object({ month: z.string(), rows: z.array(shareRow), sharers: z.array(sharer), unassigned: z.number() })),
  run: route(
    'POST',
    '/stores/{storeId}/sharing/{month}/run',
    'customer.share',
    'Share out now what nobody has; what was given stays; running it twice gives nothing twice',
  )
    .input(ofStore({ month }))
    .output(given),
  reassign: route(
    'POST',
    '/stores/{storeId}/sharing/{month}/reassign',
    'customer.share',
    'Give vehicles to another advisor; customers and open first-service calls go along',
  )
    .input(
      ofStore({
        month,
        advisorId: id,
        vehicles: z
          .array(z.object({ vehicleId: id, version: z.number().int().min(0) }))
          .min(1)
          .max(2000),
      }),
    )
    .output(z.object({ moved: z.number() })),
  setSharer: route(
    'PUT',
    '/stores/{storeId}/sharing/advisors/{userId}',
    'customer.share',
    'Whether an advisor takes part in the sharing, and how fully',
  )
    .input(ofStore({ userId: id, weight: z.number().int().min(0).max(200), away: flag }))
    .output(done),
  export: route(
    'GET',
    '/stores/{storeId}/sharing/{month}/export',
    'customer.share',
    'The month’s list as .xlsx, without phone numbers; logged',
  )
    .input(ofStore({ month }))
    .output(file),
}
