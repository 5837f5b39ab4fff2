import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { explainDue } from '../../care/service.ts'
import { defaultTemplate } from './defaults.ts'
import { spokenDay, textValues } from './values.ts'

/** The value of every variable that is known for one customer (MSG-03). */
export interface TextFacts {
  readonly customerName: string
  readonly values: Record<string, string>
}

/**
 * What a text would say to one customer, for previews. The due day is that of his open task of the programme, else the day one of
 * his cars is due for it, else the first day anything is due. Throws NOT_FOUND.
 */
export async function textFacts(scope: Scope, customerId: string, programme?: string): Promise<TextFacts> {
  const { tx, storeId } = scope
  const task = await tx
    .selectFrom('task')
    .select(['id', 'vehicleId'])
    .where('storeId', '=', storeId)
    .where('customerId', '=', customerId)
    .where('state', 'in', ['open', 'attempting'])
    .$if(programme !== undefined, (query) => query.where('programme', '=', programme ?? ''))
    .orderBy('dueOn')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const due = task ? undefined : await nextDue(scope, customerId, programme)
  const subject = {
    customerId,
    vehicleId: task?.vehicleId ?? due?.vehicleId ?? null,
    taskId: task?.id ?? null,
    variables: { dueOn: spokenDay(due?.dueOn, scope.today) },
  }
  const values = found((await textValues(scope, [subject], defaultTemplate(programme ?? '')?.zh))[0])
  const known = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : []))
  return { customerName: values.customerName ?? '', values: Object.fromEntries(known) }
}

async function nextDue(scope: Scope, customerId: string, programme: string | undefined) {
  const vehicles = await scope.tx
    .selectFrom('vehicle')
    .select('id')
    .where('storeId', '=', scope.storeId)
    .where('ownerId', '=', customerId)
    .where('state', '=', 'active')
    .limit(20)
    .execute()
  const explained = await explainDue(
    scope,
    vehicles.map(({ id }) => id),
  )
  const days = [...explained].flatMap(([vehicleId, cares]) =>
    cares.flatMap((care) => (care.dueOn ? [{ vehicleId, dueOn: care.dueOn, programme: care.programme }] : [])),
  )
  const own = days.filter((one) => one.programme === programme)
  return (own.length > 0 ? own : days).sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1))[0]
}
