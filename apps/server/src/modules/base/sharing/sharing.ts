import type { AuditAction } from '@changhui/contract/audit-actions'
import type { sharingContract } from '@changhui/contract/sharing'
import { type Sharable, shareOut } from '@changhui/rules/share'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { factsChanged } from '../../care/service.ts'
import { type listStaff, staffNames } from '../../staff/service.ts'
import { appendTimeline } from '../customers/service.ts'
import { type Given, insertShares, monthRows, moveShares, setAdvisors, sharerSettings } from './store.ts'

type Output<Route extends keyof typeof sharingContract> = z.infer<
  NonNullable<(typeof sharingContract)[Route]['~orpc']['outputSchema']>
>

/** The first day of the month a day lies in. */
export const monthOf = (day: Temporal.PlainDate | string): Temporal.PlainDate =>
  Temporal.PlainDate.from(day).with({ day: 1 })

/** One of a store's people, as `listStaff` tells. Only the store's own advisors share its vehicles, not those of its group. */
export type Staff = Awaited<ReturnType<typeof listStaff>>[number]

interface Advisor {
  readonly userId: string
  readonly name: string
  readonly disabled: boolean
  readonly weight: number
  readonly away: boolean
}

/** The advisors among a store's staff with how they take part. */
async function advisorsOf(scope: Scope, staff: readonly Staff[]): Promise<Advisor[]> {
  const set = new Map((await sharerSettings(scope)).map((one) => [one.userId, one]))
  return staff
    .filter((one) => one.roles.includes('advisor'))
    .map(({ userId, name, disabled }) => {
      const { weight = 100, away = false } = set.get(userId) ?? {}
      return { userId, name, disabled, weight, away }
    })
}

/** The month's new vehicles, who has which, and who takes part (BASE-10); `staff` = the store's people. */
export async function sharingMonth(
  scope: Scope,
  staff: readonly Staff[],
  month: Temporal.PlainDate,
): Promise<Output<'month'>> {
  const rows = await monthRows(scope, month)
  const advisors = await advisorsOf(scope, staff)
  const names = await staffNames(
    scope.tx,
    rows.flatMap((row) => [row.advisorId, row.givenBy]),
  )
  const counts = Map.groupBy(rows, (row) => row.advisorId)
  const known = new Set(advisors.map((one) => one.userId))
  const former = [...counts.keys()].filter((id) => id !== null && !known.has(id)) as string[]
  return {
    month: month.toString(),
    rows: rows.map(({ vin, givenBy, customerAdvisorId: _, ...row }) => ({
      ...row,
      vinTail: vin === null ? null : vin.slice(-6),
      advisorName: names.get(row.advisorId ?? '') ?? null,
      givenByName: names.get(givenBy ?? '') ?? null,
      version: row.version ?? 0,
    })),
    sharers: [
      ...advisors.map(({ disabled, ...one }) => ({
        ...one,
        count: counts.get(one.userId)?.length ?? 0,
        active: !disabled,
      })),
      ...former.map((userId) => ({
        userId,
        name: names.get(userId) ?? '—',
        weight: 0,
        away: true,
        count: counts.get(userId)?.length ?? 0,
        active: false,
      })),
    ],
    unassigned: counts.get(null)?.length ?? 0,
  }
}

/**
 * Shares out what nobody has of a month's new vehicles, evenly by weight with what was given before (BASE-10); a customer stays with
 * his advisor, and all his cars go to one, where each counts. What was given is not moved. Run twice, or by two at once, it gives nothing twice.
 * BAD_REQUEST `share.month-future`.
 */
export async function shareMonth(
  scope: Scope,
  staff: readonly Staff[],
  month: Temporal.PlainDate,
): Promise<Output<'run'>> {
  const key = month.toString()
  if (key > scope.today.toString()) throw new Problem('BAD_REQUEST', 'share.month-future', { field: 'month' })
  // one run a store at a time: the second counts what the first gave
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sharing|${scope.storeId}`}, 0))`.execute(scope.tx)
  const rows = await monthRows(scope, month)
  const open = rows.filter((row) => row.advisorId === null)
  if (open.length === 0) return { given: 0, unassigned: 0 }
  const advisors = (await advisorsOf(scope, staff)).map(({ userId, weight, away, disabled }) => ({
    id: userId,
    weight: weight / 100,
    absent: away || disabled,
  }))
  const decided = decide(rows, advisors, `${scope.storeId}|${key}`)
  const given = await insertShares(scope, key, decided)
  await follow(scope, given)
  if (given.length > 0) await audit(scope, 'sharing.run', key, { given: given.length })
  return { given: given.length, unassigned: open.length - given.length }
}

