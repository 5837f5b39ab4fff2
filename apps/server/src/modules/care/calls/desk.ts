import { addOpenMinutes, isOpen } from '@changhui/rules/calendar'
import { type DeskList, deskList } from '@changhui/rules/callDesk'
import type { Role } from '@changhui/rules/permissions'
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { programmeInForce, storeCalendar } from '../engine/store-values.ts'
import { deskWork, programmes } from '../programmes/all.ts'

/** Who calls: the roles held, and who works in the store now; accounts stand outside the store's scope, so a request looks them up before. */
export interface Caller {
  readonly roles: readonly Role[]
  readonly staff: readonly {
    readonly userId: string
    readonly name: string
    readonly roles: readonly Role[]
    readonly disabled: boolean
  }[]
}

/** Which calls are the actor's, as conditions over the task `t`. */
export interface Desk {
  /** Assigned to him, else to nobody who is there, and not the work of others. */
  readonly visible: RawBuilder<boolean>
  /** 0 his own, 1 what his role does first, 2 the rest. */
  readonly rank: RawBuilder<number>
}

const everybody: DeskList = { first: [], barred: [] }

/** The desk of the scope's actor (CARE-21). Without a caller (jobs, simulations): every call nobody else is assigned to. */
export async function deskOf(scope: Scope, caller: Caller | undefined): Promise<Desk> {
  const list = caller ? await listOf(scope, caller) : everybody
  const me = sql`${scope.actor.id}::uuid`
  const there = caller?.staff.filter((one) => !one.disabled).map((one) => one.userId)
  // whose assignee has left falls to all, like one without
  const gone = there ? sql`OR t.assignee_id <> ALL (${there}::uuid[])` : sql``
  const barred = list.barred.length > 0 ? sql`AND t.programme <> ALL (${[...list.barred]}::text[])` : sql``
  const first = list.first.length > 0 ? sql`WHEN t.programme = ANY (${[...list.first]}::text[]) THEN 1` : sql``
  return {
    visible: sql`(t.assignee_id = ${me} OR ((t.assignee_id IS NULL ${gone}) ${barred}))`,
    rank: sql`CASE WHEN t.assignee_id = ${me} THEN 0 ${first} ELSE 2 END`,
  }
}

async function listOf(scope: Scope, { roles, staff }: Caller): Promise<DeskList> {
  const calls = programmes.filter((one) => !deskWork.includes(one.key))
  const specialist = staff.some((one) => !one.disabled && one.roles.includes('insurance-specialist'))
  const known = []
  for (const programme of calls) {
    const by = programme.by ?? 'care'
    const careCalls = by === 'insurance' && (await programmeInForce(scope, programme)).values.careCalls === true
    known.push({ key: programme.key, by, careCalls })
  }
  return deskList(roles, known, specialist)
}

/** When calling begins again if the store is closed now; null while it is open. */
export async function closedUntil(scope: Scope): Promise<string | null> {
  const calendar = await storeCalendar(scope)
  return isOpen(scope.now, calendar) ? null : (addOpenMinutes(scope.now, 0, calendar)?.toString() ?? null)
}
