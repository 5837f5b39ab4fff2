import type { messagesContract } from '@changhui/contract/messages'
import { maskPhone } from '@changhui/rules/phone'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../platform/cursor.ts'
import { found } from '../../platform/problem.ts'
import type { Scope } from '../../platform/scope.ts'

type Contract = typeof messagesContract
type Output<Name extends keyof Contract> = z.infer<NonNullable<Contract[Name]['~orpc']['outputSchema']>>
export type MessageRow = Output<'list'>['rows'][number]

/** Which messages a list shows; days of the store's calendar, both inside. */
export interface MessageFilters {
  readonly state?: string | undefined
  readonly channel?: string | undefined
  readonly purpose?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly customerId?: string | undefined
}

const cursorForm = z.tuple([z.iso.datetime(), z.guid()])

/** Messages with what a list shows of customer and task, newest first. */
export function selectMessages(scope: Scope, filters: MessageFilters) {
  const startOf = (day: string, days: number) =>
    Temporal.PlainDate.from(day).add({ days }).toZonedDateTime(scope.timeZone).toInstant().toString()
  let query = scope.tx
    .selectFrom('message as m')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 'm.storeId').onRef('c.id', '=', 'm.customerId'))
    .leftJoin('task as t', (join) => join.onRef('t.storeId', '=', 'm.storeId').onRef('t.id', '=', 'm.taskId'))
    .select(['m.id', 'm.customerId', 'c.name as customerName', 'm.taskId', 't.programme', 'm.purpose', 'm.channels'])
    .select(['m.channel', 'm.recipient', 'm.subject', 'm.body', 'm.state', 'm.held', 'm.nextAt', 'm.reason', 'm.code'])
    .select(['m.provider', 'm.segments', 'm.attempts', 'm.expiresAt', 'm.createdAt', 'm.sentAt', 'm.endedAt'])
    .where('m.storeId', '=', scope.storeId)
    .orderBy('m.createdAt', 'desc')
    .orderBy('m.id', 'desc')
  if (filters.state) query = query.where('m.state', '=', filters.state)
  if (filters.channel) query = query.where('m.channel', '=', filters.channel)
  if (filters.purpose) query = query.where('m.purpose', '=', filters.purpose)
  if (filters.from) query = query.where('m.createdAt', '>=', startOf(filters.from, 0))
  if (filters.to) query = query.where('m.createdAt', '<', startOf(filters.to, 1))
  if (filters.customerId) query = query.where('m.customerId', '=', filters.customerId)
  return query
}

type Found = Awaited<ReturnType<ReturnType<typeof selectMessages>['execute']>>[number]

/** A row as pages get it, the recipient masked. What it waits for counts only while it waits. */
export function toRow({ recipient, ...row }: Found): MessageRow {
  const waiting = row.state === 'queued'
  return {
    ...(row as unknown as MessageRow),
    held: waiting ? (row.held as MessageRow['held']) : null,
    nextAt: waiting ? row.nextAt : null,
    recipientMasked: recipient === null ? null : masked(recipient),
  }
}

/** `w***@example.com`, `138****1234`. */
function masked(recipient: string): string {
  const [name = '', domain] = recipient.split('@')
  return domain === undefined ? maskPhone(recipient) : `${name.slice(0, 1)}***@${domain}`
}

/** The outbox, a page at a time. */
export async function listMessages(
  scope: Scope,
  { cursor, limit, ...filters }: MessageFilters & { cursor?: string | undefined; limit: number },
): Promise<Output<'list'>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorForm)
  const rows = await selectMessages(scope, filters)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(m.created_at, m.id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { rows: page.map(toRow), nextCursor: last ? encodeCursor(last.createdAt, last.id) : null }
}

/** How many messages of some days are in which state, and the SMS segments that were used. */
export async function countMessages(
  scope: Scope,
  filters: Pick<MessageFilters, 'channel' | 'purpose'> & { from: string; to: string },
): Promise<Output<'counts'>> {
  const rows = await selectMessages(scope, filters)
    .clearSelect()
    .clearOrderBy()
    .select(['m.state', (eb) => eb.fn.countAll<number>().as('n')])
    .select(sql<number>`coalesce(sum(m.segments) FILTER (WHERE m.channel = 'sms'), 0)::int`.as('segments'))
    .groupBy('m.state')
    .execute()
  const states = { queued: 0, sending: 0, sent: 0, delivered: 0, failed: 0, dropped: 0 }
  for (const { state, n } of rows) states[state as keyof typeof states] = Number(n)
  return { states, segments: rows.reduce((sum, { segments }) => sum + segments, 0) }
}

/** A message with every try and everything its providers reported. Throws NOT_FOUND. */
export async function messageDetail(scope: Scope, messageId: string): Promise<Output<'detail'>> {
  const { tx, storeId } = scope
  const row = toRow(found(await selectMessages(scope, {}).where('m.id', '=', messageId).executeTakeFirst()))
  const tries = await tx
    .selectFrom('messageTry')
    .select(['at', 'channel', 'provider', 'attempt', 'result', 'code', 'reason', 'providerId'])
    .where('storeId', '=', storeId)
    .where('messageId', '=', messageId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const named = tries.filter(({ providerId }) => providerId !== null)
  const receipts = named.length
    ? await tx
        .selectFrom('messageReceipt')
        .select(['at', 'provider', 'state', 'code', 'reason'])
        .distinct()
        .where('storeId', '=', storeId)
        .where((eb) =>
          eb.or(
            named.map(({ provider, providerId }) =>
              eb.and([eb('provider', '=', provider), eb('providerId', '=', providerId ?? '')]),
            ),
          ),
        )
        .orderBy('at')
        .execute()
    : []
  return {
    ...row,
    tries: tries.map(({ providerId: _, ...one }) => one as Output<'detail'>['tries'][number]),
    receipts: receipts as Output<'detail'>['receipts'],
  }
}
