import type { taskRow } from '@changhui/contract/calls'
import type { TaskState } from '@changhui/rules/words'
import type { z } from 'zod'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { programmeOf } from '../programmes/all.ts'

export type TaskRow = z.infer<typeof taskRow>

/** A task with what a list shows of its customer and vehicle. */
export function selectTasks({ tx, storeId }: Scope) {
  return tx
    .selectFrom('task as t')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 't.storeId').onRef('c.id', '=', 't.customerId'))
    .leftJoin('vehicle as v', (join) => join.onRef('v.storeId', '=', 't.storeId').onRef('v.id', '=', 't.vehicleId'))
    .where('t.storeId', '=', storeId)
    .selectAll('t')
    .select(['c.name as customerName', 'v.plate', 'v.model'])
}

export type TaskFacts = Awaited<ReturnType<ReturnType<typeof selectTasks>['executeTakeFirstOrThrow']>>

/** The rows as pages get them; who is on the phone is named while the claim lasts. */
export async function toTaskRows(scope: Scope, tasks: readonly TaskFacts[]): Promise<TaskRow[]> {
  const held = (task: TaskFacts) => (isHeld(task, scope.now) ? task.claimedBy : null)
  const names = await staffNames(scope.tx, [...tasks.map(held), ...tasks.map((task) => task.assigneeId)])
  return tasks.map((task) => ({
    id: task.id,
    programme: task.programme,
    work: programmeOf(task.programme).work,
    state: task.state as TaskState,
    customerId: task.customerId,
    customerName: task.customerName,
    vehicleId: task.vehicleId,
    plate: task.plate,
    model: task.model,
    dueOn: task.dueOn,
    callBy: task.callBy,
    closesOn: task.closesOn,
    nextAt: task.nextAt,
    priority: task.priority,
    attempts: task.attempts,
    blockedBy: task.blockedBy,
    heldBy: task.heldBy,
    assigneeId: task.assigneeId,
    assigneeName: names.get(task.assigneeId ?? '') ?? null,
    outcome: task.outcome,
    claimedByName: names.get(held(task) ?? '') ?? null,
    version: task.version,
    flags: isOpen(task) && wasHere(task) ? ['at-reception'] : [],
  }))
}

/** Whether somebody holds the call at a moment. */
export function isHeld(task: Pick<TaskFacts, 'claimedBy' | 'claimedUntil'>, now: Temporal.Instant): boolean {
  return (
    task.claimedBy !== null &&
    task.claimedUntil !== null &&
    Temporal.Instant.compare(Temporal.Instant.from(task.claimedUntil), now) > 0
  )
}

/** In for something else since the task was made: reception reminds him of the service (CARE-03). */
export const wasHere = (task: Pick<TaskFacts, 'why'>): boolean =>
  (task.why as { visitedOn?: string }).visitedOn !== undefined

export const isOpen = (task: { readonly state: string }): boolean =>
  task.state === 'open' || task.state === 'attempting'
