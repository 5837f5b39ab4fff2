import type { Purpose } from '@changhui/rules/gate'
import type { TextState } from '@changhui/rules/textVersions'
import { sql } from 'kysely'
import type { Scope } from '../../../platform/scope.ts'
import type { MessageChannel } from '../channels/channel.ts'

export interface TemplateRow {
  readonly key: string
  readonly channel: MessageChannel
  readonly version: number
  readonly name: string | null
  readonly purpose: Purpose
  readonly subject: string | null
  readonly body: string
  readonly state: TextState
  readonly createdAt: string
  readonly createdBy: string | null
  readonly decidedAt: string | null
  readonly decidedBy: string | null
}

const columns = sql`key, channel, version, name, purpose, subject, body, state, created_at, created_by, decided_at, decided_by`

/** A hundred versions at most are shown of one text. */
const MOST_VERSIONS = 100

/** Versions of one text on one channel, newest first. */
export async function versionsOf({ tx, storeId }: Scope, key: string, channel: MessageChannel): Promise<TemplateRow[]> {
  const { rows } = await sql<TemplateRow>`
    SELECT ${columns} FROM message_template WHERE store_id = ${storeId} AND key = ${key} AND channel = ${channel}
    ORDER BY version DESC LIMIT ${MOST_VERSIONS}`.execute(tx)
  return rows
}

/** Every text of the store: the newest approved version of each, and how many versions are drafts. */
export async function textsInForce({ tx, storeId }: Scope) {
  const { rows } = await sql<
    Omit<TemplateRow, 'version' | 'body'> & { version: number | null; body: string; drafts: number }
  >`
    SELECT DISTINCT ON (key, channel) key, channel, CASE WHEN state = 'approved' THEN version END AS version, name, purpose,
      subject, body, state, created_at, created_by, decided_at, decided_by,
      (count(*) FILTER (WHERE state = 'draft') OVER (PARTITION BY key, channel))::int AS drafts
    FROM message_template WHERE store_id = ${storeId}
    ORDER BY key, channel, state <> 'approved', version DESC`.execute(tx)
  return rows
}

/** Adds a version. Throws 23505 when there is one of that number already. */
export async function insertVersion(
  scope: Scope,
  row: Pick<TemplateRow, 'key' | 'channel' | 'version' | 'name' | 'purpose' | 'subject' | 'body'> & { id: string },
): Promise<void> {
  await scope.tx
    .insertInto('messageTemplate')
    .values({
      storeId: scope.storeId,
      ...row,
      state: 'draft',
      createdAt: scope.now.toString(),
      createdBy: scope.actor.id,
    })
    .execute()
}

/** Moves a version from the state the page saw; false when somebody was quicker. */
export async function moveVersion(
  { tx, storeId, now, actor }: Scope,
  { key, channel, version, state }: Pick<TemplateRow, 'key' | 'channel' | 'version' | 'state'>,
  next: TextState,
): Promise<boolean> {
  const moved = await tx
    .updateTable('messageTemplate')
    .set({ state: next, decidedAt: now.toString(), decidedBy: actor.id })
    .where('storeId', '=', storeId)
    .where('key', '=', key)
    .where('channel', '=', channel)
    .where('version', '=', version)
    .where('state', '=', state)
    .returning('version')
    .executeTakeFirst()
  return moved !== undefined
}
