import { sqlState } from '../db.ts'
import type { Scope } from '../scope.ts'
import { inStore, type StoreRequest } from './context.ts'

/** As `inStore`, with `again`. */
export function inStoreAgain<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  return again(() => inStore(context, work))
}

/** A transaction that meets another one half way may be its deadlock's victim: the work is safe to run again. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (sqlState(error) !== '40P01' || left === 0) throw error
    }
  }
}
