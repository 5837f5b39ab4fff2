import type { Platform } from '../../../platform/http/context.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { dispatchNotices } from './dispatch.ts'
import { endMissedCalls } from './missed.ts'
import { settleNotices } from './settle.ts'

export interface NoticeCount {
  /** Tasks that became messages, or could not. */
  readonly started: number
  readonly missed: number
  readonly settled: number
}

/**
 * One round of a store's notices: what messages came to, calls whose hour is over, open message tasks turned into messages. Each step
 * in transactions of its own, so that the thousands of a festival do not hold up the rest. May run twice at once.
 */
export async function workNotices(
  platform: Pick<Platform, 'pool' | 'clock'>,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
): Promise<NoticeCount> {
  const inStore = <T>(work: (scope: Scope) => Promise<T>) =>
    withStore(platform.pool, platform.clock, store, systemActor, work)
  const settled = await inStore(settleNotices)
  const missed = await inStore(endMissedCalls)
  let started = 0
  for (;;) {
    const taken = await inStore(dispatchNotices)
    started += taken
    if (taken === 0) break
  }
  return { started, missed, settled }
}
