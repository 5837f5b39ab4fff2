import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { createKey, listKeys, revokeKey } from './keys.ts'
import { createWebhook, listWebhooks, removeWebhook } from './webhooks.ts'

const ok = { ok: true as const }
const secretAnswer = { keepAnswer: false }

export const integrationsRoutes = {
  keys: os.integrations.keys.handler(({ context }) => inStore(context, listKeys)),
  createKey: os.integrations.createKey.handler(({ input, context }) =>
    inStore(context, (scope) => createKey(scope, { name: input.name, role: input.role }), secretAnswer),
  ),
  revokeKey: os.integrations.revokeKey.handler(async ({ input, context }) => {
    await inStore(context, (scope) => revokeKey(scope, input.keyId))
    context.platform.sessions?.forget(input.keyId)
    return ok
  }),
  webhooks: os.integrations.webhooks.handler(({ context }) => inStore(context, listWebhooks)),
  createWebhook: os.integrations.createWebhook.handler(({ input, context }) =>
    inStore(context, (scope) => createWebhook(scope, { url: input.url, events: input.events }), secretAnswer),
  ),
  removeWebhook: os.integrations.removeWebhook.handler(({ input, context }) =>
    inStore(context, async (scope) => {
      await removeWebhook(scope, input.webhookId)
      return ok
    }),
  ),
}
