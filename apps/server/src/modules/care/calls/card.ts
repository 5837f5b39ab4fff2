import type { TaskCard } from '@changhui/contract/calls'
import { maskPhone } from '@changhui/rules/phone'
import { fillScript } from '@changhui/rules/script'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { textValues } from '../../messaging/templates/values.ts'
import { staffNames } from '../../staff/service.ts'
import { variablesOf } from '../notices/text.ts'
import { programmeOf, receptionWork } from '../programmes/all.ts'
import { recheck } from './claim.ts'
import { isOpen, type TaskFacts, toTaskRows, wasHere } from './rows.ts'
import { phonesOf } from './try-facts.ts'

/** All that the person on the phone needs (CARE-16, CARE-21), re-checked against the facts (CARE-23). */
export async function taskCard(scope: Scope, taskId: string): Promise<TaskCard> {
  const task = await recheck(scope, taskId)
  const { tx, storeId } = scope
  const [row] = await toTaskRows(scope, [task])
  const customer = await tx
    .selectFrom('customer')
    .select('preferredHour')
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
  const names = await staffNames(
    tx,
    attempts.map((one) => one.byUser),
  )
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
  return {
    ...found(row),
    phones: phones.map(({ id, number, state, label }) => ({
      id,
      masked: maskPhone(number),
      state,
      label,
      suggested: id === suggested?.id,
    })),
    script: await filledScript(scope, task),
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

/** What the caller should know at first sight, as codes. */
async function flagsOf(scope: Scope, task: TaskFacts): Promise<string[]> {
  const today = scope.today.toString()
  const open = await scope.tx
    .selectFrom('task')
    .select(['programme', 'vehicleId'])
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', task.customerId)
    .where('programme', 'in', ['complaint', ...receptionWork])
    .where('state', 'in', ['open', 'attempting'])
    .execute()
  const complaint = open.some((one) => one.programme === 'complaint')
  return [
    ...(isOpen(task) && task.dueOn < today ? ['overdue'] : []),
    ...(isOpen(task) && task.callBy < today ? ['call-late'] : []),
    ...(wasHere(task) ? ['at-reception'] : []),
    ...(task.blockedBy ? [task.blockedBy] : []),
    ...(complaint && task.programme !== 'complaint' ? ['open-complaint'] : []),
    // what the reception offers when this car comes (CARE-02)
    ...open
      .filter((one) => one.programme !== 'complaint' && one.vehicleId === task.vehicleId)
      .map((one) => one.programme),
  ]
}

/** The script in force, the newest approved version, filled from the facts (CARE-16). */
async function filledScript(scope: Scope, task: TaskFacts): Promise<string> {
  const saved = await scope.tx
    .selectFrom('script')
    .select('body')
    .where('storeId', '=', scope.storeId)
    .where('programme', '=', task.programme)
    .where('state', '=', 'approved')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const programme = programmeOf(task.programme)
  const { customerId, vehicleId } = task
  const subject = { customerId, vehicleId, taskId: task.id, variables: variablesOf(task.why) }
  const [values] = await textValues(scope, [subject], programme.zh)
  return fillScript(saved?.body ?? programme.script, values ?? {}).text
}
