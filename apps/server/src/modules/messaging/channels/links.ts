import type { Platform } from '../../../platform/http/context.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { openAccounts } from './accounts.ts'
import { adapterOf } from './adapters.ts'
import { noteAddress } from './followers.ts'

const timeoutMs = 10_000
type Linked = 'wechat' | 'wecom'

/** Where a customer can be written to on WeChat and WeCom; the address itself stays with us (MSG-01). Throws NOT_FOUND. */
export async function linksOf(scope: Scope, customerId: string) {
  await requireCustomer(scope, customerId)
  const rows = await scope.tx
    .selectFrom('channelAddress')
    .select(['channel', 'address', 'reachable', 'changedAt'])
    .where('storeId', '=', scope.storeId)
    .where('customerId', '=', customerId)
    .orderBy('channel')
    .orderBy('changedAt', 'desc')
    .execute()
  const { tx, storeId } = scope
  const account = tx
    .selectFrom('channelAccount')
    .select('id')
    .where('storeId', '=', storeId)
    .where('removedAt', 'is', null)
  const codes = await account.where('enabled', '=', true).where('provider', '=', 'wechat').limit(1).executeTakeFirst()
  return {
    links: rows.map((row) => ({ ...row, channel: row.channel as Linked })),
    codes: codes !== undefined,
  }
}

/**
 * A code that makes the customer a follower of the store's official account and tells us who he is. Throws NOT_FOUND, BAD_REQUEST
 * `link.no-account` where the store has no such account in force, CONFLICT `link.refused` with the provider's words.
 */
export async function followCode(scope: Scope, platform: Platform, customerId: string) {
  await requireCustomer(scope, customerId)
  const account = (await openAccounts(scope, platform.config)).find((one) => one.provider === 'wechat')
  const adapter = account && adapterOf(platform, { id: scope.storeId, timeZone: scope.timeZone }, account)
  if (!adapter?.followCode) throw new Problem('BAD_REQUEST', 'link.no-account')
  const made = await adapter.followCode(customerId, AbortSignal.timeout(timeoutMs))
  if (made.state !== 'made') throw new Problem('CONFLICT', 'link.refused', { values: { reason: made.reason } })
  return { address: made.address, expiresAt: scope.now.add({ seconds: made.seconds }).toString() }
}

/** Writes an open id or WeCom user id down for a customer. CONFLICT `link.taken` when it is another customer's. */
export async function linkAddress(
  scope: Scope,
  { customerId, channel, address }: { customerId: string; channel: Linked; address: string },
): Promise<void> {
  await requireCustomer(scope, customerId)
  const holder = await scope.tx
    .selectFrom('channelAddress')
    .select('customerId')
    .where('storeId', '=', scope.storeId)
    .where('channel', '=', channel)
    .where('address', '=', address)
    .forUpdate()
    .executeTakeFirst()
  if (holder?.customerId && holder.customerId !== customerId)
    throw new Problem('CONFLICT', 'link.taken', { field: 'address' })
  await noteAddress(scope, { channel, address, reachable: true, customerId }, scope.now)
  await record(scope, customerId, channel, 'linked')
}

/** The address is the customer's no more; the follower stays one. Throws NOT_FOUND for a customer who is not there. */
export async function unlinkAddress(
  scope: Scope,
  { customerId, channel, address }: { customerId: string; channel: Linked; address: string },
): Promise<void> {
  await requireCustomer(scope, customerId)
  const { numUpdatedRows } = await scope.tx
    .updateTable('channelAddress')
    .set({ customerId: null })
    .where('storeId', '=', scope.storeId)
    .where('channel', '=', channel)
    .where('address', '=', address)
    .where('customerId', '=', customerId)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await record(scope, customerId, channel, 'unlinked')
}

const record = (scope: Scope, customerId: string, channel: Linked, what: 'linked' | 'unlinked') =>
  recordAudit(scope, {
    action: 'customer.link',
    subjectKind: 'customer',
    subjectId: customerId,
    detail: { channel, what },
  })

async function requireCustomer({ tx, storeId }: Scope, customerId: string): Promise<void> {
  found(
    await tx
      .selectFrom('customer')
      .select('id')
      .where('storeId', '=', storeId)
      .where('id', '=', customerId)
      .where('mergedInto', 'is', null)
      .executeTakeFirst(),
  )
}
