import { grants, type Permission, type Role } from '@changhui/rules/permissions'
import type { Tx } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { found, Problem } from '../../platform/problem.ts'
import type { Actor, Scope } from '../../platform/scope.ts'
import * as rows from './store.ts'

/** Where and by whom an account is touched. */
export interface StaffDeed {
  readonly storeId: string
  readonly actor: Actor
  /** What the actor may do there; the system may all. */
  readonly permissions?: readonly Permission[]
}

/** A scope outside row security for writing of one store: accounts and groups belong to none, and the plain role may not read them. */
export function scopeAt(tx: Tx, { storeId, actor }: StaffDeed, now: Temporal.Instant): Scope {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate()
  return { tx, storeId, timeZone: 'UTC', actor, now, today, newId: () => uuidv7(now) }
}

/** One transaction outside row security; every deed in it names its store itself. */
export function deed<T>(platform: Platform, at: StaffDeed, work: (scope: Scope) => Promise<T>): Promise<T> {
  const now = platform.clock.now()
  return platform.db.transaction().execute((tx) => work(scopeAt(tx, at, now)))
}

/** The account of a sign-in name, in any case; undefined where there is none. */
export function findAccount(tx: Tx, username: string): Promise<{ id: string } | undefined> {
  return tx.selectFrom('authUser').select('id').where('username', '=', username.toLowerCase()).executeTakeFirst()
}

/** The same. Throws NOT_FOUND where there is none. */
export const accountOf = async (tx: Tx, username: string): Promise<{ id: string }> =>
  found(await findAccount(tx, username))

/**
 * Lets `work` change who administers some stores. Throws CONFLICT `staff.last-administrator` when one that had an administrator who
 * can sign in has none afterwards. Of two at once the second waits for the first.
 */
export async function keepingAdministrators<T>(
  tx: Tx,
  storeIds: readonly string[],
  field: 'disabled' | 'roles' | 'store',
  work: () => Promise<T>,
): Promise<T> {
  await rows.lockStaff(tx)
  const before = await rows.administered(tx, storeIds)
  const result = await work()
  const after = new Set(await rows.administered(tx, storeIds))
  if (before.some((id) => !after.has(id))) throw new Problem('CONFLICT', 'staff.last-administrator', { field })
  return result
}

/**
 * Whose accounts the actor may change. The account of somebody who works in other stores too is everybody's: one store's administrator
 * alone must not take it over by setting its password or switch it off, unless he administers those stores, and the groups the person
 * belongs to, as well. And nobody comes so to rights that he has not.
 */
export async function whomMayTouch(
  tx: Tx,
  at: StaffDeed,
): Promise<(person: Pick<rows.StaffRow, 'userId' | 'roles' | 'groupRoles'>) => boolean> {
  const { actor } = at
  if (actor.id === null) return () => true
  const touchable = await rows.touchable(tx, at.storeId, actor.id)
  return ({ userId, roles, groupRoles }) =>
    userId === actor.id || (touchable.has(userId) && within(at, [...roles, ...groupRoles]))
}

/** Throws FORBIDDEN where the actor may not change the account. */
export async function mayTouch(tx: Tx, at: StaffDeed, person: rows.StaffRow): Promise<void> {
  if ((await whomMayTouch(tx, at))(person)) return
  if (!within(at, [...person.roles, ...person.groupRoles])) throw new Problem('FORBIDDEN', 'staff.beyond-own')
  throw new Problem('FORBIDDEN', 'staff.of-several-stores')
}

/** Throws FORBIDDEN `staff.beyond-own` for a role that may do more than the actor himself. */
export function mayGive(at: StaffDeed, roles: readonly Role[]): void {
  if (!within(at, roles)) throw new Problem('FORBIDDEN', 'staff.beyond-own', { field: 'roles' })
}

const within = ({ permissions }: StaffDeed, roles: readonly Role[]): boolean =>
  !permissions || roles.every((role) => grants[role].every((one) => permissions.includes(one)))
