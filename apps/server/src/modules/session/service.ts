import type { Me } from '@changhui/contract/session'
import type { Platform, Principal } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import { anyStaff, createFirstAdministrator } from '../staff/service.ts'
import { addStore } from '../stores/service.ts'

/** The signed-in person with stores, roles and permissions; `today` is the day in each store. */
export function describe(platform: Platform, principal: Principal): Me {
  const now = platform.clock.now()
  return {
    user: { id: principal.actor.id ?? '', name: principal.actor.name, username: principal.username },
    stores: principal.stores.map(({ id, code, name, timeZone, demo, roles, permissions }) => ({
      ...{ id, code, name, timeZone, demo },
      today: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
      roles: [...roles],
      permissions: [...permissions],
    })),
  }
}

/** Whether the first-run wizard is still to be done, and whether a demo store is there. */
export async function setupStatus(platform: Platform): Promise<{ needed: boolean; demo: boolean }> {
  const [someone, demo] = await Promise.all([
    anyStaff(platform),
    platform.db.selectFrom('store').select('id').where('demo', '=', true).limit(1).executeTakeFirst(),
  ])
  return { needed: !someone, demo: demo !== undefined }
}

export interface Setup {
  readonly storeCode: string
  readonly storeName: string
  readonly name: string
  readonly username: string
  readonly password: string
}

/**
 * First run: the first store (taken over when the command line made it already) and its administrator, together or not at
 * all. Throws CONFLICT once anybody has an account.
 */
export function setUp(platform: Platform, { storeCode, storeName, ...administrator }: Setup): Promise<void> {
  return createFirstAdministrator(platform, administrator, async (tx, now) => {
    const there = await tx.selectFrom('store').select('id').where('code', '=', storeCode).executeTakeFirst()
    if (there) return there
    const made = await addStore(tx, { id: uuidv7(now), code: storeCode, name: storeName }, now)
    if (typeof made !== 'string') return made
    throw new Problem('CONFLICT', 'store.code-taken', { field: 'storeCode' })
  })
}
