import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '@changhui/rules/permissions'
import { permissionsOf } from '../../platform/auth/principal.ts'
import { inScope } from '../../platform/db.ts'
import type { Platform, Principal } from '../../platform/http/context.ts'
import { found } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'

/** `chk_` + the store's id + `_` + 256 random bits: the key names its store, so that looking it up asks one store. */
const form = /^chk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/

const digest = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Keys in force, newest first. */
export async function listKeys(scope: Scope) {
  const rows = await scope.tx
    .selectFrom('apiKey')
    .select(['id', 'name', 'start', 'createdAt', 'lastUsedAt', 'role'])
    .where('storeId', '=', scope.storeId)
    .where('revokedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .execute()
  return rows.map(({ role, ...row }) => ({ ...row, roles: [role] }))
}

/** Makes a key that acts with one role in this store. The secret is returned here and kept nowhere. */
export async function createKey(
  scope: Scope,
  key: { name: string; role: Role },
): Promise<{ id: string; secret: string }> {
  const { storeId, now, actor } = scope
  const id = scope.newId()
  const secret = `chk_${storeId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`
  const start = secret.slice(-43, -37)
  await scope.tx
    .insertInto('apiKey')
    .values({ ...key, storeId, id, start, secretHash: digest(secret), createdAt: now.toString(), createdBy: actor.id })
    .execute()
  await recordAudit(scope, {
    action: 'api-key.created',
    subjectKind: 'api-key',
    subjectId: id,
    detail: { role: key.role },
  })
  return { id, secret }
}

/** Takes a key back; it stops at once in this process and within seconds in others. Throws NOT_FOUND. */
export async function revokeKey(scope: Scope, id: string): Promise<void> {
  found(
    await scope.tx
      .updateTable('apiKey')
      .set({ revokedAt: scope.now.toString() })
      .where('storeId', '=', scope.storeId)
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .returning('id')
      .executeTakeFirst(),
  )
  await recordAudit(scope, { action: 'api-key.revoked', subjectKind: 'api-key', subjectId: id })
}

/** The principal of a key: one role in one store; undefined for a key that is unknown, malformed or taken back. */
export async function principalOfKey(platform: Platform, secret: string): Promise<Principal | undefined> {
  const match = form.exec(secret)
  if (!match?.[1]) return undefined
  const storeId = match[1].replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const now = platform.clock.now()
  return inScope(platform.pool, [storeId], async (tx) => {
    const row = await tx
      .selectFrom('apiKey')
      .innerJoin('store', 'store.id', 'apiKey.storeId')
      .select(['apiKey.id', 'apiKey.name', 'apiKey.role', 'apiKey.lastUsedAt'])
      .select(['store.code', 'store.name as storeName', 'store.timeZone', 'store.demo'])
      .where('apiKey.storeId', '=', storeId)
      .where('apiKey.secretHash', '=', digest(secret))
      .where('apiKey.revokedAt', 'is', null)
      .executeTakeFirst()
    if (!row) return undefined
    // by the hour is near enough, and a busy key does not rewrite its row all day
    const stale = !row.lastUsedAt || Temporal.Instant.from(row.lastUsedAt).until(now).total('hours') >= 1
    if (stale)
      await tx
        .updateTable('apiKey')
        .set({ lastUsedAt: now.toString() })
        .where('storeId', '=', storeId)
        .where('id', '=', row.id)
        .execute()
    const roles = [row.role as Role]
    const store = { id: storeId, code: row.code, name: row.storeName, timeZone: row.timeZone, demo: row.demo }
    return {
      actor: { id: row.id, name: row.name },
      username: `key:${row.name}`,
      stores: [{ ...store, roles, permissions: permissionsOf(roles) }],
    }
  })
}
