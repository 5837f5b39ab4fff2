import type { Me } from '@changhui/contract/session'
import type { Platform, Principal } from '../../platform/http/context.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import { type Scope, systemActor } from '../../platform/scope.ts'
import { addPerson, anyUser, lockStaff, passwordHash } from '../staff/service.ts'
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
    anyUser(platform.db),
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
 * all. Two at once: the second waits for the first and hears CONFLICT.
 */
export async function setUp(platform: Platform, setup: Setup): Promise<void> {
  if (await anyUser(platform.db)) throw new Problem('CONFLICT', 'setup.done')
  const hash = await passwordHash(setup.password, setup.username)
  const now = platform.clock.now()
  await platform.db.transaction().execute(async (tx) => {
    await lockStaff(tx)
    if (await anyUser(tx)) throw new Problem('CONFLICT', 'setup.done')
    const store = await firstStore(tx, setup, now)
    const scope: Scope = {
      ...{ tx, storeId: store.id, timeZone: store.timeZone, actor: systemActor, now },
      today: now.toZonedDateTimeISO(store.timeZone).toPlainDate(),
      newId: () => uuidv7(now),
    }
    await addPerson(scope, { ...setup, roles: ['administrator'] }, hash)
  })
}

async function firstStore(tx: Scope['tx'], setup: Setup, now: Temporal.Instant) {
  const there = await tx
    .selectFrom('store')
    .select(['id', 'timeZone'])
    .where('code', '=', setup.storeCode)
    .executeTakeFirst()
  if (there) return there
  const made = await addStore(tx, { id: uuidv7(now), code: setup.storeCode, name: setup.storeName }, now)
  if (typeof made !== 'string') return made
  throw new Problem('CONFLICT', 'store.code-taken', { field: 'storeCode' })
}
