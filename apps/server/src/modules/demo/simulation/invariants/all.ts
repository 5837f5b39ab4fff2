import type { Scope } from '../../../../platform/scope.ts'
import { callInvariants } from './calls.ts'
import { contactInvariants } from './contacts.ts'
import { cycleInvariants } from './cycles.ts'
import type { Invariant, InvariantFacts } from './invariant.ts'
import { replayInvariants } from './replay.ts'
import { rowInvariants } from './rows.ts'

export const invariants: readonly Invariant[] = [
  ...rowInvariants,
  ...cycleInvariants,
  ...contactInvariants,
  ...callInvariants,
  ...replayInvariants,
]

export interface Invariants {
  readonly checked: number
  readonly broken: number
  readonly examples: readonly Readonly<Record<string, unknown>>[]
  readonly each: readonly { readonly name: string; readonly checked: number; readonly broken: number }[]
}

/** Checks everything; the first few of what breaks an invariant are shown. */
export async function checkInvariants(scope: Scope, facts: InvariantFacts): Promise<Invariants> {
  const each: { name: string; checked: number; broken: number }[] = []
  const examples: Record<string, unknown>[] = []
  for (const { name, check } of invariants) {
    const { checked, broken } = await check(scope, facts)
    each.push({ name, checked, broken: broken.length })
    examples.push(...broken.slice(0, 5).map((one) => ({ invariant: name, ...one })))
  }
  const sum = (field: 'checked' | 'broken') => each.reduce((so, one) => so + one[field], 0)
  return { checked: sum('checked'), broken: sum('broken'), examples, each }
}
