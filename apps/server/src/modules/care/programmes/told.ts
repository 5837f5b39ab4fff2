import { type RawBuilder, sql } from 'kysely'

/** The programmes that talk to a customer who waits for a car; their cycle is `<order>:<about>`, of a greeting with its day behind. */
const waitingProgrammes = ['waiting-new-car', 'new-car-invitation'] as const

/** What customers were told of their orders, by the kept promises: a SELECT of store_id, order_id, about, told_on (CARE-24). */
export function toldSelect(
  storeId: string,
  timeZone: string,
): RawBuilder<{ orderId: string; about: string; toldOn: string }> {
  return sql`
    SELECT t.store_id, split_part(t.cycle, ':', 1)::uuid AS order_id, split_part(t.cycle, ':', 2) AS about,
      (t.closed_at AT TIME ZONE ${timeZone}::text)::date AS told_on
    FROM task t
    WHERE t.store_id = ${storeId}::uuid AND t.programme = ANY (${[...waitingProgrammes]}::text[]) AND t.state = 'done'`
}
