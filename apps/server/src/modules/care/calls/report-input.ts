import type { Attempt, CallReport as RuleReport } from '@changhui/rules/attempts'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import type { CallReport } from './report.ts'
import type { TaskFacts } from './rows.ts'

const missing = (field: string) => new Problem('BAD_REQUEST', 'outcome.detail-missing', { field, values: { field } })

/**
 * The report as the rules take it. BAD_REQUEST `outcome.detail-missing` naming what the outcome needs, `date.future` and
 * `date.past` for days that cannot be.
 */
export function toRuleReport(
  scope: Scope,
  task: Pick<TaskFacts, 'programme' | 'vehicleId'>,
  report: CallReport,
  call: Omit<Attempt, 'result'>,
): RuleReport {
  if (report.result !== 'reached') return { ...call, result: report.result }
  const outcome = report.outcome ?? (task.programme === 'complaint' ? 'later' : undefined)
  const today = scope.today.toString()
  switch (outcome) {
    case undefined:
      throw missing('outcome')
    case 'callback': {
      if (!report.callbackAt) throw missing('callbackAt')
      return { ...call, result: 'reached', outcome, wishAt: Temporal.Instant.from(report.callbackAt) }
    }
    case 'later':
      if (report.laterOn && report.laterOn < today) throw new Problem('BAD_REQUEST', 'date.past', { field: 'laterOn' })
      return {
        ...call,
        result: 'reached',
        outcome,
        on: report.laterOn ? Temporal.PlainDate.from(report.laterOn) : null,
      }
    case 'mileage-not-reached':
      return { ...call, result: 'reached', outcome, km: task.vehicleId ? (report.odometerKm ?? null) : null }
    case 'booked':
      if (!report.appointment) throw missing('appointment')
      if (report.appointment.day < today) throw new Problem('BAD_REQUEST', 'date.past', { field: 'appointment.day' })
      return { ...call, result: 'reached', outcome }
    case 'elsewhere':
      if (!report.elsewhere) throw missing('elsewhere')
      if (report.elsewhere.servedOn > today) {
        throw new Problem('BAD_REQUEST', 'date.future', { field: 'elsewhere.servedOn' })
      }
      return { ...call, result: 'reached', outcome }
    case 'complaint':
      if (!report.complaint) throw missing('complaint')
      return { ...call, result: 'reached', outcome }
    default:
      return { ...call, result: 'reached', outcome }
  }
}
