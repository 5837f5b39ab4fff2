import { sqlState } from '../db.ts'
import type { Scope } from '../scope.ts'
import { inStore, type StoreRequest } from './context.ts'

/**
 * As `inStore`. Who meets another transaction half way may be its deadlock's victim: the work is safe to run again, and its answer is
 * kept under the same key.
 */
export async function inStoreAgain<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  const { once } = context
  const calls = once?.calls ?? 0
  for (let left = 3; ; left--) {
    // what was rolled back took no number: under the next one the same request sent again would not find its answer
    if (once) once.calls = calls
    try {
      return await inStore(context, work)
    } catch (error) {
      if (sqlState(error) !== '40P01' || left === 0) throw error
    }
  }
}
