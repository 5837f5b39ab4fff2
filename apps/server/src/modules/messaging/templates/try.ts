import type { testRow } from '@changhui/contract/templates'
import { asSent, fillMessage } from '@changhui/rules/messageText'
import { maskPhone, normalisePhone } from '@changhui/rules/phone'
import { sampleValues } from '@changhui/rules/scriptSamples'
import { sql } from 'kysely'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { found, Problem } from '../../../platform/problem.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { staffNames } from '../../staff/service.ts'
import type { MessageChannel, OutgoingMessage, SendResult } from '../channels/channel.ts'
import { channelsOf } from '../service.ts'
import { textFacts } from './facts.ts'
import { fillOne } from './fill.ts'
import { tariffOf } from './tariff.ts'
import { checkContent, type TextContent, templateOf } from './texts.ts'

type TestRow = z.infer<typeof testRow>

/** Enough to get a text right, too few to write to strangers with. */
export const TESTS_AN_HOUR = 20
const TIMEOUT_MS = 15_000

export interface TestWish extends TextContent {
  /** Made by the page: sent twice, it is one message. */
  readonly id: string
  readonly key: string
  readonly channel: MessageChannel
  /** A mobile number, an e-mail address, an open id or a user id. */
  readonly recipient: string
  /** Whose facts fill the text; null: made-up ones. */
  readonly customerId: string | null
}

/**
 * Sends a text to somebody typed in, at once and whatever the hour: he asked for it. It belongs to no customer, so it counts for no
 * cap, and is logged. Throws BAD_REQUEST for a recipient that is none, TOO_MANY_REQUESTS beyond 20 an hour.
 */
export async function sendTest(
  platform: Platform,
  store: Pick<StoreContext, 'id' | 'timeZone'> & { readonly name?: string },
  actor: Actor,
  wish: TestWish,
): Promise<TestRow> {
  const inStore = <T>(work: (scope: Scope) => Promise<T>) =>
    withStore(platform.pool, platform.clock, store, actor, work)
  const outgoing = await inStore((scope) => note(scope, wish))
  if (!outgoing) return inStore((scope) => testById(scope, wish.id))
  const adapter = (await channelsOf(platform, store)).find((one) => one.channel === wish.channel)
  // no transaction is held open while the provider takes its time
  const result = adapter ? await adapter.send(outgoing, AbortSignal.timeout(TIMEOUT_MS)) : NO_CHANNEL
  return inStore(async (scope) => {
    await scope.tx
      .updateTable('messageTest')
      .set({ state: result.state, provider: adapter?.key ?? null, reason: reasonOf(result) })
      .where('storeId', '=', scope.storeId)
      .where('id', '=', wish.id)
      .execute()
    return testById(scope, wish.id)
  })
}

const NO_CHANNEL: SendResult = {
  state: 'refused',
  code: 'no-channel',
  reason: '门店没有接入这个渠道 / the store has no account for this channel',
  permanent: true,
}

const reasonOf = (result: SendResult) =>
  result.state === 'accepted' ? null : result.state === 'refused' ? `${result.code}: ${result.reason}` : result.reason