type Row = Awaited<ReturnType<typeof monthRows>>[number]

/** The rule is given the first vehicle of a customer and how many he has, so that his others go along; those given before only count. */
function decide(
  rows: readonly Row[],
  advisors: readonly { id: string; weight: number; absent: boolean }[],
  seed: string,
): Given[] {
  const there = new Set(advisors.filter((one) => !one.absent).map((one) => one.id))
  const before = rows.flatMap((row): Sharable[] =>
    row.advisorId && there.has(row.advisorId) ? [{ id: row.vehicleId, keepWith: row.advisorId }] : [],
  )
  const mine = new Map(rows.flatMap((row) => (row.advisorId ? [[row.customerId, row.advisorId] as const] : [])))
  const groups = Map.groupBy(
    rows.filter((row) => row.advisorId === null),
    (row) => row.customerId,
  )
  const first = [...groups.values()].flatMap((group): Sharable[] => {
    const [row] = group
    if (!row) return []
    const keepWith = mine.get(row.customerId) ?? row.customerAdvisorId
    return [{ id: row.vehicleId, size: group.length, keepWith }]
  })
  const { given } = shareOut([...before, ...first], advisors, seed)
  const to = new Map(given.map((one) => [one.id, one.to]))
  return [...groups.values()].flatMap((group) => {
    const advisorId = to.get(group[0]?.vehicleId ?? '')
    return advisorId ? group.map((row) => ({ vehicleId: row.vehicleId, advisorId })) : []
  })
}

/**
 * Gives vehicles of a month to another advisor, for all or none: customers and their open first and second service calls go along.
 * BAD_REQUEST `share.not-advisor`, CONFLICT `version.changed` when somebody moved one of them since.
 */
export async function reassign(
  scope: Scope,
  staff: readonly Staff[],
  month: Temporal.PlainDate,
  advisorId: string,
  vehicles: readonly { readonly vehicleId: string; readonly version: number }[],
): Promise<{ moved: number }> {
  const known = staff.some((one) => one.userId === advisorId && one.roles.includes('advisor') && !one.disabled)
  if (!known) throw new Problem('BAD_REQUEST', 'share.not-advisor', { field: 'advisorId' })
  const wanted = [...new Map(vehicles.map((one) => [one.vehicleId, one])).values()]
  const moved = await moveShares(scope, month.toString(), advisorId, wanted)
  if (moved.length < wanted.length) throw new Problem('CONFLICT', 'version.changed')
  await follow(
    scope,
    moved.map((vehicleId) => ({ vehicleId, advisorId })),
  )
  await audit(scope, 'sharing.reassign', month.toString(), { advisorId, vehicles: moved })
  return { moved: moved.length }
}

/** Customers get the advisor of their new car, and his calls. */
async function follow(scope: Scope, given: readonly Given[]): Promise<void> {
  const changed = await setAdvisors(scope, given)
  await appendTimeline(
    scope,
    changed.map(({ customerId, vehicleId, advisorId, from }) => ({
      kind: 'customer.advisor',
      customerId,
      vehicleId,
      data: { advisorId, from },
    })),
  )
  // calls that are the advisor's own follow the customer's advisor
  if (given.length > 0) await factsChanged(scope, { vehicleIds: given.map((one) => one.vehicleId) })
}

/** Whether and how fully an advisor takes part from the next run on. BAD_REQUEST `share.not-advisor`. */
export async function setSharer(
  scope: Scope,
  staff: readonly Staff[],
  userId: string,
  { weight, away }: { readonly weight: number; readonly away: boolean },
): Promise<void> {
  if (!staff.some((one) => one.userId === userId && one.roles.includes('advisor')))
    throw new Problem('BAD_REQUEST', 'share.not-advisor', { field: 'userId' })
  const { storeId, now, actor } = scope
  const fields = { weight, away, updatedAt: now.toString(), updatedBy: actor.id }
  await scope.tx
    .insertInto('sharingAdvisor')
    .values({ storeId, userId, ...fields })
    .onConflict((on) => on.columns(['storeId', 'userId']).doUpdateSet(fields))
    .execute()
  await recordAudit(scope, {
    action: 'sharing.advisor',
    subjectKind: 'staff',
    subjectId: userId,
    detail: { weight, away },
  })
}

const audit = (scope: Scope, action: AuditAction, month: string, detail: Record<string, unknown>) =>
  recordAudit(scope, { action, subjectKind: 'sharing', subjectId: month, detail })
