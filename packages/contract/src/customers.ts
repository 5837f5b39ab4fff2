import { CHURN_BANDS, CHURN_MONTHS_MOST } from '@changhui/rules/churn'
import { phoneStates } from '@changhui/rules/words'
import { z } from 'zod'
import { day, done, file, flag, id, ofStore, pageInput, pageOf, route, text, version } from './meta.ts'

/** A phone as pages get it: masked; the full number only through `unmask`, which is logged (SEC-01). */
export const phoneRow = z.object({
  id,
  masked: z.string(),
  label: z.string().nullable(),
  state: z.enum(phoneStates),
  position: z.number(),
})
export const churnBandName = z.enum(CHURN_BANDS)
const months = z.number().int().min(1).max(CHURN_MONTHS_MOST)
/** Whole months since the last visit in which each band ends; they rise (KEEP-01). */
export const churnBands = z.object({ active: months, drifting: months, atRisk: months, lost: months })
export const customerRow = z.object({
  id,
  name: z.string(),
  phoneMasked: z.string().nullable(),
  plates: z.array(z.string()),
  models: z.array(z.string()),
  lastVisitOn: z.string().nullable(),
  /** By the last visit, under the store's limits; null for one who never came (KEEP-01). */
  band: churnBandName.nullable(),
  nextDueOn: z.string().nullable(),
  openTasks: z.number(),
  doNotDisturb: z.boolean(),
  tags: z.array(z.string()),
})
export const customerFields = z.object({
  name: text(60).min(1),
  sex: z.enum(['male', 'female']).nullable(),
  birthday: day.nullable(),
  wechatId: text(64).nullable(),
  email: z.email().max(120).nullable(),
  address: text(200).nullable(),
  region: text(60).nullable(),
  locality: z.enum(['local', 'out-of-town']).nullable(),
  occupation: text(60).nullable(),
  industry: text(60).nullable(),
  source: text(60).nullable(),
  memberLevel: text(30).nullable(),
  tags: z.array(text(30).min(1)).max(20),
  consents: z.record(z.enum(['call', 'sms', 'wechat', 'email', 'marketing']), z.boolean()).or(
    z.object({
      call: z.boolean().optional(),
      sms: z.boolean().optional(),
      wechat: z.boolean().optional(),
      email: z.boolean().optional(),
      marketing: z.boolean().optional(),
    }),
  ),
  doNotDisturb: z.boolean(),
  preferredChannel: z.enum(['call', 'sms', 'wechat', 'email']).nullable(),
  preferredHour: z.number().int().min(0).max(23).nullable(),
  advisorId: id.nullable(),
  accountManagerId: id.nullable(),
})
/** What stands in the table: an import may have brought more than the form takes in. */
export const customer = customerFields.extend({
  name: z.string(),
  birthday: z.string().nullable(),
  wechatId: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  region: z.string().nullable(),
  occupation: z.string().nullable(),
  industry: z.string().nullable(),
  source: z.string().nullable(),
  memberLevel: z.string().nullable(),
  tags: z.array(z.string()),
  id,
  phones: z.array(phoneRow),
  lastVisitOn: z.string().nullable(),
  /** By the last visit, under the store's limits; null for one who never came (KEEP-01). */
  band: churnBandName.nullable(),
  /** What his visits came to: their number and what the orders add up to, and the same of the last twelve months (BASE-06). */
  value: z.object({ visits: z.number(), totalFen: z.number(), yearVisits: z.number(), yearFen: z.number() }),
  version,
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type Customer = z.infer<typeof customer>

/** Filters of the list; a saved view is these by name. */
export const customerFilters = {
  query: text(60).optional(),
  dueWithinDays: z.coerce.number().int().min(0).max(365).optional(),
  lastVisitBefore: day.optional(),
  lastVisitAfter: day.optional(),
  band: churnBandName.optional(),
  noUsablePhone: flag.optional(),
  locality: z.enum(['local', 'out-of-town']).optional(),
  tag: text(30).optional(),
  advisorId: id.optional(),
  model: text(60).optional(),
}

/** One line of the customer's timeline; `kind` decides the sentence, `data` holds its values. */
export const timelineRow = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  vehicleId: id.nullable(),
  taskId: id.nullable(),
  actorName: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
})
export const searchHit = z.object({
  id,
  name: z.string(),
  phoneMasked: z.string().nullable(),
  plates: z.array(z.string()),
  model: z.string().nullable(),
  lastVisitOn: z.string().nullable(),
})

