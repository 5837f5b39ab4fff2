import { sqlState } from '../db.ts'
import type { Scope } from '../scope.ts'
import { inStore, type StoreRequest } from './context.ts'

/** As `inStore`, with `again`: its answer is kept under the same key, whichever try it came from. */
export function inStoreAgain<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  const { once } = context
  const calls = once?.calls ?? 0
  return again(() => {
    // what was rolled back took no number: under the next one the same request sent again would not find its answer
    if (once) once.calls = calls
    return inStore(context, work)
  })
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
