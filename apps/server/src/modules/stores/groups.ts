import { sql } from 'kysely'
import { type Db, sqlState } from '../../platform/db.ts'
import { uuidv7 } from '../../platform/ids.ts'

export interface GroupRow {
  readonly id: string
  readonly name: string
}

/** Adds a dealer group (ORG-01); undefined when there is one of that name. Unscoped, as stores are. */
export async function addGroup(db: Db, name: string, now: Temporal.Instant): Promise<GroupRow | undefined> {
  const group = { id: uuidv7(now), name }
  try {
    await db
      .insertInto('dealerGroup')
      .values({ ...group, createdAt: now.toString() })
      .execute()
  } catch (error) {
    if (sqlState(error) === '23505') return undefined
    throw error
  }
  return group
}

/** The group of a name. Unscoped. */
export function findGroup(db: Db, name: string): Promise<GroupRow | undefined> {
  return db.selectFrom('dealerGroup').select(['id', 'name']).where('name', '=', name).executeTakeFirst()
}

/** All groups by name with the codes of their stores and the sign-in names of those with a role in them. Unscoped. */
export async function listGroups(db: Db): Promise<(GroupRow & { stores: string[]; people: string[] })[]> {
  const { rows } = await sql<GroupRow & { stores: string[]; people: string[] }>`
    SELECT g.id, g.name, ARRAY(SELECT s.code FROM store s WHERE s.group_id = g.id ORDER BY s.code) AS stores,
      ARRAY(SELECT DISTINCT u.username FROM group_role r JOIN auth_user u ON u.id = r.user_id WHERE r.group_id = g.id ORDER BY 1)
        AS people
    FROM dealer_group g ORDER BY g.name`.execute(db)
  return rows
}
