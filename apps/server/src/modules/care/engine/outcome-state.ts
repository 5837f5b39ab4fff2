import type { TaskOutcome } from '@changhui/rules/words'

const cancelling: readonly TaskOutcome[] = [
  'sold',
  'moved-away',
  'handed-over',
  'commercial-use',
  'do-not-disturb',
  'superseded',
  'withdrawn',
]
const failing: readonly TaskOutcome[] = ['unreachable', 'expired', 'not-sent']

/** The state a task ends in by its outcome: kept promise, promise without an object, broken promise. */
export function endState(outcome: TaskOutcome): 'done' | 'cancelled' | 'failed' {
  if (cancelling.includes(outcome)) return 'cancelled'
  return failing.includes(outcome) ? 'failed' : 'done'
}

/** The same as an SQL expression over a column holding the outcome. */
export function endStateSql(column: string): string {
  const list = (outcomes: readonly TaskOutcome[]) => outcomes.map((one) => `'${one}'`).join(', ')
  return `CASE WHEN ${column} IN (${list(cancelling)}) THEN 'cancelled' WHEN ${column} IN (${list(failing)}) THEN 'failed' ELSE 'done' END`
}
