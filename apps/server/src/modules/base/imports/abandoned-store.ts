import type { Scope } from '../../../platform/scope.ts'

/**
 * The imports nobody works on any more whose vehicles still have facts to be refreshed. One that failed counts after an hour: a command
 * that was killed is mostly started again, and then tells of the readings it refuses itself.
 */
export async function abandonedJobs(scope: Scope): Promise<string[]> {
  const rows = await scope.tx
    .selectFrom('importJob as j')
    .select('j.id')
    .where('j.storeId', '=', scope.storeId)
    .where(({ and, or, eb }) =>
      or([
        eb('j.state', 'in', ['cancelled', 'interrupted']),
        and([eb('j.state', '=', 'failed'), eb('j.updatedAt', '<', scope.now.subtract({ hours: 1 }).toString())]),
      ]),
    )
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('importTouched as t')
          .select('t.vehicleId')
          .whereRef('t.storeId', '=', 'j.storeId')
          .whereRef('t.importId', '=', 'j.id'),
      ),
    )
    .execute()
  return rows.map(({ id }) => id)
}

/** Whether nobody goes on with the import, and nobody will before the transaction is over. */
export async function holdAbandoned(scope: Scope, id: string): Promise<boolean> {
  const row = await scope.tx
    .selectFrom('importJob')
    .select('id')
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('state', 'in', ['cancelled', 'interrupted', 'failed'])
    .forShare()
    .executeTakeFirst()
  return row !== undefined
}
