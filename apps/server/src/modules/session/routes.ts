import { os } from '../../platform/http/implement.ts'
import { describe, setUp, setupStatus } from './service.ts'

export const sessionRoutes = {
  me: os.session.me.handler(({ context }) => describe(context.platform, context.principal)),
  setupStatus: os.session.setupStatus.handler(({ context }) => setupStatus(context.platform)),
  setup: os.session.setup.handler(async ({ input, context }) => {
    await setUp(context.platform, input)
    return { ok: true as const }
  }),
}
