import { grants, type Permission, type Role, roles } from '@changhui/rules/permissions'
import type { Db } from '../db.ts'
import type { Principal } from '../http/context.ts'

const known = new Set<string>(roles)

/** The permissions of several roles together, each once. */
export function permissionsOf(held: readonly Role[]): readonly Permission[] {
  return [...new Set(held.flatMap((role) => grants[role]))]
}

/** The person with the roles held in each store; undefined when there is none of that id or the account is off. */
export async function principalOfUser(db: Db, userId: string): Promise<Principal | undefined> {
  const rows = await db
    .selectFrom('authUser')
    .leftJoin('storeRole', 'storeRole.userId', 'authUser.id')
    .leftJoin('store', 'store.id', 'storeRole.storeId')
    .where('authUser.id', '=', userId)
    .where('authUser.disabledAt', 'is', null)
    .select(['authUser.name as personName', 'authUser.username', 'storeRole.role'])
    .select(['store.id', 'store.code', 'store.name', 'store.timeZone', 'store.demo'])
    .orderBy('store.code')
    .execute()
  const first = rows[0]
  if (!first) return undefined
  const stores = new Map<string, Principal['stores'][number] & { roles: Role[] }>()
  for (const row of rows) {
    const { id, code, name, timeZone, demo, role } = row
    // a role a newer version knows and this one does not grants nothing here
    if (!id || !code || !name || !timeZone || !role || !known.has(role)) continue
    const store = stores.get(id) ?? { id, code, name, timeZone, demo: demo ?? false, roles: [], permissions: [] }
    // by himself and by the group
    if (!store.roles.includes(role as Role)) store.roles.push(role as Role)
    stores.set(id, store)
  }
  return {
    actor: { id: userId, name: first.personName },
    username: first.username,
    stores: [...stores.values()].map((store) => ({ ...store, permissions: permissionsOf(store.roles) })),
  }
}
