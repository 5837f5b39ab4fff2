import { randomBytes } from 'node:crypto'
import { found } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { requireOutside } from './webhook-url.ts'

/** Webhooks of the store, newest first; never their secrets. */
export function listWebhooks(scope: Scope) {
  return scope.tx
    .selectFrom('webhook')
    .select(['id', 'url', 'events', 'enabled', 'failures', 'lastDeliveredAt'])
    .where('storeId', '=', scope.storeId)
    .orderBy('createdAt', 'desc')
    .execute()
}

/** Adds a webhook. The secret signs every delivery (HMAC-SHA256) and is shown here only. Throws for an inner address. */
export async function createWebhook(
  scope: Scope,
  webhook: { url: string; events: string[] },
  allowLoopback = false,
): Promise<{ id: string; secret: string }> {
  requireOutside(webhook.url, allowLoopback)
  const { storeId, now, actor } = scope
  const id = scope.newId()
  const secret = `whs_${randomBytes(32).toString('base64url')}`
  const events = [...new Set(webhook.events)]
  await scope.tx
    .insertInto('webhook')
    .values({ storeId, id, url: webhook.url, events, secret, createdAt: now.toString(), createdBy: actor.id })
    .execute()
  await recordAudit(scope, { action: 'webhook.created', subjectKind: 'webhook', subjectId: id, detail: { events } })
  return { id, secret }
}

/** Removes a webhook with what still waited for it. Throws NOT_FOUND. */
export async function removeWebhook(scope: Scope, id: string): Promise<void> {
  found(
    await scope.tx
      .deleteFrom('webhook')
      .where('storeId', '=', scope.storeId)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst(),
  )
  await recordAudit(scope, { action: 'webhook.removed', subjectKind: 'webhook', subjectId: id })
}
