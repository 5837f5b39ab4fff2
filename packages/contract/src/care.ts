import { z } from 'zod'
import { callConsequence, callReport, taskCard, taskRow } from './calls.ts'
import { day, file, id, ofStore, pageInput, pageOf, receptionFlags, route, text, version } from './meta.ts'
import { dueWhy } from './vehicles.ts'

const listFilters = {
  programme: z.string().max(60).optional(),
  when: z.enum(['now', 'today', 'all']).default('now'),
  query: text(40).optional(),
  /** `all`: also what is assigned to others or their role's work; for who may supervise, else as `mine`. */
  whose: z.enum(['mine', 'all']).default('mine'),
  /** Only what this person is assigned to; `none`: what nobody is. */
  assignee: z.union([id, z.literal('none')]).optional(),
}
/** Reminders that failed: of one programme, of one month `2026-11` by the day they failed. */
const failureFilters = {
  programme: z.string().max(60).optional(),
  month: z
    .string()
    .regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/)
    .optional(),
}
export const failureRow = taskRow.extend({ closedAt: z.string().nullable(), reason: z.string().nullable() })
export const boardRow = z.object({
  userId: id.nullable(),
  name: z.string(),
  calls: z.number(),
  reached: z.number(),
  booked: z.number(),
  done: z.number(),
  lastCallAt: z.string().nullable(),
  calling: z.string().nullable(),
})
export const analysisRow = z.object({
  period: z.string(),
  from: z.string(),
  to: z.string(),
  due: z.number(),
  reminded: z.number(),
  reached: z.number(),
  booked: z.number(),
  returned: z.number(),
  failed: z.number(),
  elsewhere: z.number(),
})

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .nullable()
const changedAppointment = z.object({
  id,
  day: z.string(),
  time: z.string().nullable(),
  state: z.string(),
  version: z.number(),
})

