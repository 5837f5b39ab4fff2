import { sqlState } from '../../platform/db.ts'
import { inStore, type StoreRequest } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { analyse } from './analysis/analysis.ts'
import { exportAnalysis } from './analysis/export.ts'
import { appointmentsOf, setAppointment } from './appointments/appointments.ts'
import { dayBoard } from './calls/board.ts'
import { taskCard } from './calls/card.ts'
import { claimNext, claimTask, releaseTask } from './calls/claim.ts'
import { exportCalls } from './calls/export.ts'
import { callList, customerTasks, failedReminders, numbersToFind } from './calls/list.ts'
import { reportCall } from './calls/report.ts'
import { messagesOf } from './messages/messages.ts'
import { planStore } from './service.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const { care } = os

/** Who meets another transaction half way may be its deadlock's victim: the work is safe to run again. */
async function again<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await inStore(context, work)
    } catch (error) {
      if (sqlState(error) !== '40P01' || left === 0) throw error
    }
  }
}

export const careRoutes = {
  calls: care.calls.handler(({ input, context }) => inStore(context, (scope) => callList(scope, input))),
  claimNext: care.claimNext.handler(({ input, context }) =>
    again(context, async (scope) => {
      const id = await claimNext(scope, input.programme)
      return { task: id === undefined ? null : await taskCard(scope, id) }
    }),
  ),
  claim: care.claim.handler(({ input, context }) =>
    again(context, async (scope) => {
      await claimTask(scope, input.taskId)
      return taskCard(scope, input.taskId)
    }),
  ),
  release: care.release.handler(({ input, context }) => inStore(context, (scope) => releaseTask(scope, input.taskId))),
  card: care.card.handler(({ input, context }) => again(context, (scope) => taskCard(scope, input.taskId))),
  report: care.report.handler(({ input: { storeId: _, taskId, ...report }, context }) =>
    again(context, (scope) => reportCall(scope, taskId, report)),
  ),
  ofCustomer: care.ofCustomer.handler(({ input, context }) =>
    inStore(context, (scope) => customerTasks(scope, input.customerId)),
  ),
  numbersToFind: care.numbersToFind.handler(({ input, context }) =>
    inStore(context, (scope) => numbersToFind(scope, input)),
  ),
  failures: care.failures.handler(({ input, context }) => inStore(context, (scope) => failedReminders(scope, input))),
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
  setAppointment: care.setAppointment.handler(({ input, context }) =>
    inStore(context, (scope) => setAppointment(scope, input.appointmentId, input)),
  ),
  messages: care.messages.handler(({ input, context }) => inStore(context, (scope) => messagesOf(scope, input))),
}
