import type { Scope } from '../../platform/scope.ts'
import { drawLastMonth } from './audit.ts'

/** The monthly work of the area, for the jobs: draws last month's renewal calls once. True when it did. */
export function monthlyInsuranceWork(scope: Scope): Promise<boolean> {
  return drawLastMonth(scope)
}
