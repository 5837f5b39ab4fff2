import { z } from 'zod'
import { day, id, ofStore, receptionFlags, route, text } from './meta.ts'

const entry = z.object({
  id,
  time: z.string().nullable(),
  customerName: z.string(),
  /** Masked, or whole where it was asked for and allowed. */
  phone: z.string().nullable(),
  plate: z.string().nullable(),
  model: z.string().nullable(),
  mileageKm: z.number().nullable(),
  /** The programme whose call booked it; null: booked otherwise. */
  programme: z.string().nullable(),
  bookedByName: z.string().nullable(),
  bookedAt: z.string(),
  note: z.string().nullable(),
  state: z.string(),
  flags: receptionFlags,
})
const status = z.object({
  day: z.string(),
  /** `empty`, `waiting`, `pressing`, `overdue`, `handed-over`, `changed`. */
  state: z.string(),
  bookings: z.number(),
  /** Names the appointments as they stand, hours included: given back when the paper with them is handed over. */
  list: id,
  /** The closing before which it is handed over. */
  by: z.string().nullable(),
  handedOverAt: z.string().nullable(),
  handedOverByName: z.string().nullable(),
  receivedBy: z.string().nullable(),
  late: z.boolean(),
  times: z.number(),
  added: z.number(),
  removed: z.number(),
})
export type RegisterStatus = z.infer<typeof status>
export type RegisterEntry = z.infer<typeof entry>
const register = z.object({ status, entries: z.array(entry) })

export const registerContract = {
  owed: route(
    'GET',
    '/stores/{storeId}/booking-register',
    'appointment.read',
    'Registers to be handed over today: today’s, if it was not, and the next open day’s (CARE-10)',
  )
    .input(ofStore({}))
    .output(z.array(status)),
  days: route(
    'GET',
    '/stores/{storeId}/booking-register/days',
    'appointment.read',
    'Where the registers of some days stand, at most 62',
  )
    .input(ofStore({ from: day, to: day }))
    .output(z.array(status)),
  day: route(
    'GET',
    '/stores/{storeId}/booking-register/days/{day}',
    'appointment.read',
    'The booking register of a day, numbers masked',
  )
    .input(ofStore({ day }))
    .output(register),
  withNumbers: route(
    'POST',
    '/stores/{storeId}/booking-register/days/{day}/numbers',
    'phone.unmask',
    'The booking register with whole numbers, to be printed; logged',
  )
    .input(ofStore({ day }))
    .output(register),
  handOver: route(
    'POST',
    '/stores/{storeId}/booking-register/days/{day}/hand-over',
    'appointment.edit',
    'The register of a day was handed to the front desk; late after closing',
  )
    .input(
      ofStore({
        day,
        receivedBy: text(30).optional(),
        /** `list` of the register that was printed; another list since is a CONFLICT. */
        list: id,
      }),
    )
    .output(status),
}
