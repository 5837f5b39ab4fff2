import type { Role } from '@changhui/rules/permissions'
import type { Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { found, Problem } from '../../platform/problem.ts'
import { type Scope, systemActor } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { accountOf, deed, keepingAdministrators, mayGive, mayTouch, type StaffDeed, whomMayTouch } from './deed.ts'
import { passwordHash } from './password.ts'
import * as rows from './store.ts'

export type { StaffDeed } from './deed.ts'

export interface NewStaff {
  readonly name: string
  /** 3–30 of a–z 0–9 . _ - */
  readonly username: string
  /** At least 10 characters and not a common one. */
  readonly password: string
  readonly roles: readonly Role[]
}

/** Staff of a store with their roles there, those of its group among them. */
export function listStaff(platform: Platform, storeId: string): Promise<rows.StaffRow[]> {
  return rows.selectStaff(platform.db, storeId)
}

/** The same, each with whether the actor may change the account. */
export async function staffSeenBy(
  platform: Platform,
  at: StaffDeed,
): Promise<(rows.StaffRow & { manageable: boolean })[]> {
  const people = await listStaff(platform, at.storeId)
  const allowed = await whomMayTouch(platform.db, at)
  return people.map((one) => ({ ...one, manageable: allowed(one) }))
}

/**
 * Adds a person to a store. Throws CONFLICT when the sign-in name is taken, BAD_REQUEST for a weak password, FORBIDDEN for a role that may
 * do more than the actor.
 */
export async function createStaff(platform: Platform, at: StaffDeed, staff: NewStaff): Promise<rows.StaffRow> {
  mayGive(at, staff.roles)
  const hash = await passwordHash(staff.password, staff.username)
  return deed(platform, at, (scope) => addPerson(scope, staff, hash))
}

/** Whether anybody has an account yet. */
export function anyStaff(platform: Platform): Promise<boolean> {
  return rows.anyUser(platform.db)
}

/**
 * The very first account, an administrator, together with his store or not at all; of two at once the second waits for the
 * first and hears CONFLICT. `makeStore` runs in the same transaction.
 */
export async function createFirstAdministrator(
  platform: Platform,
  staff: Omit<NewStaff, 'roles'>,
  makeStore: (tx: Tx, now: Temporal.Instant) => Promise<{ id: string }>,
): Promise<void> {
  if (await anyStaff(platform)) throw new Problem('CONFLICT', 'setup.done')
  const hash = await passwordHash(staff.password, staff.username)
  await deed(platform, { storeId: '', actor: systemActor }, async (scope) => {
    await rows.lockStaff(scope.tx)
    if (await rows.anyUser(scope.tx)) throw new Problem('CONFLICT', 'setup.done')
    const { id: storeId } = await makeStore(scope.tx, scope.now)
    await addPerson({ ...scope, storeId }, { ...staff, roles: ['administrator'] }, hash)
  })
}

async function addPerson(scope: Scope, staff: NewStaff, hash: string): Promise<rows.StaffRow> {
  const userId = scope.newId()
  const username = staff.username.toLowerCase()
  await rows.insertUser(scope.tx, { id: userId, name: staff.name, username, passwordHash: hash }, scope.now)
  await rows.replaceRoles(scope.tx, scope.storeId, userId, staff.roles, scope.now)
  await recordAudit(scope, {
    action: 'staff.created',
    subjectKind: 'staff',
    subjectId: userId,
    detail: { roles: staff.roles },
  })
  return member(scope.tx, scope.storeId, userId)
}

export interface StaffChange {
  readonly name?: string
  readonly roles?: readonly Role[]
  readonly disabled?: boolean
}

/**
 * Changes name, roles in this store, or switches the account off (ends the sessions). Throws NOT_FOUND for a person of
 * another store, CONFLICT when a store would be left without an administrator, FORBIDDEN beyond the actor's own rights.
 */
export async function updateStaff(
  platform: Platform,
  at: StaffDeed,
  userId: string,
  change: StaffChange,
): Promise<rows.StaffRow> {
  const result = await deed(platform, at, async (scope) => {
    await mayTouch(scope.tx, at, await member(scope.tx, at.storeId, userId))
    if (change.roles) mayGive(at, change.roles)
    const touched = change.disabled ? await rows.storesOf(scope.tx, userId) : [at.storeId]
    await keepingAdministrators(scope.tx, touched, change.disabled ? 'disabled' : 'roles', async () => {
      if (change.name !== undefined || change.disabled !== undefined)
        await rows.updateUser(scope.tx, userId, change, scope.now)
      if (change.roles) await rows.replaceRoles(scope.tx, at.storeId, userId, change.roles, scope.now)
    })
    if (change.disabled) await rows.endSessions(scope.tx, userId)
    await recordAudit(scope, {
      action: 'staff.changed',
      subjectKind: 'staff',
      subjectId: userId,
      detail: { renamed: change.name !== undefined, roles: change.roles, disabled: change.disabled },
    })
    return member(scope.tx, at.storeId, userId)
  })
  platform.sessions?.forget(userId)
  return result
}

/**
 * Gives somebody who has an account exactly these roles in the store, wherever else he works. For commands. Throws NOT_FOUND, and
 * CONFLICT when the store would be left without an administrator.
 */
export async function grantRoles(
  platform: Platform,
  at: StaffDeed,
  username: string,
  roles: readonly Role[],
): Promise<void> {
  const id = await deed(platform, at, async (scope) => {
    const user = await accountOf(scope.tx, username)
    await keepingAdministrators(scope.tx, [at.storeId], 'roles', () =>
      rows.replaceRoles(scope.tx, at.storeId, user.id, roles, scope.now),
    )
    await recordAudit(scope, { action: 'staff.changed', subjectKind: 'staff', subjectId: user.id, detail: { roles } })
    return user.id
  })
  platform.sessions?.forget(id)
}

/** Sets a new password and ends all sessions of the person. */
export async function resetPassword(
  platform: Platform,
  at: StaffDeed,
  userId: string,
  password: string,
): Promise<void> {
  const person = await member(platform.db, at.storeId, userId)
  await mayTouch(platform.db, at, person)
  const hash = await passwordHash(password, person.username)
  await deed(platform, at, async (scope) => {
    await rows.updatePassword(scope.tx, userId, hash, scope.now)
    await rows.endSessions(scope.tx, userId)
    await recordAudit(scope, { action: 'staff.password-reset', subjectKind: 'staff', subjectId: userId })
  })
  platform.sessions?.forget(userId)
}

/** Names of people by id, for pages that show who did something. Works inside any scope. */
export async function staffNames(tx: Tx, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const people = await tx.selectFrom('authUser').select(['id', 'name']).where('id', 'in', wanted).execute()
  return new Map(people.map((person) => [person.id, person.name]))
}

async function member(tx: Tx, storeId: string, userId: string): Promise<rows.StaffRow> {
  return found((await rows.selectStaff(tx, storeId, userId))[0])
}
