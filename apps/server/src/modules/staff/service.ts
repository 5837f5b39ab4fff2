import type { Role } from '@changhui/rules/permissions'
import type { Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { found, Problem } from '../../platform/problem.ts'
import { type Actor, type Scope, systemActor } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { passwordHash } from './password.ts'
import * as rows from './store.ts'

/** Where and by whom an account is touched. */
export interface StaffDeed {
  readonly storeId: string
  readonly actor: Actor
}

export interface NewStaff {
  readonly name: string
  /** 3–30 of a–z 0–9 . _ - */
  readonly username: string
  /** At least 10 characters and not a common one. */
  readonly password: string
  readonly roles: readonly Role[]
}

/**
 * One transaction outside row security: accounts belong to no store, and the plain role may not read them. Every deed in it
 * names its store itself.
 */
function deed<T>(platform: Platform, { storeId, actor }: StaffDeed, work: (scope: Scope) => Promise<T>): Promise<T> {
  const now = platform.clock.now()
  const today = now.toZonedDateTimeISO('UTC').toPlainDate()
  return platform.db
    .transaction()
    .execute((tx) => work({ tx, storeId, timeZone: 'UTC', actor, now, today, newId: () => uuidv7(now) }))
}

/** Staff of a store with their roles there. */
export function listStaff(platform: Platform, storeId: string): Promise<rows.StaffRow[]> {
  return rows.selectStaff(platform.db, storeId)
}

/** Adds a person to a store. Throws CONFLICT when the sign-in name is taken, BAD_REQUEST for a weak password. */
export async function createStaff(platform: Platform, at: StaffDeed, staff: NewStaff): Promise<rows.StaffRow> {
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
 * another store, CONFLICT when a store would be left without an administrator.
 */
export async function updateStaff(
  platform: Platform,
  at: StaffDeed,
  userId: string,
  change: StaffChange,
): Promise<rows.StaffRow> {
  const result = await deed(platform, at, async (scope) => {
    await rows.lockStaff(scope.tx)
    await member(scope.tx, at.storeId, userId)
    await mayTouch(scope.tx, at, userId)
    const losesRole = change.roles !== undefined && !change.roles.includes('administrator')
    if (losesRole || change.disabled) {
      const sole = await rows.soleAdministratorOf(scope.tx, userId)
      const left = change.disabled ? sole.length > 0 : sole.includes(at.storeId)
      if (left)
        throw new Problem('CONFLICT', 'staff.last-administrator', { field: change.disabled ? 'disabled' : 'roles' })
    }
    if (change.name !== undefined || change.disabled !== undefined)
      await rows.updateUser(scope.tx, userId, change, scope.now)
    if (change.roles) await rows.replaceRoles(scope.tx, at.storeId, userId, change.roles, scope.now)
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

/** Gives somebody who has an account exactly these roles in the store, wherever else he works. For commands. */
export async function grantRoles(
  platform: Platform,
  at: StaffDeed,
  username: string,
  roles: readonly Role[],
): Promise<void> {
  const user = found(
    await platform.db
      .selectFrom('authUser')
      .select('id')
      .where('username', '=', username.toLowerCase())
      .executeTakeFirst(),
  )
  await deed(platform, at, async (scope) => {
    await rows.replaceRoles(scope.tx, at.storeId, user.id, roles, scope.now)
    await recordAudit(scope, { action: 'staff.changed', subjectKind: 'staff', subjectId: user.id, detail: { roles } })
  })
  platform.sessions?.forget(user.id)
}

/** Sets a new password and ends all sessions of the person. */
export async function resetPassword(
  platform: Platform,
  at: StaffDeed,
  userId: string,
  password: string,
): Promise<void> {
  const { username } = await member(platform.db, at.storeId, userId)
  const hash = await passwordHash(password, username)
  await deed(platform, at, async (scope) => {
    await mayTouch(scope.tx, at, userId)
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

/**
 * The account of somebody who works in other stores too is everybody's: one store's administrator alone must not take it
 * over by setting its password or switch it off, unless he administers those stores as well.
 */
async function mayTouch(tx: Tx, at: StaffDeed, userId: string): Promise<void> {
  if (at.actor.id === null || at.actor.id === userId) return
  const { groupRoles } = await member(tx, at.storeId, userId)
  const elsewhere = await rows.otherStoresOf(tx, userId, at.storeId)
  if (elsewhere.length === 0 && groupRoles.length === 0) return
  const mine = await rows.administeredBy(tx, at.actor.id)
  // a person of the group belongs to the stores to come as well: only an administrator of the group may
  const ofGroup = groupRoles.length === 0 || mine.some((one) => one.storeId === at.storeId && one.byGroup)
  if (!ofGroup || elsewhere.some((id) => mine.every((one) => one.storeId !== id)))
    throw new Problem('FORBIDDEN', 'staff.of-several-stores')
}
