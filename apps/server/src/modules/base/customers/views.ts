import { sqlState } from '../../../platform/db.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'

type Page = 'customers' | 'calls'

/** Views belong to a person; a key or a job has none. */
function ownerOf(scope: Scope): string {
  if (!scope.actor.id) throw new Problem('FORBIDDEN', 'permission.missing')
  return scope.actor.id
}

/** The saved views of the signed-in person for a page, by name. */
export async function listViews(scope: Scope, page: Page) {
  const rows = await scope.tx
    .selectFrom('savedView')
    .select(['id', 'name', 'filters'])
    .where('storeId', '=', scope.storeId)
    .where('userId', '=', ownerOf(scope))
    .where('page', '=', page)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ ...row, filters: row.filters as Record<string, unknown> }))
}

/** Saves filters under a name. CONFLICT `view.name-taken`. */
export async function saveView(
  scope: Scope,
  view: { page: Page; name: string; filters: Record<string, unknown> },
): Promise<{ id: string }> {
  const id = scope.newId()
  try {
    await scope.tx
      .insertInto('savedView')
      .values({
        storeId: scope.storeId,
        id,
        userId: ownerOf(scope),
        page: view.page,
        name: view.name,
        filters: JSON.stringify(view.filters),
        createdAt: scope.now.toString(),
      })
      .execute()
  } catch (error) {
    if (sqlState(error) === '23505') throw new Problem('CONFLICT', 'view.name-taken', { field: 'name' })
    throw error
  }
  return { id }
}

/** Removes one of the person's own views. */
export async function deleteView(scope: Scope, page: Page, id: string): Promise<{ ok: true }> {
  const gone = await scope.tx
    .deleteFrom('savedView')
    .where('storeId', '=', scope.storeId)
    .where('id', '=', id)
    .where('userId', '=', ownerOf(scope))
    .where('page', '=', page)
    .returning('id')
    .executeTakeFirst()
  found(gone)
  return { ok: true }
}
