import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'

/** Somebody follows the account or is in its directory, or no longer; `customerId` where the event says who it is. Late news of the past change nothing. */
export async function noteAddress(
  scope: Scope,
  person: { channel: 'wechat' | 'wecom'; address: string; reachable: boolean; customerId?: string | undefined },
  at: Temporal.Instant,
): Promise<void> {
  const { channel, address, reachable, customerId = null } = person
  await sql`
    INSERT INTO channel_address (store_id, channel, address, customer_id, reachable, changed_at)
    VALUES (${scope.storeId}::uuid, ${channel}, ${address},
      (SELECT id FROM customer WHERE store_id = ${scope.storeId}::uuid AND id = ${customerId}::uuid), ${reachable}, ${at.toString()}::timestamptz)
    ON CONFLICT (store_id, channel, address) DO UPDATE SET
      customer_id = coalesce(excluded.customer_id, channel_address.customer_id),
      reachable = CASE WHEN excluded.changed_at >= channel_address.changed_at THEN excluded.reachable ELSE channel_address.reachable END,
      changed_at = greatest(channel_address.changed_at, excluded.changed_at)`.execute(scope.tx)
}
