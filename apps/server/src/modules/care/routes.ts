import { may } from '@changhui/rules/permissions'
import { inStoreAgain as again } from '../../platform/http/again.ts'
import { inStore, type StoreRequest } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { found, Problem } from '../../platform/problem.ts'
import { listStaff } from '../staff/service.ts'
import { analyse } from './analysis/analysis.ts'
import { exportAnalysis } from './analysis/export.ts'
import { appointmentsOf, setAppointment } from './appointments/appointments.ts'
import { addAppointment } from './appointments/book.ts'
import { assignTasks, workload } from './calls/assign.ts'
import { dayBoard } from './calls/board.ts'
import { taskCard } from './calls/card.ts'
import { claimNext, claimTask, releaseTask, requireTaken } from './calls/claim.ts'
import { type Caller, closedUntil } from './calls/desk.ts'
import { exportCalls } from './calls/export.ts'
import { callList, customerTasks } from './calls/list.ts'
import { reportCall } from './calls/report.ts'
import { exportFailures, failedReminders, numbersToFind } from './calls/wanting.ts'
import { explainCustomer, planStore } from './service.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const { care } = os

/** Accounts stand outside the store's scope: who works here is looked up before. */
async function callerOf({ platform, store }: StoreRequest): Promise<Caller> {
  const staff = await listStaff(platform, store.id)
  // whoever holds a role by the group calls as one who holds it in the store
  return {
    roles: store.roles,
    staff: staff.map((one) => ({ ...one, roles: [...new Set([...one.roles, ...one.groupRoles])] })),
  }
}

export const careRoutes = {
  calls: care.calls.handler(async ({ input, context }) => {
    const caller = await callerOf(context)
    const whose = may(context.store.roles, 'task.supervise') ? input.whose : 'mine'
    return inStore(context, (scope) => callList(scope, { ...input, whose }, caller))
  }),
  claimNext: care.claimNext.handler(async ({ input, context }) => {
    const caller = await callerOf(context)
    return again(context, async (scope) => {
      const id = await claimNext(scope, input.programme, caller)
      const task = id === undefined ? null : await taskCard(scope, id)
      return { task, opensAt: task ? null : await closedUntil(scope) }
    })
  }),
  claim: care.claim.handler(async ({ input, context }) => {
    const answer = await again(context, async (scope) => {
      const claim = await claimTask(scope, input.taskId)
      return { claim, card: claim.taken ? await taskCard(scope, input.taskId) : null }
    })
    requireTaken(answer.claim, context.store.timeZone)
    return found(answer.card ?? undefined)
  }),
  workload: care.workload.handler(async ({ context }) => {
    const { staff } = await callerOf(context)
    return inStore(context, (scope) => workload(scope, staff))
  }),
  assign: care.assign.handler(async ({ input, context }) => {
    const { staff } = await callerOf(context)
    return again(context, (scope) => assignTasks(scope, input, staff))
  }),
  release: care.release.handler(({ input, context }) => inStore(context, (scope) => releaseTask(scope, input.taskId))),
  card: care.card.handler(({ input, context }) => again(context, (scope) => taskCard(scope, input.taskId))),
  report: care.report.handler(({ input: { storeId: _, taskId, ...report }, context }) =>
    again(context, (scope) => reportCall(scope, taskId, report)),
  ),
  ofCustomer: care.ofCustomer.handler(({ input, context }) =>
    inStore(context, (scope) => customerTasks(scope, input.customerId)),
  ),
  dueOfCustomer: care.dueOfCustomer.handler(({ input, context }) =>
    inStore(context, async (scope) => [...(await explainCustomer(scope, input.customerId))]),
  ),
  numbersToFind: care.numbersToFind.handler(({ input, context }) =>
    inStore(context, (scope) => numbersToFind(scope, input)),
  ),
  failures: care.failures.handler(({ input, context }) => inStore(context, (scope) => failedReminders(scope, input))),
  failuresExport: care.failuresExport.handler(({ input, context }) =>
    inStore(context, (scope) => exportFailures(scope, input)),
  ),
  board: care.board.handler(({ input, context }) =>
    inStore(context, (scope) => dayBoard(scope, input.day ? day(input.day) : scope.today)),
  ),
  plan: care.plan.handler(({ input, context }) =>
    again(context, (scope) => {
      // a day to come is planned when it comes: its facts are not known yet
      if (input.day && input.day > scope.today.toString())
        throw new Problem('BAD_REQUEST', 'date.future', { field: 'day' })
      return planStore(scope, input.day ? day(input.day) : scope.today)
    }),
  ),
  analysis: care.analysis.handler(({ input, context }) =>
    inStore(context, (scope) => analyse(scope, input.programme, input.by, day(input.from), day(input.to))),
  ),
  analysisExport: care.analysisExport.handler(({ input, context }) =>
    inStore(context, (scope) => exportAnalysis(scope, input.programme, input.by, day(input.from), day(input.to))),
  ),
  callsExport: care.callsExport.handler(({ input, context }) => inStore(context, (scope) => exportCalls(scope, input))),
  appointments: care.appointments.handler(({ input, context }) =>
    inStore(context, (scope) => appointmentsOf(scope, input.from, input.to)),
  ),
  addAppointment: care.addAppointment.handler(({ input: { storeId: _, appointmentId: id, ...wish }, context }) =>
    again(context, (scope) => addAppointment(scope, { ...wish, id })),
  ),
  setAppointment: care.setAppointment.handler(({ input, context }) =>
    again(context, (scope) => setAppointment(scope, input.appointmentId, input)),
  ),
}
