import { callOutcomes, callResults, taskStates } from '@changhui/rules/words'
import { z } from 'zod'
import { day, fen, id, instant, odometerKm, text } from './meta.ts'

export const taskRow = z.object({
  id,
  programme: z.string(),
  /** Only a call is made by somebody; a message goes out by itself, a word at the reception waits for the car. */
  work: z.enum(['call', 'message', 'reception', 'desk']),
  state: z.enum(taskStates),
  customerId: id,
  customerName: z.string(),
  vehicleId: id.nullable(),
  plate: z.string().nullable(),
  model: z.string().nullable(),
  dueOn: z.string(),
  callBy: z.string(),
  closesOn: z.string(),
  nextAt: z.string().nullable(),
  priority: z.number(),
  attempts: z.number(),
  blockedBy: z.string().nullable(),
  /** Why the contact gate keeps it back until `nextAt` (CARE-18). */
  heldBy: z.string().nullable(),
  assigneeId: id.nullable(),
  assigneeName: z.string().nullable(),
  outcome: z.string().nullable(),
  claimedByName: z.string().nullable(),
  version: z.number(),
  /** What should be known at first sight, as codes; a row knows `at-reception` (CARE-03), the card all of them. */
  flags: z.array(z.string()),
})
export const attemptRow = z.object({
  id,
  at: z.string(),
  channel: z.string(),
  part: z.string().nullable(),
  result: z.string(),
  outcome: z.string().nullable(),
  note: z.string().nullable(),
  byName: z.string().nullable(),
})
/** All that the person on the phone needs, in one answer. */
export const taskCard = taskRow.extend({
  phones: z.array(
    z.object({ id, masked: z.string(), state: z.string(), label: z.string().nullable(), suggested: z.boolean() }),
  ),
  script: z.string(),
  why: z.record(z.string(), z.unknown()),
  attemptsSoFar: z.array(attemptRow),
  preferredHour: z.number().nullable(),
  lastVisits: z.array(z.object({ arrivedOn: z.string(), kind: z.string(), mileageKm: z.number().nullable() })),
})
export type TaskCard = z.infer<typeof taskCard>

/** The result of one call. `attemptId` is made by the page (UUID): sent twice, it counts once. */
export const callReport = z.object({
  attemptId: id,
  result: z.enum(callResults),
  phoneId: id.nullable(),
  note: text(500).optional(),
  outcome: z.enum(callOutcomes).optional(),
  appointment: z
    .object({
      day,
      time: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .nullable(),
      note: text(200).optional(),
    })
    .optional(),
  laterOn: day.optional(),
  callbackAt: instant.optional(),
  elsewhere: z
    .object({
      servedOn: day,
      shop: text(60).optional(),
      place: text(60).optional(),
      priceFen: fen.optional(),
      reason: text(120).optional(),
      odometerKm: odometerKm.optional(),
    })
    .optional(),
  odometerKm: odometerKm.optional(),
  complaint: text(1000).optional(),
  newOwner: z.object({ name: text(60).min(1), phone: z.string().max(40).optional() }).optional(),
})
/** What followed from the report: the decision of the rules as carried out. */
export const callConsequence = z.object({
  task: taskRow,
  decision: z.string(),
  nextAt: z.string().nullable(),
  sentMessage: z.boolean(),
  correctionTaskId: id.nullable(),
})
