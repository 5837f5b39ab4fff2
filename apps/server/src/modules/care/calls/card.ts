import type { TaskCard } from '@changhui/contract/calls'
import { maskPhone } from '@changhui/rules/phone'
import { fillScript, type ScriptValues } from '@changhui/rules/script'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { programmeOf } from '../programmes/all.ts'
import { recheck } from './claim.ts'
import { isOpen, type TaskFacts, toTaskRows } from './rows.ts'

/** All that the person on the phone needs (CARE-16, CARE-21), re-checked against the facts (CARE-23). */
export async function taskCard(scope: Scope, taskId: string): Promise<TaskCard> {
  const task = await recheck(scope, taskId)
  const { tx, storeId } = scope
  const [row] = await toTaskRows(scope, [task])
  const customer = await tx
    .selectFrom('customer')
    .select(['name', 'sex', 'preferredHour', 'advisorId', 'doNotDisturb'])
    .where('storeId', '=', storeId)
    .where('id', '=', task.customerId)
    .executeTakeFirstOrThrow()
  const phones = await phonesOf(scope, task.customerId)
  const attempts = await tx
    .selectFrom('attempt')
    .select(['id', 'at', 'channel', 'part', 'result', 'outcome', 'note', 'byUser', 'phoneId'])
    .where('storeId', '=', storeId)
    .where('taskId', '=', taskId)
    .orderBy('at', 'desc')
    .execute()
  const names = await staffNames(tx, [...attempts.map((one) => one.byUser), customer.advisorId])
  const visits = await tx
    .selectFrom('visit')
    .select(['arrivedOn', 'kind', 'mileageKm'])
    .where('storeId', '=', storeId)
    .where('vehicleId', '=', task.vehicleId ?? '00000000-0000-0000-0000-000000000000')
    .orderBy('arrivedOn', 'desc')
    .limit(3)
    .execute()
  const suggested =
    phones.find((one) => one.id === task.nextPhoneId && one.state === 'usable') ??
    phones.find((one) => one.state === 'usable')
  const advisorName = names.get(customer.advisorId ?? '') ?? null
  return {
    ...found(row),
    phones: phones.map(({ id, number, state, label }) => ({
      id,
      masked: maskPhone(number),
      state,
      label,
      suggested: id === suggested?.id,
    })),
    script: await filledScript(scope, task, customer, advisorName),
    why: task.why as Record<string, unknown>,
    attemptsSoFar: attempts.map(({ byUser, phoneId: _, ...one }) => ({
      ...one,
      byName: names.get(byUser ?? '') ?? null,
    })),
    preferredHour: customer.preferredHour,
    lastVisits: visits,
    flags: await flagsOf(scope, task),
  }
}

/** A customer's numbers in the order they should be tried. */
export function phonesOf({ tx, storeId }: Scope, customerId: string) {
  return tx
    .selectFrom('customerPhone')
    .select(['id', 'number', 'state', 'label'])
    .where('storeId', '=', storeId)
    .where('customerId', '=', customerId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** What the caller should know at first sight, as codes. */
async function flagsOf(scope: Scope, task: TaskFacts): Promise<string[]> {
  const today = scope.today.toString()
  const why = task.why as { visitedOn?: string }
  const complaint = await scope.tx
    .selectFrom('task')
    .select('id')
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', task.customerId)
    .where('programme', '=', 'complaint')
    .where('state', 'in', ['open', 'attempting'])
    .limit(1)
    .executeTakeFirst()
  return [
    ...(isOpen(task) && task.dueOn < today ? ['overdue'] : []),
    ...(isOpen(task) && task.callBy < today ? ['call-late'] : []),
    // in for something else since the task was made: reception reminds him of the service (CARE-03)
    ...(why.visitedOn ? ['at-reception'] : []),
    ...(task.blockedBy ? [task.blockedBy] : []),
    ...(complaint && task.programme !== 'complaint' ? ['open-complaint'] : []),
  ]
}

async function filledScript(
  scope: Scope,
  task: TaskFacts,
  customer: { readonly name: string; readonly sex: string | null },
  advisorName: string | null,
): Promise<string> {
  const { tx, storeId } = scope
  const saved = await tx
    .selectFrom('script')
    .select('body')
    .where('storeId', '=', storeId)
    .where('programme', '=', task.programme)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const store = await tx
    .selectFrom('store')
    .select(['name', 'phone', 'address'])
    .where('id', '=', storeId)
    .executeTakeFirstOrThrow()
  const vehicle = task.vehicleId
    ? await tx
        .selectFrom('vehicle')
        .select([
          'plate',
          'model',
          'series',
          'brand',
          'vin',
          'odometerKm',
          'lastVisitOn',
          'anchorOn',
          'anchorKm',
          'intervalKm',
        ])
        .where('storeId', '=', storeId)
        .where('id', '=', task.vehicleId)
        .executeTakeFirst()
    : undefined
  const km = (value: number | null | undefined) => (value === null || value === undefined ? null : `${value} 公里`)
  const why = task.why as { by?: string }
  const values: ScriptValues = {
    customerName: customer.name,
    honorific: `${customer.name.slice(0, 1)}${customer.sex === 'female' ? '女士' : customer.sex === 'male' ? '先生' : '先生/女士'}`,
    plate: vehicle?.plate,
    model: vehicle?.model ?? vehicle?.series,
    brand: vehicle?.brand,
    vinTail: vehicle?.vin?.slice(-6),
    odometer: km(vehicle?.odometerKm),
    lastVisitOn: vehicle?.lastVisitOn,
    lastServiceOn: vehicle?.anchorOn,
    lastServiceKm: km(vehicle?.anchorKm),
    dueOn: task.dueOn,
    dueBy: why.by === 'mileage' ? '里程' : '时间',
    dueKm: vehicle?.intervalKm && vehicle.anchorKm !== null ? km(vehicle.anchorKm + vehicle.intervalKm) : null,
    serviceName: programmeOf(task.programme).zh,
    storeName: store.name,
    storePhone: store.phone,
    storeAddress: store.address,
    agentName: scope.actor.name,
    advisorName,
    today: scope.today.toString(),
  }
  return fillScript(saved?.body ?? programmeOf(task.programme).script, values).text
}
