import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import type { CardFacts } from './vcard.ts'

/** What stands on the cards of one customer or of an advisor's; dead and wrong numbers are left out. */
export async function cardFacts(
  scope: Scope,
  whose: { customerId: string } | { advisorId: string },
): Promise<CardFacts[]> {
  const who = 'customerId' in whose ? sql`c.id = ${whose.customerId}` : sql`c.advisor_id = ${whose.advisorId}`
  const { rows } = await sql<CardFacts>`
    SELECT c.id, c.name, c.email,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('number', p.number, 'label', p.label) ORDER BY p.position, p.id), '[]')
       FROM customer_phone p WHERE p.store_id = c.store_id AND p.customer_id = c.id AND p.state = 'usable') AS phones,
      ARRAY(SELECT v.plate FROM vehicle v WHERE v.store_id = c.store_id AND v.owner_id = c.id AND v.plate IS NOT NULL
            AND v.state = 'active' ORDER BY v.id) AS plates,
      ARRAY(SELECT DISTINCT coalesce(v.model, v.series) FROM vehicle v WHERE v.store_id = c.store_id AND v.owner_id = c.id
            AND coalesce(v.model, v.series) IS NOT NULL AND v.state = 'active') AS models
    FROM customer c
    WHERE c.store_id = ${scope.storeId} AND c.merged_into IS NULL AND ${who}
    ORDER BY c.name, c.id`.execute(scope.tx)
  return rows
}
