import { sealOf } from '../../platform/auth/seal.ts'
import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { noticesOfMonth } from '../care/service.ts'
import { addAlert, liftAlert, listAlerts, noticesFollow, touchRegions } from './alerts.ts'
import { pollWeather } from './service.ts'
import { changeSettings, settingsOf, sourceOf } from './settings.ts'

const { weather } = os

export const weatherRoutes = {
  notices: weather.notices.handler(({ input, context }) =>
    inStore(context, (scope) => noticesOfMonth(scope, input.month)),
  ),
  alerts: weather.alerts.handler(({ input, context }) =>
    inStore(context, async (scope) => ({
      rows: await listAlerts(scope, input.all === true),
      source: await sourceOf(scope),
    })),
  ),
  addAlert: weather.addAlert.handler(({ input, context }) => inStore(context, (scope) => addAlert(scope, input))),
  liftAlert: weather.liftAlert.handler(({ input, context }) =>
    inStore(context, (scope) => liftAlert(scope, input.alertId)),
  ),
  check: weather.check.handler(async ({ context }) => {
    await pollWeather(context.platform, context.store)
    return inStore(context, sourceOf)
  }),
  settings: weather.settings.handler(({ context }) => inStore(context, settingsOf)),
  updateSettings: weather.updateSettings.handler(({ input: { storeId: _, ...change }, context }) =>
    inStore(context, async (scope) => {
      const changed = await changeSettings(scope, sealOf(context.platform.config), change)
      await touchRegions(scope)
      await noticesFollow(scope)
      return changed
    }),
  ),
}
