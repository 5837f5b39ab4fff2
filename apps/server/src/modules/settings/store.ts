import { Problem } from '../../platform/problem.ts'
import { forgetRead } from '../../platform/remember.ts'
import type { Scope } from '../../platform/scope.ts'

export interface Setting<T> {
  readonly value: T
  readonly version: number
}

/** A setting of the store; undefined where the default is in force. */
export async function selectSetting<T>(scope: Scope, area: string): Promise<Setting<T> | undefined> {
  const row = await scope.tx
    .selectFrom('storeSetting')
    .select(['value', 'version'])
    .where('storeId', '=', scope.storeId)
    .where('area', '=', area)
    .executeTakeFirst()
  return row && { value: row.value as T, version: row.version }
}

/** Writes a setting over the version that was read (0 = none yet). Throws CONFLICT when somebody was faster. */
export async function writeSetting(scope: Scope, area: string, value: unknown, version: number): Promise<number> {
  const { tx, storeId, now, actor } = scope
  const fields = { value: JSON.stringify(value), updatedAt: now.toString(), updatedBy: actor.id }
  const written =
    version === 0
      ? await tx
          .insertInto('storeSetting')
          .values({ storeId, area, ...fields })
          .onConflict((conflict) => conflict.columns(['storeId', 'area']).doNothing())
          .returning('version')
          .executeTakeFirst()
      : await tx
          .updateTable('storeSetting')
          .set({ ...fields, version: version + 1 })
          .where('storeId', '=', storeId)
          .where('area', '=', area)
          .where('version', '=', version)
          .returning('version')
          .executeTakeFirst()
  forgetRead(tx)
  if (!written) throw new Problem('CONFLICT', 'version.changed')
  return written.version
}
