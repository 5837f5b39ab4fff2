import { addWorkingDays } from '@changhui/rules/calendar'
import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { emitMany } from '../../integrations/service.ts'
import { programmeOf, programmes } from '../programmes/all.ts'
import {
  answeredStatement,
  type Changed,
  type FollowCount,
  followStatement,
  numbersStatement,
  switchedOff,
  touchedTasks,
} from './follow-sql.ts'
import {
  type DueParameters,
  isPlanned,
  type PlannedProgramme,
  type Programme,
  type ProgrammeInForce,
  roundsKey,
} from './programme.ts'
import { allInForce, storeCalendar } from './store-values.ts'
import { withoutLoops } from './without-loops.ts'

/** Lets the open tasks of what changed follow the facts of a day: see `factsChanged` of the service. */
export async function followFacts(scope: Scope, changed: Changed, asOf: Temporal.PlainDate): Promise<FollowCount> {
  const whole = !changed.vehicleIds && !changed.customerIds && !changed.taskIds
  const touched = whole ? undefined : (await touchedTasks(scope.storeId, changed).execute(scope.tx)).rows
  if (touched?.length === 0) return { closed: 0, moved: 0 }
  const due = await dueOfStore(scope, asOf)
  let [closed, moved] = [0, 0]
  const run = async (statement: RawBuilder<FollowCount>) => {
    const [count] = (await statement.execute(scope.tx)).rows
    closed += count?.closed ?? 0
    moved += count?.moved ?? 0
  }
  const follow = async (programme: Programme, some?: NonNullable<typeof touched>[number]) => {
    const ended = (answered: RawBuilder<unknown>) =>
      run(answeredStatement({ ...programme, answered }, scope.storeId, some?.taskIds, scope.now))
    if (isPlanned(programme)) {
      const { enabled, parameters } = due(programme, some)
      await run(followStatement(programme, parameters, some?.taskIds, scope.now))
      if (!enabled) await ended(switchedOff(scope.now))
      return
    }
    if (programme.answered) await ended(programme.answered)
    if (programme.work === 'call') await numbersStatement(programme, scope.storeId, some?.taskIds).execute(scope.tx)
  }
  if (touched) for (const some of touched) await follow(programmeOf(some.programme), some)
  else
    await withoutLoops(scope.tx, async () => {
      for (const programme of await withOpenTasks(scope)) await follow(programme)
    })
  if (closed > 0) await emitMany(scope, 'task.closed', whole ? {} : await whoseTasks(scope, changed))
  return { closed, moved }
}

/** Those whose timeline tells of it: of single tasks, their customers. */
async function whoseTasks({ tx, storeId }: Scope, { vehicleIds, customerIds, taskIds }: Changed) {
  if (!taskIds) return { ...(vehicleIds ? { vehicleIds } : {}), ...(customerIds ? { customerIds } : {}) }
  const rows = await tx
    .selectFrom('task')
    .select('customerId')
    .distinct()
    .where('storeId', '=', storeId)
    .where('id', 'in', [...taskIds])
    .execute()
  return { customerIds: rows.map((row) => row.customerId) }
}

/** The programmes that have anything open: a statement each is what following costs. */
async function withOpenTasks({ tx, storeId }: Scope): Promise<Programme[]> {
  const rows = await tx
    .selectFrom('task')
    .select('programme')
    .distinct()
    .where('storeId', '=', storeId)
    .where('state', 'in', ['open', 'attempting'])
    .execute()
  const keys = new Set(rows.map((row) => row.programme))
  return programmes.filter((one) => keys.has(one.key))
}

/** More subjects than this, after an import, are not named to the due query: it is quicker through all of the store. */
const FEW = 500

/** Whom a due query looks at; nothing = the whole store. */
export interface Subjects {
  readonly vehicleIds?: readonly string[]
  readonly customerIds?: readonly string[]
}

export type DueOfStore = (
  programme: PlannedProgramme,
  subjects?: Subjects,
) => ProgrammeInForce & { readonly parameters: DueParameters }

/** What the due queries of the scope's store are told for a day, and whether the store wants a programme at all; its settings are read once. */
export async function dueOfStore(scope: Scope, asOf: Temporal.PlainDate): Promise<DueOfStore> {
  const calendar = await storeCalendar(scope)
  const inForce = await allInForce(scope)
  const rowsOf = (table: 'vehicle' | 'customer', ids: readonly string[] | undefined) => {
    const some = ids && ids.length <= FEW ? sql`AND one.id = ANY (${[...ids]}::uuid[])` : sql``
    return sql`(SELECT * FROM ${sql.table(table)} one WHERE one.store_id = ${scope.storeId}::uuid ${some})`
  }
  return (programme, { vehicleIds, customerIds } = {}) => {
    const { enabled, values } = inForce(programme)
    const days = programme.lateCallDays?.(values) ?? 0
    // a store closed for good still gets a day, so that the plan can say what is owed
    const lateCallBy = days === 0 ? asOf : (addWorkingDays(asOf, days, calendar) ?? asOf.add({ days }))
    const ofVehicles = programme.subject === 'vehicle'
    return {
      enabled,
      values,
      parameters: {
        storeId: scope.storeId,
        asOf,
        lateCallBy,
        values,
        calendar,
        vehicles: rowsOf('vehicle', ofVehicles ? vehicleIds : undefined),
        customers: rowsOf('customer', ofVehicles ? undefined : customerIds),
        other: (key) => inForce(programmeOf(key)),
        sameRounds: programmes.filter((one) => roundsKey(one) === roundsKey(programme)).map(({ key }) => key),
      },
    }
  }
}

/** The same for one programme. */
export async function dueParameters(
  scope: Scope,
  programme: PlannedProgramme,
  asOf: Temporal.PlainDate,
): Promise<ReturnType<DueOfStore>> {
  return (await dueOfStore(scope, asOf))(programme)
}
