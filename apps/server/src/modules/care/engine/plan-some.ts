import type { Scope } from '../../../platform/scope.ts'
import { emitMany } from '../../integrations/service.ts'
import { programmeOf } from '../programmes/all.ts'
import { dueOfStore } from './follow.ts'
import { followStatement } from './follow-sql.ts'
import { planStatement } from './plan-sql.ts'
import { isPlanned } from './programme.ts'
import { withoutLoops } from './without-loops.ts'

/**
 * Plans a few programmes at once, outside the morning's plan, because a fact of theirs appeared or went (a warning, an order's
 * step): their open tasks follow, missing ones are made. It may run before the day's plan has; that one then finds its tasks
 * there. Returns how many tasks it made.
 */
export async function planProgrammes(scope: Scope, keys: readonly string[]): Promise<number> {
  const { tx, storeId, today, now } = scope
  const due = await dueOfStore(scope, today)
  let [made, closed] = [0, 0]
  for (const programme of keys.map(programmeOf).filter(isPlanned)) {
    // where the day's plan has run its row is the queue at which planners wait for one another
    const run = tx
      .selectFrom('planRun')
      .select('day')
      .where('storeId', '=', storeId)
      .where('day', '=', today.toString())
    await run.where('programme', '=', programme.key).forUpdate().execute()
    const { enabled, parameters } = due(programme)
    const count = await withoutLoops(tx, async () => {
      closed += (await followStatement(programme, parameters, undefined, now).execute(tx)).rows[0]?.closed ?? 0
      return enabled ? (await planStatement(programme, parameters, now).execute(tx)).rows[0] : undefined
    })
    if (!count) continue
    made += count.created
    await tx
      .updateTable('planRun')
      .set((eb) => ({ due: count.due, created: eb('created', '+', count.created), ranAt: now.toString() }))
      .where('storeId', '=', storeId)
      .where('day', '=', today.toString())
      .where('programme', '=', programme.key)
      .execute()
  }
  if (made > 0) await emitMany(scope, 'task.planned')
  if (closed > 0) await emitMany(scope, 'task.closed')
  return made
}
