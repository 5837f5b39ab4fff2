import { again } from '../../platform/http/again.ts'
import type { Platform } from '../../platform/http/context.ts'
import { found, Problem } from '../../platform/problem.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../../platform/scope.ts'
import { recordAudit } from '../audit/service.ts'
import { requireCall, takeCall } from '../care/service.ts'
import { postSigned } from '../integrations/service.ts'
import { extensionOf } from './store.ts'

/** The person waits for it with the receiver in his hand. */
const TIMEOUT_MS = 5_000

export interface DialWish {
  readonly taskId: string
  readonly phoneId: string
  /** Made by the page: pressing once is dialling once. */
  readonly dialId: string
  /** The attempt the page will report. */
  readonly attemptId: string
}
export interface Dialled {
  readonly number: string
  readonly sent: boolean
  readonly because: 'no-hook' | 'no-extension' | 'hook-failed' | null
}

interface Prepared {
  readonly number: string
  readonly extension: string | null
  readonly hook: { readonly url: string; readonly secret: string } | null
  readonly sentBefore: boolean
}

/**
 * Asks the telephone system to ring the actor's extension and then the customer (API-02): written down first, posted outside any
 * transaction, the outcome written after. Without a hook, an extension or an answer the page dials by itself. The full number
 * leaves the server, so it is logged. Dialling takes the call, by the same rules (CARE-18, CARE-23): CONFLICT `task.closed`, `task.taken`,
 * `task.blocked`, `task.held`; the actor's own call is his to dial again. NOT_FOUND for a number that is not the task's customer's,
 * CONFLICT `phone.unusable`.
 */
export async function dial(
  platform: Platform,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  actor: Actor,
  wish: DialWish,
  allowLoopback = false,
): Promise<Dialled> {
  const inStore = <T>(work: (scope: Scope) => Promise<T>) =>
    withStore(platform.pool, platform.clock, store, actor, work)
  const { claim, ready } = await again(() =>
    inStore(async (scope) => {
      await phoneToDial(scope, wish)
      const claim = await takeCall(scope, wish.taskId)
      return { claim, ready: claim.taken ? await prepare(scope, wish) : undefined }
    }),
  )
  requireCall(claim, store.timeZone)
  const { number, extension, hook, sentBefore } = found(ready)
  if (sentBefore) return { number, sent: true, because: null }
  if (!hook) return { number, sent: false, because: 'no-hook' }
  if (extension === null) return { number, sent: false, because: 'no-extension' }
  const at = platform.clock.now()
  const status = await postSigned({
    ...hook,
    topic: 'call.dial',
    id: wish.dialId,
    body: { dialId: wish.dialId, storeId: store.id, taskId: wish.taskId, extension, number, at: at.toString() },
    at,
    timeoutMs: TIMEOUT_MS,
    allowLoopback,
  })
  const sent = status >= 200 && status < 300
  await inStore((scope) => settle(scope, wish.dialId, sent ? 'sent' : 'failed', status))
  return { number, sent, because: sent ? null : 'hook-failed' }
}

async function phoneToDial({ tx, storeId }: Scope, wish: DialWish) {
  const { customerId } = found(
    await tx
      .selectFrom('task')
      .select('customerId')
      .where('storeId', '=', storeId)
      .where('id', '=', wish.taskId)
      .executeTakeFirst(),
  )
  const phone = found(
    await tx
      .selectFrom('customerPhone')
      .select(['number', 'state'])
      .where('storeId', '=', storeId)
      .where('customerId', '=', customerId)
      .where('id', '=', wish.phoneId)
      .executeTakeFirst(),
  )
  if (phone.state !== 'usable') throw new Problem('CONFLICT', 'phone.unusable')
  return { customerId, number: phone.number }
}

async function prepare(scope: Scope, wish: DialWish): Promise<Prepared> {
  const { tx, storeId, actor, now } = scope
  // once more: taking the call may have handed it to the car's new owner
  const { customerId, number } = await phoneToDial(scope, wish)
  const hook =
    (await tx.selectFrom('dialHook').select(['url', 'secret']).where('storeId', '=', storeId).executeTakeFirst()) ??
    null
  const extension = await extensionOf(scope, actor.id)
  const { taskId, phoneId, attemptId, dialId } = wish
  const made = await tx
    .insertInto('phoneDial')
    .values({
      ...{ storeId, id: dialId, taskId, customerId, phoneId, attemptId, userId: actor.id, extension },
      askedAt: now.toString(),
      state: hook && extension !== null ? 'asked' : 'by-hand',
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  const before = made ? undefined : await dialMade(scope, wish)
  const detail = { phoneId, taskId, dialId, reason: 'call' }
  await recordAudit(scope, { action: 'phone.dialled', subjectKind: 'customer', subjectId: customerId, detail })
  return { number, extension, hook, sentBefore: before?.state === 'sent' }
}

async function dialMade({ tx, storeId }: Scope, wish: DialWish) {
  const row = await tx
    .selectFrom('phoneDial')
    .select(['state', 'taskId', 'phoneId'])
    .where('storeId', '=', storeId)
    .where('id', '=', wish.dialId)
    .executeTakeFirst()
  if (row?.taskId !== wish.taskId || row.phoneId !== wish.phoneId) throw new Problem('CONFLICT', 'idempotency.reused')
  return row
}

async function settle({ tx, storeId }: Scope, id: string, state: 'sent' | 'failed', status: number): Promise<void> {
  await tx
    .updateTable('phoneDial')
    .set({ state, lastStatus: status })
    .where('storeId', '=', storeId)
    .where('id', '=', id)
    .execute()
}
