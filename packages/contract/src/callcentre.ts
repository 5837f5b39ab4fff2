import { callDirections, callEventKinds } from '@changhui/rules/phoneCall'
import { z } from 'zod'
import { done, id, instant, ofStore, route, text } from './meta.ts'

const extension = text(20).regex(/^[0-9A-Za-z*#._-]+$/)
/** http(s) only: anything else would run on the page that shows it. */
const recordingUrl = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .regex(/^https?:\/\//)

/** A customer whose number rings, as the pop-up shows him. */
const callerKnown = z.object({
  customerId: id,
  name: z.string(),
  doNotDisturb: z.boolean(),
  vehicles: z.array(
    z.object({ plate: z.string().nullable(), model: z.string().nullable(), lastVisitOn: z.string().nullable() }),
  ),
  /** `call`: it stands in the call list; else a word at the reception, a message, work at a desk. */
  tasks: z.array(z.object({ id, programme: z.string(), dueOn: z.string(), call: z.boolean() })),
})
export const ringingCall = z.object({
  id,
  phase: z.enum(['ringing', 'talking']),
  since: z.string(),
  /** Masked when somebody known has it; the full number of a stranger, to be entered. Null: withheld. */
  number: z.string().nullable(),
  known: z.array(callerKnown),
})
export type RingingCall = z.infer<typeof ringingCall>

export const callCentreContract = {
  pushEvent: route(
    'POST',
    '/stores/{storeId}/call-events',
    'phone-call.push',
    'The call centre tells of a call; the same event again, or out of order, changes nothing (API-02)',
  )
    .input(
      ofStore({
        /** The call centre's own id of the call. */
        callId: text(100).min(1),
        event: z.enum(callEventKinds),
        at: instant,
        direction: z.enum(callDirections).optional(),
        /** The other end: the caller's number, or the one that was dialled. */
        number: text(40).optional(),
        extension: extension.optional(),
        recordingUrl: recordingUrl.optional(),
        /** As the dial request gave them: they tie an outgoing call to its task and attempt. */
        dialId: id.optional(),
        taskId: id.optional(),
      }),
    )
    .output(z.object({ id })),
  mine: route(
    'GET',
    '/stores/{storeId}/phone-calls/mine',
    'customer.read',
    'Calls that ring or run at my extension, with who it is (BASE-08)',
  )
    .input(ofStore({}))
    .output(z.object({ extension: z.string().nullable(), calls: z.array(ringingCall) })),
  dial: route(
    'POST',
    '/stores/{storeId}/tasks/{taskId}/dial',
    'phone.unmask',
    'Ring my extension and then the customer; without a telephone system the number comes back to be dialled. Logged',
  )
    .input(ofStore({ taskId: id, phoneId: id, dialId: id, attemptId: id }))
    .output(
      z.object({
        number: z.string(),
        sent: z.boolean(),
        /** Why the page has to dial itself. */
        because: z.enum(['no-hook', 'no-extension', 'hook-failed']).nullable(),
      }),
    ),
  openRecording: route(
    'POST',
    '/stores/{storeId}/phone-calls/{callId}/recording',
    'recording.listen',
    'The link to a call’s recording; logged',
  )
    .input(ofStore({ callId: id }))
    .output(z.object({ url: z.string() })),
  settings: route(
    'GET',
    '/stores/{storeId}/settings/call-centre',
    'setting.read',
    'Who sits at which extension, and where “dial” is sent',
  )
    .input(ofStore({}))
    .output(
      z.object({
        extensions: z.array(z.object({ extension: z.string(), userId: id, name: z.string() })),
        hookUrl: z.string().nullable(),
      }),
    ),
  setExtension: route(
    'PUT',
    '/stores/{storeId}/settings/call-centre/extensions/{userId}',
    'setting.edit',
    'Give a person an extension; null takes it away',
  )
    .input(ofStore({ userId: id, extension: extension.nullable() }))
    .output(done),
  setHook: route(
    'PUT',
    '/stores/{storeId}/settings/call-centre/hook',
    'integration.manage',
    'Where “dial” is sent; the signing secret is shown once. Null takes it away',
  )
    .input(ofStore({ url: z.url().max(500).nullable() }))
    .output(z.object({ secret: z.string().nullable() })),
}
