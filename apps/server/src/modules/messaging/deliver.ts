import { type Clock, fixedClock } from '../../platform/clock.ts'
import { sqlState } from '../../platform/db.ts'
import type { Platform } from '../../platform/http/context.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../platform/scope.ts'
import type { ChannelAdapter, SendResult } from './channels/channel.ts'
import { applyWaitingReceipts } from './receipts.ts'
import { type Sent, settleBatch } from './settle.ts'
import { type Adapters, type Batch, type Taken, takeBatch } from './take.ts'
import type { StillOwed } from './wish.ts'

export interface DeliveryOptions {
  /** The first of each channel is used; a channel without one is skipped. */
  readonly adapters: readonly ChannelAdapter[]
  readonly stillOwed: StillOwed
  /** The moment it is taken to be, for simulations; default the platform's clock, read anew for each batch. */
  readonly now?: Temporal.Instant
  /** What a provider has to answer in; default 15,000. */
  readonly timeoutMs?: number
}

/** How many messages came to what. `retried`: tried without success, waiting for another try or channel. */
export interface DeliveryCount {
  sent: number
  held: number
  dropped: number
  failed: number
  retried: number
}

const AT_ONCE = 500
const SENDING_AT_ONCE = 32
const SETTLE_EVERY_MS = 150
const TIMEOUT_MS = 15_000
/** The gate's word holds so long: what was not begun by then is put back and asked about anew. */
const GATE_HOLDS_MS = 10_000
/** A provider that did not answer so often in a row is left alone for a minute. */
const SILENT = 8
const REST_SECONDS = 60

/**
 * Sends what is due in one store until nothing is (MSG-02). A batch is claimed and asked about in one transaction, sent outside
 * any, its results written in another. A worker that dies in between leaves claims to run out: the messages are sent again
 * under the same idempotency key. Any number of workers may do this at once.
 */
export async function deliverMessages(
  platform: Pick<Platform, 'pool' | 'clock'>,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  options: DeliveryOptions,
): Promise<DeliveryCount> {
  const clock: Clock = options.now ? fixedClock(options.now) : platform.clock
  const inStore = <T>(work: (scope: Scope) => Promise<T>) => withStore(platform.pool, clock, store, systemActor, work)
  const adapters = byChannel(options.adapters)
  const silent = new Map<ChannelAdapter, number>()
  const count: DeliveryCount = { sent: 0, held: 0, dropped: 0, failed: 0, retried: 0 }
  const take = () => again(() => inStore((scope) => takeBatch(scope, adapters, options.stillOwed, AT_ONCE)))
  await inStore(applyWaitingReceipts)
  let next: Promise<Batch> = take()
  for (;;) {
    const batch = await next
    count.held += batch.held
    count.dropped += batch.dropped
    count.failed += batch.failed
    if (batch.seen === 0) return count
    await sendAll(batch.taken, silent, options.timeoutMs ?? TIMEOUT_MS, async (sent) => {
      for (const { state } of await inStore((scope) => settleBatch(scope, sent))) {
        if (state === 'sent' || state === 'delivered') count.sent++
        else if (state === 'failed') count.failed++
        else count.retried++
      }
    })
    next = take()
  }
}

/** The same inside a transaction that is under way; for adapters that send nothing, since what rolls back is not unsent. */
export async function showMessages(
  scope: Scope,
  options: Pick<DeliveryOptions, 'adapters' | 'stillOwed'>,
): Promise<void> {
  const adapters = byChannel(options.adapters)
  for (;;) {
    const { seen, taken } = await takeBatch(scope, adapters, options.stillOwed, AT_ONCE)
    if (seen === 0) return
    await sendAll(taken, new Map(), TIMEOUT_MS, async (sent) => {
      await settleBatch(scope, sent)
    })
  }
}

const byChannel = (adapters: readonly ChannelAdapter[]): Adapters =>
  new Map([...adapters].reverse().map((one) => [one.channel, one]))

/** Asking whether tasks are still owed locks them: who meets a planner or a caller half way may be the deadlock's victim. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (sqlState(error) !== '40P01' || left === 0) throw error
    }
  }
}

/**
 * Sends some at a time; every message gets an outcome. What is known is written down a few times a second while the rest is still on its
 * way: what a dying worker did not write is sent again, and not every provider knows a message it saw before.
 */
async function sendAll(
  taken: readonly Taken[],
  silent: Map<ChannelAdapter, number>,
  timeoutMs: number,
  settle: (sent: readonly Sent[]) => Promise<void>,
): Promise<void> {
  const begun = performance.now()
  let known: Sent[] = []
  let settling = Promise.resolve()
  const write = () => {
    if (known.length === 0) return
    const part = known
    known = []
    settling = settling.then(() => settle(part))
    // met where the whole is awaited; until then it must not count as unhandled
    settling.catch(() => undefined)
  }
  const waiting = taken.values()
  const work = async () => {
    for (const one of waiting) {
      const outcome = await outcomeOf(one, begun, silent, timeoutMs)
      known.push({ ...one, outcome })
    }
  }
  const writing = setInterval(write, SETTLE_EVERY_MS)
  try {
    await Promise.all(Array.from({ length: Math.min(SENDING_AT_ONCE, taken.length) }, work))
  } finally {
    clearInterval(writing)
  }
  write()
  await settling
}

async function outcomeOf(
  { adapter, outgoing, result }: Taken,
  begun: number,
  silent: Map<ChannelAdapter, number>,
  timeoutMs: number,
): Promise<Sent['outcome']> {
  if (result) return result
  if ((silent.get(adapter) ?? 0) >= SILENT) return { state: 'released', restSeconds: REST_SECONDS }
  if (performance.now() - begun > GATE_HOLDS_MS) return { state: 'released', restSeconds: 0 }
  const answer = await sendOne(adapter, outgoing, timeoutMs)
  silent.set(adapter, answer.state === 'unknown' ? (silent.get(adapter) ?? 0) + 1 : 0)
  return answer
}

/** What an adapter throws is told like a missing answer: nobody knows how far it came. */
async function sendOne(adapter: ChannelAdapter, outgoing: Taken['outgoing'], timeoutMs: number): Promise<SendResult> {
  try {
    return await adapter.send(outgoing, AbortSignal.timeout(timeoutMs))
  } catch (error) {
    return { state: 'unknown', reason: error instanceof Error ? error.message : String(error) }
  }
}
