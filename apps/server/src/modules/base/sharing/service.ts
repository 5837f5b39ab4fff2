import type { Scope } from '../../../platform/scope.ts'
import { monthOf, type Staff, shareMonth } from './sharing.ts'

/**
 * The monthly sharing out (BASE-10): from the 1st on, last month's new vehicles; those whose delivery is imported later join in
 * with the next run. `given` = how many were given now.
 */
export async function shareLastMonth(
  scope: Scope,
  staff: readonly Staff[],
): Promise<{ month: string; given: number; unassigned: number }> {
  const month = monthOf(scope.today).subtract({ months: 1 })
  return { month: month.toString(), ...(await shareMonth(scope, staff, month)) }
}
