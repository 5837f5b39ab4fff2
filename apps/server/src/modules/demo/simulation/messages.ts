import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import { workNotices } from '../../care/notices/work.ts'
import { tasksStillOwed } from '../../care/service.ts'
import { deliverDue, receiveReply, recordReceipt } from '../../messaging/service.ts'
import { PROVIDER, simulatedAdapters } from './provider.ts'
import type { SimWorld } from './world.ts'

/** A worker that died lets go of its messages after three minutes. */
const LEASE = { minutes: 3, seconds: 1 } as const

/** Turns notices into messages and sends what is due, and once more when the claims of a worker that was killed have run out. */
export async function deliver(world: SimWorld, now: Temporal.Instant): Promise<boolean> {
  const adapters = simulatedAdapters(world.luck)
  let done = 0
  const counted = (count: object) => Object.values(count).reduce<number>((so, n) => so + Number(n), 0)
  for (const moment of [now, now.add(LEASE)]) {
    world.clock.set(moment)
    done += counted(await workNotices(world.platform, world.store))
    const options = { adapters, stillOwed: tasksStillOwed, now: moment }
    done += counted(await deliverDue(world.platform, world.store, options))
  }
  world.clock.set(now.add(LEASE))
  done += counted(await workNotices(world.platform, world.store))
  return done > 0
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
    const text = word < (purpose === 'marketing' ? 0.03 : 0.006) ? 'TD' : word < 0.05 ? '好的，谢谢' : undefined
    if (!text || fate < 0.03) continue
    await receiveReply(scope, { provider: PROVIDER, from: recipient, text, at: scope.now, providerId: `reply.${id}` })
  }
}
