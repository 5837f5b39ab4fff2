import { addWorkingDays } from '@changhui/rules/calendar'
import type { Scope } from '../../../platform/scope.ts'
import { programmes } from '../programmes/all.ts'
import { answeredStatement, type Changed, type FollowCount, followStatement } from './follow-sql.ts'
import { type DueParameters, isPlanned, type PlannedProgramme } from './programme.ts'
import { programmeInForce, storeCalendar } from './store-values.ts'

/** Lets the open tasks of what changed follow the facts of a day: see `factsChanged` of the service. */
export async function followFacts(scope: Scope, changed: Changed, asOf: Temporal.PlainDate): Promise<FollowCount> {
  let [closed, moved] = [0, 0]
  const add = ({ rows: [count] }: { rows: FollowCount[] }) => {
    closed += count?.closed ?? 0
    moved += count?.moved ?? 0
  }
  for (const programme of programmes) {
    if (isPlanned(programme)) {
      const { parameters } = await dueParameters(scope, programme, asOf)
      add(await followStatement(programme, parameters, changed, scope.now).execute(scope.tx))
    } else if (programme.answered) {
      const answering = { ...programme, answered: programme.answered }
      add(await answeredStatement(answering, scope.storeId, changed, scope.now).execute(scope.tx))
    }
  }
  return { closed, moved }
}

/** What a due query of the scope's store is told for a day, and whether the store wants the programme at all. */
export async function dueParameters(
  scope: Scope,
  programme: PlannedProgramme,
  asOf: Temporal.PlainDate,
): Promise<{ enabled: boolean; parameters: DueParameters }> {
  const { enabled, values } = await programmeInForce(scope, programme)
  const days = programme.lateCallDays(values)
  // a store closed for good still gets a day, so that the plan can say what is owed
  const lateCallBy = addWorkingDays(asOf, days, await storeCalendar(scope)) ?? asOf.add({ days })
  return { enabled, parameters: { storeId: scope.storeId, asOf, lateCallBy, values } }
}
