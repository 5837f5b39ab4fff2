import { z } from 'zod'
import { done, id, ofStore, route, text } from './meta.ts'

export const webhookEvents = [
  'task.created',
  'task.closed',
  'call.reported',
  'appointment.booked',
  'customer.changed',
  'visit.recorded',
] as const
export const integrationsContract = {
  keys: route('GET', '/stores/{storeId}/api-keys', 'integration.manage', 'API keys of the store')
    .input(ofStore({}))
    .output(
      z.array(
        z.object({
          id,
          name: z.string(),
          start: z.string(),
          createdAt: z.string(),
          lastUsedAt: z.string().nullable(),
          roles: z.array(z.string()),
        }),
      ),
    ),
  createKey: route(
    'POST',
    '/stores/{storeId}/api-keys',
    'integration.manage',
    'Make an API key; the secret is shown once',
  )
    .input(
      ofStore({
        name: text(40).min(1),
        role: z.enum(['information-clerk', 'care-manager', 'marketing', 'call-centre']),
      }),
    )
    .output(z.object({ id, secret: z.string() })),
  revokeKey: route('DELETE', '/stores/{storeId}/api-keys/{keyId}', 'integration.manage', 'Take a key back')
    .input(ofStore({ keyId: id }))
    .output(done),
  webhooks: route('GET', '/stores/{storeId}/webhooks', 'integration.manage', 'Webhooks of the store')
    .input(ofStore({}))
    .output(
      z.array(
        z.object({
          id,
          url: z.string(),
          events: z.array(z.string()),
          enabled: z.boolean(),
          failures: z.number(),
          lastDeliveredAt: z.string().nullable(),
        }),
      ),
    ),
  createWebhook: route(
    'POST',
    '/stores/{storeId}/webhooks',
    'integration.manage',
    'Add a webhook; the signing secret is shown once',
  )
    .input(ofStore({ url: z.url().max(500), events: z.array(z.enum(webhookEvents)).min(1) }))
    .output(z.object({ id, secret: z.string() })),
  removeWebhook: route('DELETE', '/stores/{storeId}/webhooks/{webhookId}', 'integration.manage', 'Remove a webhook')
    .input(ofStore({ webhookId: id }))
    .output(done),
}
