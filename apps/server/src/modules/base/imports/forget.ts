import { readdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Platform } from '../../../platform/http/context.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { uploadPath } from './jobs.ts'

/**
 * Throws away what a store's imports that lay still for `days` know of people: uploads, refused rows, what stood in the cells (SEC-01).
 * Name, counts and failure stay; one that was never begun counts as cancelled.
 */
export async function forgetOldImports(
  platform: Platform,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  days: number,
): Promise<void> {
  const old = new Set(
    await withStore(platform.pool, platform.clock, store, systemActor, (scope) => forgetRows(scope, days)),
  )
  if (old.size === 0) return
  const kept = await readdir(dirname(uploadPath(platform, store.id, 'any'))).catch((error: NodeJS.ErrnoException) => {
    // nobody has uploaded anything here
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of kept) if (old.has(name)) await rm(uploadPath(platform, store.id, name), { force: true })
}

async function forgetRows({ tx, storeId, now }: Scope, days: number): Promise<string[]> {
  const jobs = await tx
    .selectFrom('importJob')
    .select('id')
    .where('storeId', '=', storeId)
    .where('updatedAt', '<', now.subtract({ hours: days * 24 }).toString())
    .where('state', 'not in', ['checking', 'running'])
    .orderBy('id')
    // whoever goes on with one of them now waits, and then finds its file gone
    .forUpdate()
    .execute()
  const ids = jobs.map(({ id }) => id)
  if (ids.length === 0) return ids
  for (const table of ['importProblem', 'importReject'] as const)
    await tx.deleteFrom(table).where('storeId', '=', storeId).where('importId', 'in', ids).execute()
  const old = tx.updateTable('importJob').where('storeId', '=', storeId).where('id', 'in', ids)
  await old
    .set({ sample: '[]', preview: '[]' })
    .where(({ or, eb }) => or([eb('sample', '<>', '[]'), eb('preview', '<>', '[]')]))
    .execute()
  await old.set({ state: 'cancelled' }).where('state', 'in', ['uploaded', 'mapped', 'checked']).execute()
  return ids
}
