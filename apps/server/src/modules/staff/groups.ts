import type { Role } from '@changhui/rules/permissions'
import type { Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { found } from '../../platform/problem.ts'
import { type Actor, systemActor } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import type { GroupRow } from '../stores/groups.ts'
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
    await giveRoles(tx, group, id, staff.roles, now)
  })
}

/**
 * Gives somebody who has an account exactly these roles in the group; none takes him out of it. Throws NOT_FOUND where there is no such
 * sign-in name.
 */
export async function setGroupRoles(
  platform: Platform,
  group: GroupRow,
  username: string,
  roles: readonly Role[],
): Promise<void> {
  const now = platform.clock.now()
  const id = await platform.db.transaction().execute(async (tx) => {
    const user = found(
      await tx.selectFrom('authUser').select('id').where('username', '=', username.toLowerCase()).executeTakeFirst(),
    )
    await giveRoles(tx, group, user.id, roles, now)
    return user.id
  })
  platform.sessions?.forget(id)
}

/** In the audit log of every store it opens or closes. */
async function giveRoles(
  tx: Tx,
  group: GroupRow,
  userId: string,
  roles: readonly Role[],
  now: Temporal.Instant,
  actor: Actor = systemActor,
): Promise<void> {
  await tx.deleteFrom('groupRole').where('groupId', '=', group.id).where('userId', '=', userId).execute()
  const granted = [...new Set(roles)].map((role) => ({ groupId: group.id, userId, role, grantedAt: now.toString() }))
  if (granted.length > 0) await tx.insertInto('groupRole').values(granted).execute()
  const stores = await tx.selectFrom('store').select('id').where('groupId', '=', group.id).execute()
  for (const { id: storeId } of stores) {
    const today = now.toZonedDateTimeISO('UTC').toPlainDate()
    await recordAudit(
      { tx, storeId, timeZone: 'UTC', actor, now, today, newId: () => uuidv7(now) },
      { action: 'staff.changed', subjectKind: 'staff', subjectId: userId, detail: { group: group.name, roles } },
    )
  }
}
