import type { RingingCall } from '@changhui/contract/callcentre'
import { maskPhone } from '@changhui/rules/phone'
import { callPhase } from '@changhui/rules/phoneCall'
import type { Scope } from '../../platform/scope.ts'
import { customersOfNumber } from '../base/customers/service.ts'
import { callersShown, extensionOf, factsOf, liveCalls } from './store.ts'

/** How many customers of one number the pop-up lists. */
const SHOWN = 4

/**
 * What rings or runs at the actor's extension, with who it is (BASE-08). The pages ask every two seconds while they are open: any
 * process can answer, nothing is lost when one restarts, and a pooler in between does not matter, all of which a push would
 * need a connection of its own for. Two small reads when nothing rings.
 */
export async function myCalls(scope: Scope): Promise<{ extension: string | null; calls: RingingCall[] }> {
  const userId = scope.actor.id
  const extension = await extensionOf(scope, userId)
  if (extension === null || userId === null) return { extension: null, calls: [] }
  const calls: RingingCall[] = []
  for (const row of await liveCalls(scope, userId)) {
    const facts = factsOf(row)
    const ids = row.customerId ? [row.customerId] : row.number ? await customersOfNumber(scope, row.number) : []
    const known = await callersShown(scope, ids.slice(0, SHOWN))
    calls.push({
      id: row.id,
      phase: callPhase(facts) === 'talking' ? 'talking' : 'ringing',
      since: (facts.answeredAt ?? facts.rangAt)?.toString() ?? row.firstSeenAt,
      number: row.number === null ? null : known.length > 0 ? maskPhone(row.number) : row.number,
      known,
    })
  }
  return { extension, calls }
}