const task = { taskId: id }
export const careContract = {
  calls: route('GET', '/stores/{storeId}/calls', 'task.work', 'Today’s call list by hour and priority (CARE-21)')
    .input(ofStore({ ...pageInput, ...listFilters }))
    .output(
      pageOf(taskRow).extend({ waiting: z.number(), later: z.number(), doneToday: z.number(), dueToday: z.number() }),
    ),
  claimNext: route(
    'POST',
    '/stores/{storeId}/calls/next',
    'task.work',
    'Take the next call; two people never get the same one',
  )
    .input(ofStore({ programme: z.string().max(60).optional() }))
    .output(
      z.object({
        task: taskCard.nullable(),
        /** When the store is closed now: when calling begins again. */
        opensAt: z.string().nullable(),
      }),
    ),
  claim: route('POST', '/stores/{storeId}/tasks/{taskId}/claim', 'task.work', 'Take this call')
    .input(ofStore(task))
    .output(taskCard),
  release: route('POST', '/stores/{storeId}/tasks/{taskId}/release', 'task.work', 'Put the call back')
    .input(ofStore(task))
    .output(taskRow),
  card: route(
    'GET',
    '/stores/{storeId}/tasks/{taskId}',
    'task.work',
    'One task with its script, re-checked against the facts (CARE-23)',
  )
    .input(ofStore(task))
    .output(taskCard),
  report: route(
    'POST',
    '/stores/{storeId}/tasks/{taskId}/report',
    'task.work',
    'Report a call and carry out its consequences (CARE-14, CARE-15)',
  )
    .input(ofStore({ ...task, ...callReport.shape }))
    .output(callConsequence),
  workload: route(
    'GET',
    '/stores/{storeId}/workload',
    'task.supervise',
    'Open calls by person and programme, and who could take them',
  )
    .input(ofStore({}))
    .output(
      z.object({
        rows: z.array(
          z.object({
            assigneeId: id.nullable(),
            assigneeName: z.string().nullable(),
            programme: z.string(),
            open: z.number(),
            overdue: z.number(),
          }),
        ),
        people: z.array(z.object({ userId: id, name: z.string(), roles: z.array(z.string()) })),
      }),
    ),
  assign: route(
    'POST',
    '/stores/{storeId}/tasks/assign',
    'task.supervise',
    'Give calls to a person, or back to all: some by their ids, or the most urgent of somebody’s (CARE-21)',
  )
    .input(
      ofStore({
        to: id.nullable(),
        taskIds: z.array(id).min(1).max(500).optional(),
        /** Whose calls; null: those nobody is assigned to. Not read when ids are given. */
        from: id.nullable().optional(),
        programme: z.string().max(60).optional(),
        most: z.number().int().min(1).max(5_000).default(500),
      }),
    )
    .output(z.object({ assigned: z.number() })),
  ofCustomer: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/tasks',
    'customer.read',
    'Open and past tasks of a customer',
  )
    .input(ofStore({ customerId: id }))
    .output(z.array(taskRow)),
  dueOfCustomer: route(
    'GET',
    '/stores/{storeId}/customers/{customerId}/due',
    'customer.read',
    'Every care about the customer rather than a car, with its day and reason',
  )
    .input(ofStore({ customerId: id }))
    .output(z.array(dueWhy)),
  numbersToFind: route('GET', '/stores/{storeId}/numbers-to-find', 'task.work', 'Due customers without a usable number')
    .input(ofStore(pageInput))
    .output(pageOf(taskRow).extend({ total: z.number() })),
  failures: route('GET', '/stores/{storeId}/failures', 'task.work', 'Reminders that failed')
    .input(ofStore({ ...pageInput, ...failureFilters }))
    .output(pageOf(failureRow).extend({ total: z.number() })),
  failuresExport: route(
    'GET',
    '/stores/{storeId}/failures/export',
    'task.supervise',
    'Reminders that failed as .xlsx, numbers masked; logged',
  )
    .input(ofStore(failureFilters))
    .output(file),
  board: route('GET', '/stores/{storeId}/board', 'task.supervise', 'The day’s completion, live')
    .input(ofStore({ day: day.optional() }))
    .output(
      z.object({
        day: z.string(),
        programmes: z.array(
          z.object({
            programme: z.string(),
            due: z.number(),
            done: z.number(),
            attempting: z.number(),
            open: z.number(),
            failed: z.number(),
            overdue: z.number(),
            blocked: z.number(),
            /** Kept back by the contact gate. */
            held: z.number(),
            work: z.enum(['call', 'message', 'reception', 'desk']),
          }),
        ),
        people: z.array(boardRow),
        hours: z.array(z.object({ hour: z.number(), calls: z.number(), reached: z.number() })),
        recent: z.array(
          z.object({
            at: z.string(),
            name: z.string(),
            result: z.string(),
            outcome: z.string().nullable(),
            customerName: z.string(),
          }),
        ),
      }),
    ),
  plan: route(
    'POST',
    '/stores/{storeId}/plan',
    'task.supervise',
    'Run the daily plan now; running it twice makes nothing twice',
  )
    .input(ofStore({ day: day.optional() }))
    .output(z.record(z.string(), z.object({ due: z.number(), created: z.number() }))),
  analysis: route(
    'GET',
    '/stores/{storeId}/analysis/{programme}',
    'analysis.read',
    'Weekly or monthly analysis of a programme (CARE-17)',
  )
    .input(
      ofStore({ programme: z.string().max(60), by: z.enum(['week', 'month']).default('month'), from: day, to: day }),
    )
    .output(
      z.object({
        rows: z.array(analysisRow),
        reasons: z.array(z.object({ outcome: z.string(), count: z.number() })),
        elsewhere: z.array(
          z.object({
            shop: z.string(),
            place: z.string().nullable(),
            count: z.number(),
            averageFen: z.number().nullable(),
            reasons: z.array(z.string()),
          }),
        ),
      }),
    ),
  analysisExport: route(
    'GET',
    '/stores/{storeId}/analysis/{programme}/export',
    'analysis.read',
    'The analysis as .xlsx; logged',
  )
    .input(
      ofStore({ programme: z.string().max(60), by: z.enum(['week', 'month']).default('month'), from: day, to: day }),
    )
    .output(file),
  callsExport: route(
    'GET',
    '/stores/{storeId}/calls/export',
    'task.supervise',
    'The call list as .xlsx, numbers masked; logged',
  )
    .input(ofStore(listFilters))
    .output(file),
  appointments: route('GET', '/stores/{storeId}/appointments', 'appointment.read', 'Appointments of some days')
    .input(ofStore({ from: day, to: day }))
    .output(
      z.array(
        z.object({
          id,
          customerId: id,
          customerName: z.string(),
          plate: z.string().nullable(),
          day: z.string(),
          time: z.string().nullable(),
          note: z.string().nullable(),
          state: z.string(),
          version: z.number(),
          flags: receptionFlags,
        }),
      ),
    ),
  addAppointment: route(
    'POST',
    '/stores/{storeId}/appointments',
    'appointment.edit',
    'Book for a customer who rang or came by himself; closes the reminder it answers (BASE-08, CARE-23)',
  )
    .input(
      ofStore({
        /** Made by the page (UUID): sent twice, it is booked once. */
        appointmentId: id,
        customerId: id,
        vehicleId: id,
        day,
        time: timeOfDay,
        note: text(200).optional(),
      }),
    )
    .output(changedAppointment),
  setAppointment: route(
    'PATCH',
    '/stores/{storeId}/appointments/{appointmentId}',
    'appointment.edit',
    'Move, cancel or mark kept',
  )
    .input(
      ofStore({
        appointmentId: id,
        version,
        day: day.optional(),
        time: timeOfDay.optional(),
        state: z.enum(['booked', 'kept', 'cancelled']).optional(),
      }),
    )
    .output(changedAppointment),
}
