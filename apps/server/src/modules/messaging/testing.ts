import { fixedClock } from '../../platform/clock.ts'
import { openPool } from '../../platform/db.ts'
import { deriveId, uuidv7 } from '../../platform/ids.ts'
import { type Scope, systemActor, withStore } from '../../platform/scope.ts'
import type { TestDatabase } from '../../platform/testing/test-database.ts'
import type { ChannelAdapter, MessageChannel, OutgoingMessage, SendResult } from './channels/channel.ts'
import { deliverDue, queueMessages } from './service.ts'
import type { MessageWish, StillOwed } from './wish.ts'

/** 10:00 on a Saturday in Shanghai: no quiet hour of any kind. */
export const morning = '2026-11-21T02:00:00Z'

interface PersonFacts {
  readonly phone?: string | null
  readonly email?: string | null
  readonly consents?: Readonly<Record<string, boolean>>
  readonly doNotDisturb?: boolean
}

export type Row = Record<string, unknown> & { id: string; state: string }

/** A provider that keeps what it was handed, by idempotency key; `answer` decides what it says, default: accepted. */
export function provider(
  channel: MessageChannel,
  answer: (message: OutgoingMessage, times: number) => SendResult | Promise<SendResult> = ({ id }) => ({
    state: 'accepted',
    providerId: `p-${id}`,
  }),
) {
  const handed = new Map<string, OutgoingMessage[]>()
  const adapter: ChannelAdapter = {
    key: `test-${channel}`,
    channel,
    send: async (message) => {
      const so = handed.get(message.id) ?? []
      handed.set(message.id, [...so, message])
      return answer(message, so.length + 1)
    },
  }
  return { adapter, handed, times: (id: string) => handed.get(id)?.length ?? 0 }
}

export const allOwed: StillOwed = (_, taskIds) => Promise.resolve(new Set(taskIds))

/** A store with customers to write to. */
export async function messageStore(database: TestDatabase, code: string) {
  const pool = openPool(database.connection, 12)
  const clock = fixedClock(morning)
  const newId = () => uuidv7(clock.now())
  const store = { id: newId(), timeZone: 'Asia/Shanghai' }
  await pool.query('INSERT INTO store (id, code, name, created_at) VALUES ($1, $2, $2, $3)', [store.id, code, morning])
  const scoped = <T>(work: (scope: Scope) => Promise<T>) => withStore(pool, clock, store, systemActor, work)
  const rows = async <R extends object = Row>(text: string, ...values: unknown[]) =>
    (await pool.query(text, [store.id, ...values])).rows as R[]
  let people = 0

  async function person({
    phone,
    email = null,
    consents = {},
    doNotDisturb = false,
  }: PersonFacts = {}): Promise<string> {
    const id = newId()
    const number = phone === undefined ? `139${String(++people).padStart(8, '0')}` : phone
    await pool.query(
      `INSERT INTO customer (store_id, id, name, email, do_not_disturb, consents, created_at, updated_at)
       VALUES ($1, $2, '车主', $3, $4, $5, $6, $6)`,
      [store.id, id, email, doNotDisturb, JSON.stringify(consents), morning],
    )
    if (number) {
      await pool.query(
        'INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at) VALUES ($1, $2, $3, $4, $5)',
        [store.id, newId(), id, number, morning],
      )
    }
    return id
  }

  async function crowd(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, newId)
    const numbers = ids.map(() => `137${String(++people).padStart(8, '0')}`)
    await pool.query(
      `INSERT INTO customer (store_id, id, name, consents, created_at, updated_at)
       SELECT $1, id, '车主', '{}', $3, $3 FROM unnest($2::uuid[]) id`,
      [store.id, ids, morning],
    )
    await pool.query(
      `INSERT INTO customer_phone (store_id, id, customer_id, number, updated_at)
       SELECT $1, md5(id::text)::uuid, id, number, $4 FROM unnest($2::uuid[], $3::text[]) AS p (id, number)`,
      [store.id, ids, numbers, morning],
    )
    return ids
  }

  const wish = (customerId: string, given: Partial<MessageWish> = {}): MessageWish => ({
    id: deriveId('wish', customerId, given.id ?? newId()),
    customerId,
    purpose: 'reminder',
    channels: ['sms'],
    body: '您的爱车该保养了',
    ...given,
  })
  const queue = (...wishes: MessageWish[]) => scoped((scope) => queueMessages(scope, wishes))
  const message = async (id: string) => (await rows('SELECT * FROM message WHERE store_id = $1 AND id = $2', id))[0]
  const deliver = (adapters: readonly ChannelAdapter[], stillOwed: StillOwed = allOwed, timeoutMs = 200) =>
    deliverDue({ pool, clock }, store, { adapters, stillOwed, timeoutMs })
  const at = (moment: string) => clock.set(moment)
  return { pool, clock, store, newId, scoped, rows, person, crowd, wish, queue, message, deliver, at }
}
