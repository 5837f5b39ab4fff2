import type { PhoneMark } from '@changhui/rules/attempts'
import { addWorkingDays } from '@changhui/rules/calendar'
import { deriveId } from '../../../platform/ids.ts'
import type { Scope } from '../../../platform/scope.ts'
import { appendTimeline } from '../../base/customers/service.ts'
import { storeCalendar } from '../engine/store-values.ts'
import type { TaskFacts } from './rows.ts'

interface FollowUp {
  readonly programme: string
  readonly cycle: string
  readonly priority: number
  readonly vehicleId: string | null
  /** Working days until it must be done. */
  readonly within: number
  readonly why: Record<string, unknown>
}

/** A task made by a call. Its id comes from its cause, so that the same cause has one task; a closed one is opened again. */
async function openTask(scope: Scope, customerId: string, task: FollowUp): Promise<string> {
  const { storeId, today } = scope
  const id = deriveId(storeId, task.programme, customerId, task.cycle)
  const due = addWorkingDays(today, task.within, await storeCalendar(scope)) ?? today.add({ days: task.within })
  const dueOn = due.toString()
  const fresh = {
    state: 'open',
    dueOn,
    opensOn: today.toString(),
    callBy: dueOn,
    closesOn: due.add({ years: 1 }).toString(),
    why: JSON.stringify(task.why),
    outcome: null,
    closedAt: null,
    nextAt: null,
    blockedBy: null,
    waitedFor: false,
  }
  const row = await scope.tx
    .insertInto('task')
    .values({
      ...fresh,
      storeId,
      id,
      programme: task.programme,
      customerId,
      vehicleId: task.vehicleId,
      cycle: task.cycle,
      priority: task.priority,
      plannedOn: today.toString(),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['storeId', 'id'])
        .doUpdateSet((eb) => ({ ...fresh, version: eb('task.version', '+', 1) }))
        .where('task.state', 'not in', ['open', 'attempting']),
    )
    .returning('id')
    .executeTakeFirst()
  if (row) {
    const data = { programme: task.programme, dueOn }
    await appendTimeline(scope, [{ kind: 'task.planned', customerId, vehicleId: task.vehicleId, taskId: id, data }])
  }
  return id
}

/** The task to find a new number for one that is dead or wrong (CARE-14); one a number. */
export function openCorrection(scope: Scope, task: TaskFacts, mark: PhoneMark): Promise<string> {
  return openTask(scope, task.customerId, {
    programme: 'number-correction',
    cycle: mark.phoneId,
    priority: 4,
    vehicleId: null,
    within: 3,
    why: { phoneId: mark.phoneId, phoneState: mark.state, at: scope.now.toString(), taskId: task.id },
  })
}

/** The complaint raised in a call, for the care manager; what was said stays off the timeline. */
export function raiseComplaint(scope: Scope, task: TaskFacts, said: string): Promise<string> {
  return openTask(scope, task.customerId, {
    programme: 'complaint',
    cycle: task.id,
    priority: 1,
    vehicleId: task.vehicleId,
    within: 1,
    why: { said, at: scope.now.toString(), taskId: task.id },
  })
}
