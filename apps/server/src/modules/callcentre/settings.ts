import { randomBytes } from 'node:crypto'
import { Problem } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { requireOutside } from '../integrations/service.ts'
import { staffNames } from '../staff/service.ts'

/** Who sits at which extension, by extension, and where "dial" is sent; never the secret. */
export async function callCentreSettings({ tx, storeId }: Scope) {
  const rows = await tx
    .selectFrom('phoneExtension')
    .select(['extension', 'userId'])
    .where('storeId', '=', storeId)
    .orderBy('extension')
    .execute()
  const hook = await tx.selectFrom('dialHook').select('url').where('storeId', '=', storeId).executeTakeFirst()
  const names = await staffNames(
    tx,
    rows.map((row) => row.userId),
  )
  return {
    extensions: rows.map((row) => ({ ...row, name: names.get(row.userId) ?? '—' })),
    hookUrl: hook?.url ?? null,
  }
}

/** Gives a person of the store an extension in place of the one he had; null takes it away. CONFLICT `extension.taken` naming who has it. */
export async function setExtension(scope: Scope, userId: string, extension: string | null): Promise<void> {
  const { tx, storeId } = scope
  await tx.deleteFrom('phoneExtension').where('storeId', '=', storeId).where('userId', '=', userId).execute()
  if (extension !== null) {
    const made = await tx
      .insertInto('phoneExtension')
      .values({ storeId, extension, userId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('extension')
      .executeTakeFirst()
    if (!made) throw await taken(scope, extension)
  }
  const detail = { extension }
  await recordAudit(scope, { action: 'setting.extension', subjectKind: 'staff', subjectId: userId, detail })
}

async function taken({ tx, storeId }: Scope, extension: string): Promise<Problem> {
  const row = await tx
    .selectFrom('phoneExtension')
    .select('userId')
    .where('storeId', '=', storeId)
    .where('extension', '=', extension)
    .executeTakeFirst()
  const names = await staffNames(tx, [row?.userId ?? null])
  const values = { extension, name: names.get(row?.userId ?? '') ?? '—' }
  return new Problem('CONFLICT', 'extension.taken', { field: 'extension', values })
}

/** Sets where "dial" is sent, with a new signing secret that is shown here only; null takes it away. BAD_REQUEST for an inner address. */
export async function setDialHook(
  scope: Scope,
  url: string | null,
  allowLoopback = false,
): Promise<{ secret: string | null }> {
  const { tx, storeId, now, actor } = scope
  if (url !== null) requireOutside(url, allowLoopback)
  const secret = url === null ? null : `dhs_${randomBytes(32).toString('base64url')}`
  if (url === null || secret === null) await tx.deleteFrom('dialHook').where('storeId', '=', storeId).execute()
  else {
    const fields = { url, secret, createdAt: now.toString(), createdBy: actor.id }
    await tx
      .insertInto('dialHook')
      .values({ storeId, ...fields })
      .onConflict((conflict) => conflict.column('storeId').doUpdateSet(fields))
      .execute()
  }
  await recordAudit(scope, { action: 'setting.dial-hook', subjectKind: 'setting', subjectId: 'dial-hook' })
  return { secret }
}
