import { sealOf } from '../../platform/auth/seal.ts'
import type { Platform } from '../../platform/http/context.ts'
import { type StoreContext, systemActor, withStore } from '../../platform/scope.ts'
import { endWhatIsOver, noticesFollow, takeAlerts, touchRegions } from './alerts.ts'
import { type Asking, askProvider } from './provider.ts'
import { accountOf, noteChecked } from './settings.ts'

/**
 * Asks a store's weather provider, outside any transaction, and takes over what it has in force; then regions and notices
 * follow. Without a provider only the regions of new customers are looked at. A failure is noted for the page; it is no error of
 * the job, which asks again in a while. Returns the problem, null when it went well or nobody is to be asked.
 */
export async function pollWeather(
  platform: Pick<Platform, 'pool' | 'clock' | 'config'>,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  asking: Asking = {},
): Promise<string | null> {
  const inStore = <T>(work: Parameters<typeof withStore<T>>[4]) =>
    withStore(platform.pool, platform.clock, store, systemActor, work)
  const account = await inStore((scope) => accountOf(scope, sealOf(platform.config)))
  const { key } = account ?? {}
  const answer =
    account && (key ? await askProvider({ ...account, key }, asking) : { problem: 'key-unreadable' as const })
  return inStore(async (scope) => {
    if (answer && 'problem' in answer) await noteChecked(scope, answer.problem)
    else if (answer) {
      await noteChecked(scope, null, answer.attributions)
      await takeAlerts(scope, answer.alerts)
    }
    await endWhatIsOver(scope)
    await touchRegions(scope)
    await noticesFollow(scope)
    return answer && 'problem' in answer ? answer.problem : null
  })
}
