import { COMPLETENESS_WEIGHTS, type CompletenessField } from '@changhui/rules/completeness'
import { MERGE_FIELDS } from '@changhui/rules/mergeCustomers'
import { z } from 'zod'
import { phoneRow } from './customers.ts'
import { day, done, id, odometerKm, ofStore, pageInput, pageOf, route, text, version } from './meta.ts'

const fieldValue = z.union([z.string(), z.number()]).nullable()
/** One of the records that may be one person, as they are shown side by side; numbers masked. */
export const duplicateRecord = z.object({
  id,
  version,
  fields: z.record(z.enum(MERGE_FIELDS), fieldValue),
  advisorName: z.string().nullable(),
  accountManagerName: z.string().nullable(),
  phones: z.array(phoneRow.pick({ masked: true, state: true })),
  vehicles: z.array(
    z.object({
      id,
      plate: z.string().nullable(),
      vin: z.string().nullable(),
      model: z.string().nullable(),
      relation: z.enum(['owner', 'driver', 'sender']),
      state: z.string(),
    }),
  ),
  tags: z.array(z.string()),
  doNotDisturb: z.boolean(),
  refused: z.array(z.string()),
  visits: z.number(),
  lastVisitOn: z.string().nullable(),
  openTasks: z.number(),
  createdAt: z.string(),
  score: z.number(),
})
export type DuplicateRecord = z.infer<typeof duplicateRecord>

const pair = z.object({ a: id, b: id, score: z.number(), reasons: z.array(z.string()) })
const duplicateGroup = z.object({
  /** The record proposed to stay: the most complete, then the one seen last. */
  survivorId: id,
  score: z.number(),
  records: z.array(duplicateRecord),
  pairs: z.array(pair),
})

const mergeRow = z.object({
  id,
  survivorId: id,
  survivorName: z.string(),
  mergedId: id,
  mergedName: z.string(),
  mergedAt: z.string(),
  mergedByName: z.string().nullable(),
  undoneAt: z.string().nullable(),
  undoneByName: z.string().nullable(),
  /** Rows that went over, by table. */
  moved: z.record(z.string(), z.number()),
})

const completenessFields = Object.keys(COMPLETENESS_WEIGHTS) as [CompletenessField, ...CompletenessField[]]
const missingField = z.object({
  field: z.enum(completenessFields),
  vehicleId: id.nullable(),
  plate: z.string().nullable(),
})
export const completenessAnswer = z.object({
  score: z.number(),
  missing: z.array(missingField),
  /** What to ask for at the next touch, the most valuable first. */
  ask: z.array(missingField),
})
export type CompletenessAnswer = z.infer<typeof completenessAnswer>

const pairInput = { oneId: id, otherId: id }
export const qualityContract = {
  duplicates: route(
    'GET',
    '/stores/{storeId}/duplicates',
    'customer.edit',
    'Customers that may be one person, with the evidence, surest first (BASE-09)',
  )
    .input(
      ofStore({
        level: z.enum(['likely', 'possible']).default('likely'),
        limit: z.coerce.number().int().min(1).max(100).default(30),
      }),
    )
    .output(z.object({ groups: z.array(duplicateGroup), total: z.number(), complete: z.boolean() })),
  merge: route(
    'POST',
    '/stores/{storeId}/merges',
    'customer.edit',
    'Merge two records of one customer; an opt-out on either side wins; can be undone',
  )
    .input(
      ofStore({
        survivorId: id,
        mergedId: id,
        survivorVersion: version,
        mergedVersion: version,
        /** Fields whose value is taken from the record that goes. */
        take: z.array(z.enum(MERGE_FIELDS)).max(MERGE_FIELDS.length).default([]),
      }),
    )
    .output(mergeRow),
  merges: route('GET', '/stores/{storeId}/merges', 'customer.edit', 'Merges, the latest first')
    .input(ofStore(pageInput))
    .output(pageOf(mergeRow)),
  undoMerge: route(
    'POST',
    '/stores/{storeId}/merges/{mergeId}/undo',
    'customer.edit',
    'Take a merge back: exactly what it moved returns',
  )
    .input(ofStore({ mergeId: id }))
    .output(mergeRow),
  notSame: route('POST', '/stores/{storeId}/not-duplicates', 'customer.edit', 'These two are two people; remembered')
    .input(ofStore(pairInput))
    .output(done),
  sameAgain: route(
    'DELETE',
    '/stores/{storeId}/not-duplicates/{oneId}/{otherId}',
    'customer.edit',
    'Forget that these two are two people',
  )
    .input(ofStore(pairInput))
    .output(done),
  completeness: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/completeness',
    'customer.read',
    'How complete a customer is, what is missing and what to ask for (BASE-09)',
  )
    .input(ofStore({ customerId: id }))
    .output(completenessAnswer),
  answer: route(
    'PATCH',
    '/stores/{storeId}/customers/{customerId}/completeness',
    'customer.edit',
    'Fill missing fields as the customer told them, all in one step',
  )
    .input(
      ofStore({
        customerId: id,
        /** The car the answers about a car belong to. */
        vehicleId: id.nullable().optional(),
        name: text(60).min(1).optional(),
        sex: z.enum(['male', 'female']).optional(),
        birthday: day.optional(),
        wechat: text(64).min(1).optional(),
        email: z.email().max(120).optional(),
        region: text(60).min(1).optional(),
        preferredChannel: z.enum(['call', 'sms', 'wechat', 'email']).optional(),
        consents: z.boolean().optional(),
        plate: text(20).min(1).optional(),
        deliveredOn: day.optional(),
        odometer: odometerKm.optional(),
        insuranceExpiry: day.optional(),
        inspectionDue: day.optional(),
        warrantyEnd: day.optional(),
      }),
    )
    .output(completenessAnswer),
}
