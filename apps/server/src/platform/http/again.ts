import { sqlState } from '../db.ts'
import type { Scope } from '../scope.ts'
import { inStore, type StoreRequest } from './context.ts'

/** As `inStore`. Who meets another transaction half way may be its deadlock's victim: the work is safe to run again. */
export async function inStoreAgain<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await inStore(context, work)
    } catch (error) {
      if (sqlState(error) !== '40P01' || left === 0) throw error
    }
  }
}