/** Writes the test down before anything is sent; undefined when it is known already. */
async function note(scope: Scope, wish: TestWish): Promise<OutgoingMessage | undefined> {
  const { key, channel, id } = wish
  checkContent(channel, wish)
  const recipient = recipientOf(channel, wish.recipient)
  const { purpose, versions } = await templateOf(scope, key, channel)
  await checkLimit(scope)
  const values = wish.customerId ? (await textFacts(scope, wish.customerId, key)).values : {}
  const version = versions[0]?.version ?? 0
  const text = { key, version, subject: wish.subject, body: wish.body }
  const filled = fillOne(text, { ...sampleValues, ...values })
  const made = await scope.tx
    .insertInto('messageTest')
    .values({
      storeId: scope.storeId,
      id,
      templateKey: key,
      channel,
      recipientMasked: masked(recipient),
      body: asSent(filled.body, channel, purpose, (await tariffOf(scope)).provider),
      state: 'sending',
      at: scope.now.toString(),
      byUser: scope.actor.id,
    })
    .onConflict((conflict) => conflict.columns(['storeId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made) return undefined
  await recordAudit(scope, {
    action: 'template.tested',
    subjectKind: 'template',
    subjectId: `${key}/${channel}`,
    detail: { testId: id, to: masked(recipient) },
  })
  return {
    id,
    storeId: scope.storeId,
    channel,
    recipient,
    customerId: id,
    purpose,
    subject: wish.subject === null ? null : `[测试] ${fillMessage(wish.subject, { ...sampleValues, ...values }).text}`,
    body: filled.body,
    template: filled.template,
    attempt: 1,
  }
}

async function checkLimit({ tx, storeId, now }: Scope): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM message_test
    WHERE store_id = ${storeId} AND at > ${now.subtract({ hours: 1 }).toString()}::timestamptz`.execute(tx)
  if ((rows[0]?.count ?? 0) >= TESTS_AN_HOUR) {
    throw new Problem('TOO_MANY_REQUESTS', 'template.test-limit', { values: { most: TESTS_AN_HOUR } })
  }
}

function recipientOf(channel: MessageChannel, typed: string): string {
  const refuse = () =>
    new Problem('BAD_REQUEST', 'template.recipient', { field: 'recipient', values: { value: typed } })
  if (channel === 'sms') {
    const phone = normalisePhone(typed)
    if (!phone.ok || !/^1\d{10}$/.test(phone.number)) throw refuse()
    return phone.number
  }
  const form = channel === 'email' ? /^[^\s@]+@[^\s@]+\.[^\s@]+$/ : /^[\w.@-]{3,64}$/
  // the owner's own pages are the recipient of what is shown in them
  if (channel === 'in-app' || !form.test(typed)) throw refuse()
  return typed
}

/** `w***@example.com`, `138****1234`, `oABC***`. */
function masked(recipient: string): string {
  const [name = '', domain] = recipient.split('@')
  if (domain !== undefined) return `${name.slice(0, 1)}***@${domain}`
  return /^\d{7,}$/.test(recipient) ? maskPhone(recipient) : `${recipient.slice(0, 4)}***`
}

const cursorForm = z.tuple([z.iso.datetime(), z.guid()])

/** Test messages, newest first. */
export async function listTests(
  scope: Scope,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ rows: TestRow[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorForm)
  const page = await testRows(scope, (query) =>
    query
      .$if(after !== undefined, (one) =>
        one.where(sql<boolean>`(at, id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
      )
      .limit(limit + 1),
  )
  const last = page.length > limit ? page[limit - 1] : undefined
  return { rows: page.slice(0, limit), nextCursor: last ? encodeCursor(last.at, last.id) : null }
}

async function testById(scope: Scope, id: string): Promise<TestRow> {
  return found((await testRows(scope, (query) => query.where('id', '=', id)))[0])
}

const testsOf = ({ tx, storeId }: Scope) =>
  tx
    .selectFrom('messageTest')
    .select(['id', 'at', 'byUser', 'templateKey', 'channel', 'recipientMasked', 'body', 'state', 'provider', 'reason'])
    .where('storeId', '=', storeId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')

async function testRows(
  scope: Scope,
  narrow: (query: ReturnType<typeof testsOf>) => ReturnType<typeof testsOf>,
): Promise<TestRow[]> {
  const rows = await narrow(testsOf(scope)).execute()
  const names = await staffNames(
    scope.tx,
    rows.map((row) => row.byUser),
  )
  return rows.map(({ byUser, channel, state, ...row }) => ({
    ...row,
    channel: channel as TestRow['channel'],
    state: state as TestRow['state'],
    byName: (byUser && names.get(byUser)) ?? null,
  }))
}
