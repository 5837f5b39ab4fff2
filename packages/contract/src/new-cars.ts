import { ORDER_STEPS } from '@changhui/rules/newOwner'
import { z } from 'zod'
import { day, done, flag, id, ofStore, pageInput, pageOf, route, text, version } from './meta.ts'

const step = z.enum(ORDER_STEPS)
export const newCarOrder = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  orderNo: z.string().nullable(),
  model: z.string(),
  promisedOn: z.string().nullable(),
  deliveredOn: z.string().nullable(),
  state: z.enum(['waiting', 'delivered', 'cancelled']),
  note: z.string().nullable(),
  steps: z.array(z.object({ step, on: z.string() })),
  /** What the customer heard of it and when; the newest last. */
  told: z.array(z.object({ about: z.string(), on: z.string() })),
  version: z.number(),
})
export const ownerClass = z.object({
  id,
  day: z.string(),
  time: z.string(),
  place: z.string(),
  topic: z.string().nullable(),
  capacity: z.number(),
  state: z.enum(['planned', 'cancelled']),
  invited: z.number(),
  guests: z.array(z.object({ customerId: id, name: z.string() })),
  version: z.number(),
})

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const order = { orderId: id }
const ofClass = { classId: id }
const classFields = {
  day,
  time: clock,
  place: text(80).min(1),
  topic: text(120).nullable(),
  capacity: z.number().int().min(1).max(1000),
}

export const newCarsContract = {
  orders: route('GET', '/stores/{storeId}/new-cars', 'customer.read', 'New cars on their way to customers (CARE-24)')
    .input(ofStore({ ...pageInput, all: flag.default(false) }))
    .output(pageOf(newCarOrder)),
  addOrder: route('POST', '/stores/{storeId}/new-cars', 'customer.edit', 'Note an order')
    .input(
      ofStore({
        customerId: id,
        orderNo: text(40).nullable(),
        model: text(80).min(1),
        orderedOn: day,
        promisedOn: day.nullable(),
        note: text(400).nullable(),
      }),
    )
    .output(newCarOrder),
  changeOrder: route(
    'PATCH',
    '/stores/{storeId}/new-cars/{orderId}',
    'customer.edit',
    'Change promise or note, deliver or cancel an order',
  )
    .input(
      ofStore({
        ...order,
        version,
        promisedOn: day.nullable().optional(),
        note: text(400).nullable().optional(),
        state: z.enum(['waiting', 'delivered', 'cancelled']).optional(),
        deliveredOn: day.optional(),
      }),
    )
    .output(newCarOrder),
  advance: route('POST', '/stores/{storeId}/new-cars/{orderId}/steps', 'customer.edit', 'Note a step of an order')
    .input(ofStore({ ...order, step, on: day }))
    .output(newCarOrder),
  classes: route('GET', '/stores/{storeId}/owner-classes', 'customer.read', 'Classes for new owners (CARE-13)')
    .input(ofStore({ all: flag.default(false) }))
    .output(z.array(ownerClass)),
  addClass: route('POST', '/stores/{storeId}/owner-classes', 'customer.edit', 'Plan a class')
    .input(ofStore(classFields))
    .output(ownerClass),
  changeClass: route('PATCH', '/stores/{storeId}/owner-classes/{classId}', 'customer.edit', 'Change or cancel a class')
    .input(
      ofStore({
        ...ofClass,
        version,
        ...z.object(classFields).partial().shape,
        state: z.enum(['planned', 'cancelled']).optional(),
      }),
    )
    .output(ownerClass),
  takeSeat: route(
    'POST',
    '/stores/{storeId}/owner-classes/{classId}/guests',
    'customer.edit',
    'A customer says that he comes',
  )
    .input(ofStore({ ...ofClass, customerId: id }))
    .output(ownerClass),
  giveSeatBack: route(
    'DELETE',
    '/stores/{storeId}/owner-classes/{classId}/guests/{customerId}',
    'customer.edit',
    'A guest does not come after all',
  )
    .input(ofStore({ ...ofClass, customerId: id }))
    .output(done),
}