const one = { customerId: id }
export const customersContract = {
  list: route('GET', '/stores/{storeId}/customers', 'customer.read', 'Customers of a store, latest visit first')
    .input(ofStore({ ...pageInput, ...customerFilters }))
    .output(pageOf(customerRow)),
  count: route(
    'GET',
    '/stores/{storeId}/customers/count',
    'customer.read',
    'How many customers the filters leave (exact up to 10,000, then an estimate)',
  )
    .input(ofStore(customerFilters))
    .output(z.object({ count: z.number(), exact: z.boolean() })),
  search: route(
    'GET',
    '/stores/{storeId}/customers/search',
    'customer.read',
    'As one types: name, pinyin, initials, phone tail, plate part, VIN tail (BASE-07)',
  )
    .input(ofStore({ q: text(40).min(1), limit: z.coerce.number().int().min(1).max(50).default(20) }))
    .output(z.object({ hits: z.array(searchHit) })),
  export: route('GET', '/stores/{storeId}/customers/export', 'customer.export', 'The filtered list as .xlsx; logged')
    .input(ofStore(customerFilters))
    .output(file),
  caller: route('GET', '/stores/{storeId}/callers/{number}', 'customer.read', 'Who is calling (BASE-08)')
    .input(ofStore({ number: z.string().min(3).max(30) }))
    .output(z.object({ hits: z.array(searchHit) })),
  get: route('GET', '/stores/{storeId}/customers/{customerId}', 'customer.read', 'One customer')
    .input(ofStore(one))
    .output(customer),
  create: route('POST', '/stores/{storeId}/customers', 'customer.edit', 'Add a customer')
    .input(
      ofStore({
        ...customerFields.partial().required({ name: true }).shape,
        phones: z.array(z.string().max(40)).max(5).default([]),
      }),
    )
    .output(customer),
  update: route(
    'PATCH',
    '/stores/{storeId}/customers/{customerId}',
    'customer.edit',
    'Change a customer; what staff corrected wins over imports (BASE-11)',
  )
    .input(ofStore({ ...one, ...customerFields.partial().shape, version }))
    .output(customer),
  addPhone: route(
    'POST',
    '/stores/{storeId}/customers/{customerId}/phones',
    'customer.edit',
    'Add a number; blocked tasks resume',
  )
    .input(ofStore({ ...one, number: z.string().max(40), label: text(20).nullable().optional() }))
    .output(customer),
  setPhoneState: route(
    'PATCH',
    '/stores/{storeId}/customers/{customerId}/phones/{phoneId}',
    'customer.edit',
    'Mark a number usable, dead or wrong',
  )
    .input(ofStore({ ...one, phoneId: id, state: z.enum(phoneStates) }))
    .output(customer),
  unmask: route(
    'POST',
    '/stores/{storeId}/customers/{customerId}/phones/{phoneId}/unmask',
    'phone.unmask',
    'The full number; logged with the reason',
  )
    .input(
      ofStore({
        ...one,
        phoneId: id,
        reason: z.enum(['call', 'message', 'correction', 'other']),
        taskId: id.optional(),
      }),
    )
    .output(z.object({ number: z.string() })),
  timeline: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/timeline',
    'customer.read',
    'Every touch and visit, newest first (BASE-06)',
  )
    .input(ofStore({ ...one, ...pageInput }))
    .output(pageOf(timelineRow)),
  vcard: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/vcard',
    'phone.unmask',
    'vCard 4.0 for an advisor’s phone; logged',
  )
    .input(ofStore(one))
    .output(file),
  vcards: route('GET', '/stores/{storeId}/vcards', 'customer.export', 'vCards of an advisor’s customers; logged')
    .input(ofStore({ advisorId: id.optional() }))
    .output(file),
  churnBands: route(
    'GET',
    '/stores/{storeId}/settings/churn-bands',
    'setting.read',
    'Months since the last visit in which each churn band ends (KEEP-01)',
  )
    .input(ofStore({}))
    .output(churnBands.extend({ version: z.number() })),
  setChurnBands: route('PUT', '/stores/{storeId}/settings/churn-bands', 'setting.edit', 'Change the churn bands')
    .input(ofStore({ ...churnBands.shape, version: z.number().int().min(0) }))
    .output(churnBands.extend({ version: z.number() })),
  views: route('GET', '/stores/{storeId}/views/{page}', 'customer.read', 'Saved views of the signed-in person')
    .input(ofStore({ page: z.enum(['customers', 'calls']) }))
    .output(z.array(z.object({ id, name: z.string(), filters: z.record(z.string(), z.unknown()) }))),
  saveView: route('POST', '/stores/{storeId}/views/{page}', 'customer.read', 'Save the filters under a name')
    .input(
      ofStore({
        page: z.enum(['customers', 'calls']),
        name: text(30).min(1),
        filters: z.record(z.string().max(40), z.unknown()),
      }),
    )
    .output(z.object({ id })),
  deleteView: route('DELETE', '/stores/{storeId}/views/{page}/{viewId}', 'customer.read', 'Remove a saved view')
    .input(ofStore({ page: z.enum(['customers', 'calls']), viewId: id }))
    .output(done),
}
