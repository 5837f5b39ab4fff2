import type { Role } from '@changhui/rules/permissions'
import { sql } from 'kysely'
import { sqlState, type Tx } from '../../platform/db.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'

export interface StaffRow {
  readonly userId: string
  readonly name: string
  readonly username: string
  readonly roles: Role[]
  /** Held in the store's group, and so in this store too. */
  readonly groupRoles: Role[]
  readonly disabled: boolean
  readonly lastSignInAt: string | null
}

const heldBy = (group: boolean) =>
  sql<
    Role[]
  >`coalesce(array_agg(store_role.role ORDER BY store_role.role) FILTER (WHERE store_role.by_group = ${group}), '{}')`

/** Staff of a store, those of its group among them, in order of name; one person when `userId` is given. */
export async function selectStaff(tx: Tx, storeId: string, userId?: string): Promise<StaffRow[]> {
  const rows = await tx
    .selectFrom('storeRole')
    .innerJoin('authUser', 'authUser.id', 'storeRole.userId')
    .where('storeRole.storeId', '=', storeId)
    .$if(userId !== undefined, (query) => query.where('storeRole.userId', '=', userId ?? ''))
    .groupBy(['authUser.id', 'authUser.name', 'authUser.username', 'authUser.disabledAt'])
    .select(['authUser.id as userId', 'authUser.name', 'authUser.username', 'authUser.disabledAt'])
    .select(heldBy(false).as('roles'))
    .select(heldBy(true).as('groupRoles'))
    .select(
      sql<
        string | null
      >`(SELECT max(session.created_at) FROM auth_session session WHERE session.user_id = auth_user.id)`.as(
        'lastSignInAt',
      ),
    )
    .orderBy('authUser.name')
    .orderBy('authUser.id')
    .execute()
  return rows.map(({ disabledAt, ...row }) => ({ ...row, disabled: disabledAt !== null }))
}

/** Makes the account and its password; the sign-in library reads both. Throws when the sign-in name is taken. */
export async function insertUser(
  tx: Tx,
  user: { id: string; name: string; username: string; passwordHash: string },
  now: Temporal.Instant,
): Promise<void> {
  const at = now.toString()
  const stamps = { createdAt: at, updatedAt: at }
  // the library keys people by address; ours have none, and `.invalid` can never be one
  const email = `${user.username}@staff.invalid`
  try {
    await tx
      .insertInto('authUser')
      .values({ id: user.id, name: user.name, username: user.username, email, ...stamps })
      .execute()
  } catch (error) {
    if (sqlState(error) !== '23505') throw error
    throw new Problem('CONFLICT', 'staff.username-taken', { field: 'username' })
  }
  await tx
    .insertInto('authAccount')
    .values({
      id: uuidv7(now),
      userId: user.id,
      accountId: user.id,
      providerId: 'credential',
      password: user.passwordHash,
      ...stamps,
    })
    .execute()
}

/** Puts exactly these roles in place of those held in the store. */
export async function replaceRoles(
  tx: Tx,
  storeId: string,
  userId: string,
  roles: readonly Role[],
  now: Temporal.Instant,
): Promise<void> {
  await tx.deleteFrom('staffRole').where('storeId', '=', storeId).where('userId', '=', userId).execute()
  await tx
    .insertInto('staffRole')
    .values([...new Set(roles)].map((role) => ({ storeId, userId, role, grantedAt: now.toString() })))
    .execute()
}

/** Renames, or switches the account on or off. */
export async function updateUser(
  tx: Tx,
  userId: string,
  change: { name?: string; disabled?: boolean },
  now: Temporal.Instant,
): Promise<void> {
  const at = now.toString()
  await tx
    .updateTable('authUser')
    .set({ updatedAt: at })
    .$if(change.name !== undefined, (query) => query.set({ name: change.name ?? '' }))
    .$if(change.disabled !== undefined, (query) => query.set({ disabledAt: change.disabled ? at : null }))
    .where('id', '=', userId)
    .execute()
}

export async function updatePassword(
  tx: Tx,
  userId: string,
  passwordHash: string,
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('authAccount')
    .set({ password: passwordHash, updatedAt: now.toString() })
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .execute()
}

export async function endSessions(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('authSession').where('userId', '=', userId).execute()
}

/** Which of these stores have an administrator who can sign in, by himself or by the group. */
export async function administered(tx: Tx, storeIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ storeId: string }>`
    SELECT DISTINCT r.store_id FROM store_role r JOIN auth_user u ON u.id = r.user_id
    WHERE r.store_id = ANY (${[...storeIds]}::uuid[]) AND r.role = 'administrator' AND u.disabled_at IS NULL`.execute(
    tx,
  )
  return rows.map((row) => row.storeId)
}

/** Every store the person has a role in. */
export async function storesOf(tx: Tx, userId: string): Promise<string[]> {
  const { rows } = await sql<{ storeId: string }>`
    SELECT DISTINCT store_id FROM store_role WHERE user_id = ${userId}::uuid`.execute(tx)
  return rows.map((row) => row.storeId)
}

/**
 * Of a store's people those who work nowhere else but where the actor is an administrator: their other stores, and their groups, also while
 * these have no store.
 */
export async function touchable(tx: Tx, storeId: string, actorId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ userId: string }>`
    SELECT DISTINCT r.user_id FROM store_role r WHERE r.store_id = ${storeId}::uuid
      AND NOT EXISTS (
        SELECT FROM store_role o WHERE o.user_id = r.user_id AND o.store_id <> r.store_id AND NOT EXISTS (
          SELECT FROM store_role m WHERE m.user_id = ${actorId}::uuid AND m.role = 'administrator' AND m.store_id = o.store_id))
      AND NOT EXISTS (
        SELECT FROM group_role g WHERE g.user_id = r.user_id AND NOT EXISTS (
          SELECT FROM group_role m WHERE m.user_id = ${actorId}::uuid AND m.role = 'administrator' AND m.group_id = g.group_id))`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.userId))
}

/** Whoever changes who is an administrator, or sets up, waits here for the one before him; readers do not. */
export async function lockStaff(tx: Tx): Promise<void> {
  await sql`LOCK TABLE auth_user IN SHARE ROW EXCLUSIVE MODE`.execute(tx)
}

export async function anyUser(tx: Tx): Promise<boolean> {
  const row = await tx.selectFrom('authUser').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}
