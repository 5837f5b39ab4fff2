import type { careContract } from '@changhui/contract/care'
import { maskPhone } from '@changhui/rules/phone'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import type { Scope } from '../../../platform/scope.ts'

type Page = z.infer<NonNullable<(typeof careContract)['messages']['~orpc']['outputSchema']>>

const cursorForm = z.tuple([z.iso.datetime(), z.guid()])

/** Each message the system would have sent, the newest first; recipients masked. */
export async function messagesOf(scope: Scope, input: { cursor?: string | undefined; limit: number }): Promise<Page> {
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, cursorForm)
  const rows = await scope.tx
    .selectFrom('message as m')
    .innerJoin('customer as c', (join) => join.onRef('c.storeId', '=', 'm.storeId').onRef('c.id', '=', 'm.customerId'))
    .select([
      'm.id',
      'm.customerId',
      'c.name as customerName',
      'm.channel',
      'm.purpose',
      'm.recipient',
      'm.body',
      'm.state',
    ])
    .select('m.createdAt')
    .where('m.storeId', '=', scope.storeId)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(m.created_at, m.id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('m.createdAt', 'desc')
    .orderBy('m.id', 'desc')
    .limit(input.limit + 1)
    .execute()
  const page = rows.slice(0, input.limit)
  const last = rows.length > input.limit ? page.at(-1) : undefined
  return {
    rows: page.map(({ recipient, ...row }) => ({ ...row, recipientMasked: masked(recipient ?? '') })),
    nextCursor: last ? encodeCursor(last.createdAt, last.id) : null,
  }
}

/** `w***@example.com`, `138****1234`. */
function masked(recipient: string): string {
  const [name = '', domain] = recipient.split('@')
  return domain === undefined ? maskPhone(recipient) : `${name.slice(0, 1)}***@${domain}`
}
