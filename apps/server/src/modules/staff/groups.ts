import type { Role } from '@changhui/rules/permissions'
import type { Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { found } from '../../platform/problem.ts'
import { systemActor } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import type { GroupRow } from '../stores/groups.ts'
import { accountOf, keepingAdministrators, scopeAt } from './deed.ts'
import { passwordHash } from './password.ts'
import type { NewStaff } from './service.ts'
import * as rows from './store.ts'

/**
 * Adds a person of the group's office: what he may do he may in each of its stores, in those that join later, too (ORG-01). Throws
 * CONFLICT when the sign-in name is taken, BAD_REQUEST for a weak password.
 */
export async function createGroupStaff(platform: Platform, group: GroupRow, staff: NewStaff): Promise<void> {
  const hash = await passwordHash(staff.password, staff.username)
  const now = platform.clock.now()
  const id = uuidv7(now)
  await platform.db.transaction().execute(async (tx) => {
    await rows.insertUser(tx, { id, name: staff.name, username: staff.username.toLowerCase(), passwordHash: hash }, now)
    await giveRoles(tx, group, id, staff.roles, now, 'staff.created')
  })
}

/**
 * Gives somebody who has an account exactly these roles in the group; none takes him out of it. Throws NOT_FOUND where there is no such
 * sign-in name, CONFLICT when a store of the group would be left without an administrator.
 */
export async function setGroupRoles(
  platform: Platform,
  group: GroupRow,
  username: string,
  roles: readonly Role[],
): Promise<void> {
  const now = platform.clock.now()
  const id = await platform.db.transaction().execute(async (tx) => {
    const user = await accountOf(tx, username)
    await keepingAdministrators(tx, await storesOf(tx, group.id), 'roles', () =>
      giveRoles(tx, group, user.id, roles, now, 'staff.changed'),
    )
    return user.id
  })
  platform.sessions?.forget(id)
}

/** Sets a new password of somebody with a role in the group and ends his sessions. Throws NOT_FOUND, BAD_REQUEST for a weak one. */
export async function resetGroupPassword(
  platform: Platform,
  group: GroupRow,
  username: string,
  password: string,
): Promise<void> {
  const hash = await passwordHash(password, username.toLowerCase())
  const now = platform.clock.now()
  const id = await platform.db.transaction().execute(async (tx) => {
    const user = await accountOf(tx, username)
    const ofGroup = tx
      .selectFrom('groupRole')
      .select('role')
      .where('groupId', '=', group.id)
      .where('userId', '=', user.id)
    found(await ofGroup.limit(1).executeTakeFirst())
    await rows.updatePassword(tx, user.id, hash, now)
    await rows.endSessions(tx, user.id)
    await tellStores(tx, group, now, {
      action: 'staff.password-reset',
      subjectId: user.id,
      detail: { group: group.name },
    })
    return user.id
  })
  platform.sessions?.forget(id)
}

/**
 * Puts a store into a group or, with null, takes it out of its group: from then on whoever holds a role in the group holds it in the
 * store, or does no more. In the store's audit log with whom that concerns. Throws CONFLICT when the store would be left without an
 * administrator.
 */
export async function setGroup(platform: Platform, storeId: string, group: GroupRow | null): Promise<void> {
  const now = platform.clock.now()
  await platform.db.transaction().execute(async (tx) => {
    const { groupId: from } = found(
      await tx.selectFrom('store').select('groupId').where('id', '=', storeId).forUpdate().executeTakeFirst(),
    )
    if (from === (group?.id ?? null)) return
    const former = from && (await tx.selectFrom('dealerGroup').select('name').where('id', '=', from).executeTakeFirst())
    await keepingAdministrators(tx, [storeId], 'store', () =>
      tx
        .updateTable('store')
        .set({ groupId: group?.id ?? null })
        .where('id', '=', storeId)
        .execute(),
    )
    const people = await tx
      .selectFrom('groupRole')
      .select('userId')
      .distinct()
      .where('groupId', '=', group?.id ?? from ?? '')
      .execute()
    const detail = {
      ...(former ? { left: former.name } : {}),
      ...(group ? { group: group.name } : {}),
      people: people.map((one) => one.userId),
    }
    await recordAudit(scopeAt(tx, { storeId, actor: systemActor }, now), {
      action: 'store.group',
      subjectKind: 'store',
      subjectId: storeId,
      detail,
    })
  })
  platform.sessions?.forget()
}

async function storesOf(tx: Tx, groupId: string): Promise<string[]> {
  const stores = await tx.selectFrom('store').select('id').where('groupId', '=', groupId).execute()
  return stores.map((one) => one.id)
}

async function giveRoles(
  tx: Tx,
  group: GroupRow,
  userId: string,
  roles: readonly Role[],
  now: Temporal.Instant,
  action: 'staff.created' | 'staff.changed',
): Promise<void> {
  await tx.deleteFrom('groupRole').where('groupId', '=', group.id).where('userId', '=', userId).execute()
  const granted = [...new Set(roles)].map((role) => ({ groupId: group.id, userId, role, grantedAt: now.toString() }))
  if (granted.length > 0) await tx.insertInto('groupRole').values(granted).execute()
  await tellStores(tx, group, now, { action, subjectId: userId, detail: { group: group.name, roles } })
}

/** Stands in the audit log of every store of the group. */
async function tellStores(
  tx: Tx,
  group: GroupRow,
  now: Temporal.Instant,
  entry: {
    action: 'staff.created' | 'staff.changed' | 'staff.password-reset'
    subjectId: string
    detail: Record<string, unknown>
  },
): Promise<void> {
  for (const storeId of await storesOf(tx, group.id))
    await recordAudit(scopeAt(tx, { storeId, actor: systemActor }, now), { subjectKind: 'staff', ...entry })
}
