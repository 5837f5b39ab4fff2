import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { found } from '../../platform/problem.ts'
import { listStaff } from '../staff/service.ts'
import { dial } from './dial.ts'
import { takeCallEvent } from './events.ts'
import { myCalls } from './ringing.ts'
import { openRecording } from './service.ts'
import { callCentreSettings, setDialHook, setExtension } from './settings.ts'

const ok = { ok: true as const }
const { callCentre } = os

export const callCentreRoutes = {
  pushEvent: callCentre.pushEvent.handler(({ input: { storeId: _, ...event }, context }) =>
    inStore(context, (scope) => takeCallEvent(scope, event)),
  ),
  mine: callCentre.mine.handler(({ context }) => inStore(context, myCalls)),
  dial: callCentre.dial.handler(({ input, context }) =>
    dial(context.platform, context.store, context.principal.actor, input),
  ),
  openRecording: callCentre.openRecording.handler(({ input, context }) =>
    inStore(context, (scope) => openRecording(scope, input.callId)),
  ),
  settings: callCentre.settings.handler(({ context }) => inStore(context, callCentreSettings)),
  setExtension: callCentre.setExtension.handler(async ({ input, context }) => {
    // accounts stand outside the store's scope
    const staff = await listStaff(context.platform, context.store.id)
    found(staff.find((one) => one.userId === input.userId))
    await inStore(context, (scope) => setExtension(scope, input.userId, input.extension))
    return ok
  }),
  setHook: callCentre.setHook.handler(({ input, context }) =>
    inStore(context, (scope) => setDialHook(scope, input.url), { keepAnswer: false }),
  ),
}
