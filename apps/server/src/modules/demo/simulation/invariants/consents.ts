import { sql } from 'kysely'
import type { Scope } from '../../../../platform/scope.ts'
import { personAt } from '../roster.ts'
import type { InvariantFacts } from './invariant.ts'

export interface Wishes {
  readonly doNotDisturb: boolean
  readonly consents: Readonly<Record<string, boolean>>
}

interface Change {
  readonly customer: string
  readonly at: number
  readonly detail: {
    readonly doNotDisturb?: boolean
    readonly consents?: Readonly<Record<string, boolean>>
    readonly channel?: string
  }
}

/**
 * What every customer wished at any moment: how he came into the store, and each change since as the audit log has it. Nothing is read from
 * the customers as they stand now.
 */
export async function consentsAt(
  scope: Scope,
  facts: InvariantFacts,
): Promise<(customer: string, at: number) => Wishes> {
  const { rows } = await sql<Change>`
    SELECT subject_id AS customer, (extract(epoch FROM at) * 1000)::float8 AS at, detail FROM audit_entry
    WHERE store_id = ${scope.storeId}::uuid AND action = 'customer.consent'
    ORDER BY at, id`.execute(scope.tx)
  const changes = Map.groupBy(rows, (one) => one.customer)
  return (customer, at) => {
    const index = facts.indexOf.get(customer)
    const person = index === undefined ? undefined : personAt(facts, index)
    let now: Wishes = { doNotDisturb: person?.doNotDisturb ?? false, consents: person?.consents ?? {} }
    for (const { at: when, detail } of changes.get(customer) ?? []) {
      if (when >= at) break
      now = {
        doNotDisturb: detail.doNotDisturb ?? now.doNotDisturb,
        consents: detail.consents ?? (detail.channel ? { ...now.consents, [detail.channel]: false } : now.consents),
      }
    }
    return now
  }
}
