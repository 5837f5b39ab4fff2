import { AUDIENCE_MOST, type AudienceSend } from '@changhui/contract/audiences'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import { found, Problem } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { customerIds, type Filters } from '../../base/customers/list.ts'
import { staffNames } from '../../staff/service.ts'
import { type AudienceAbout, textFor } from './preview.ts'
import * as rows from './store.ts'

export interface AudienceWish extends AudienceAbout {
  /** Made by the page: sent twice, it is one notice. */
  readonly id: string
  readonly name: string
  readonly filters: Filters
  /** As the preview counted them. */
  readonly customers: number
  readonly templateVersion: number
}

/**
 * Writes down a notice with everybody it is for (MSG-03); the messages are queued afterwards, some hundred at a time. Throws CONFLICT when
 * customers or text are not those of the preview any more, BAD_REQUEST for more than 20,000.
 */
export async function writeNotice(scope: Scope, wish: AudienceWish): Promise<AudienceSend> {
  if (await rows.sendById(scope, wish.id)) return noticeById(scope, wish.id)
  const { key, channel } = wish
  const template = await textFor(scope, key, channel)
  const members = await customerIds(scope, wish.filters, AUDIENCE_MOST + 1)
  if (members.length > AUDIENCE_MOST) {
    throw new Problem('BAD_REQUEST', 'audience.too-many', { values: { most: AUDIENCE_MOST } })
  }
  if (members.length !== wish.customers || template.version !== wish.templateVersion) {
    throw new Problem('CONFLICT', 'audience.changed', { values: { customers: members.length } })
  }
  const made = await rows.insertSend(
    scope,
    {
      id: wish.id,
      name: wish.name,
      templateKey: key,
      templateVersion: template.version,
      channel,
      purpose: template.purpose,
      subject: template.subject,
      body: template.body,
      filters: wish.filters,
      expiresAt: scope.now.add({ hours: 24 * wish.validDays }).toString(),
    },
    members,
  )
  if (made) {
    await recordAudit(scope, {
      action: 'audience.sent',
      subjectKind: 'audience',
      subjectId: wish.id,
      // what was searched for may be a name or a number
      detail: {
        key,
        channel,
        version: template.version,
        customers: members.length,
        filters: Object.keys(wish.filters),
      },
    })
  }
  return noticeById(scope, wish.id)
}

/** Queues no more of a notice; what is queued goes its way. Throws NOT_FOUND. */
export async function stopNotice(scope: Scope, id: string): Promise<AudienceSend> {
  found(await rows.sendById(scope, id))
  if (await rows.endSend(scope, id, 'stopped')) {
    await recordAudit(scope, { action: 'audience.stopped', subjectKind: 'audience', subjectId: id })
  }
  return noticeById(scope, id)
}

/** One notice with its progress. Throws NOT_FOUND. */
export async function noticeById(scope: Scope, id: string): Promise<AudienceSend> {
  return found((await withProgress(scope, [found(await rows.sendById(scope, id))]))[0])
}

const cursorForm = z.tuple([z.iso.datetime(), z.guid()])

/** Notices, newest first. */
export async function listNotices(
  scope: Scope,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ rows: AudienceSend[]; nextCursor: string | null }> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorForm)
  const sends = await rows.sendsBehind(scope, after && { at: after[0], id: after[1] }, limit + 1)
  const last = sends.length > limit ? sends[limit - 1] : undefined
  return {
    rows: await withProgress(scope, sends.slice(0, limit)),
    nextCursor: last ? encodeCursor(last.createdAt, last.id) : null,
  }
}

async function withProgress(scope: Scope, sends: readonly rows.SendRow[]): Promise<AudienceSend[]> {
  const progress = await rows.progressOf(
    scope,
    sends.map(({ id }) => id),
  )
  const names = await staffNames(
    scope.tx,
    sends.map(({ createdBy }) => createdBy),
  )
  return sends.map(({ createdBy, subject: _, ...send }) => {
    const mine = progress.filter(({ sendId }) => sendId === send.id)
    const count = (state?: string) =>
      mine.reduce((sum, one) => sum + (state === undefined || one.state === state ? one.customers : 0), 0)
    return {
      ...send,
      createdByName: (createdBy && names.get(createdBy)) ?? null,
      customers: count(),
      waiting: count('waiting'),
      queued: count('queued'),
      leftOut: mine.flatMap(({ state, reason, customers }) =>
        state === 'left-out' && reason ? [{ reason, customers }] : [],
      ),
      messages: mine.flatMap(({ messageState, customers }) =>
        messageState ? [{ state: messageState, customers }] : [],
      ),
    }
  })
}
