import { sql } from 'kysely'
import { inScope } from '../../../platform/db.ts'
import type { Scope } from '../../../platform/scope.ts'
import { workNotices } from '../../care/notices/work.ts'
import { tasksStillOwed } from '../../care/service.ts'
import { deliverDue, receiveReply, recordReceipt } from '../../messaging/service.ts'
import { PROVIDER, simulatedAdapters } from './provider.ts'
import type { SimWorld } from './world.ts'

/** A worker's next round. */
const LATER = { minutes: 3, seconds: 1 } as const

/** Turns notices into messages and sends what is due; rounds later what was sent is told to its task. */
export async function deliver(world: SimWorld, now: Temporal.Instant): Promise<boolean> {
  const counted = (count: object) => Object.values(count).reduce<number>((so, n) => so + Number(n), 0)
  const round = async (moment: Temporal.Instant) => {
    world.clock.set(moment)
    const notices = counted(await workNotices(world.platform, world.store))
    const options = { adapters: simulatedAdapters(world.luck), stillOwed: tasksStillOwed, now: moment }
    return notices + counted(await deliverDue(world.platform, world.store, options))
  }
  await endClaims(world, now)
  let done = await round(now)
  // also when the first did nothing: it may have been done before a crash. Twice: one may send what waited, the next tells of that
  for (const _ of [1, 2]) done += await round(now.add(LATER))
  return done > 0
}

/**
 * Ends the claims of a worker that was killed: the clock of a simulation stood still while it was dead, and with the claims running out after that
 * its messages would go three minutes later than in the run without it, which moves the caps of the weeks to come. They had been taken before
 * what else was due in their round, so they are the first of it again.
 */
function endClaims({ platform, store }: SimWorld, now: Temporal.Instant): Promise<unknown> {
  const at = (moment: Temporal.Instant) => sql`${moment.toString()}::timestamptz`
  const [first, later] = [now.subtract({ milliseconds: 500 }), now.add(LATER).subtract({ milliseconds: 500 })]
  // a claim of the first round runs out before that of a later one begins; one ended already stays as it is
  return inScope(platform.pool, [store.id], (tx) =>
    sql`UPDATE message SET next_at = CASE WHEN next_at < ${at(later)} THEN ${at(first)} ELSE ${at(later)} END
      WHERE store_id = ${store.id}::uuid AND state = 'sending' AND next_at <> ${at(later)}`.execute(tx),
  )
}

/** What the provider reports of the messages of the last day, and what customers write back. */
export async function receipts(world: SimWorld, scope: Scope): Promise<void> {
  const { luck } = world
  const { rows } = await sql<{ id: string; channel: string; providerId: string; recipient: string; purpose: string }>`
    SELECT id, channel, provider_id, recipient, purpose FROM message
    WHERE store_id = ${scope.storeId}::uuid AND state = 'sent' AND provider = ${PROVIDER} AND provider_id IS NOT NULL
      AND sent_at > ${scope.now.subtract({ hours: 24 }).toString()}::timestamptz
    ORDER BY id`.execute(scope.tx)
  for (const { id, channel, providerId, recipient, purpose } of rows) {
    const fate = luck.of('receipt', providerId)
    // some are never heard of again
    if (fate > 0.96) continue
    const report = { provider: PROVIDER, providerId, at: scope.now }
    if (fate < 0.03)
      await recordReceipt(scope, { ...report, state: 'failed', code: 'UNDELIV', reason: 'not reachable' })
    else await recordReceipt(scope, { ...report, state: 'delivered' })
    if (channel !== 'sms') continue
    const word = luck.of('reply', id)
    const text = word < (purpose === 'marketing' ? 0.01 : 0.002) ? 'TD' : word < 0.05 ? '好的，谢谢' : undefined
    if (!text || fate < 0.03) continue
    await receiveReply(scope, { provider: PROVIDER, from: recipient, text, at: scope.now, providerId: `reply.${id}` })
  }
}
