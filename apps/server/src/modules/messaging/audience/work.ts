import type { Platform } from '../../../platform/http/context.ts'
import { type Scope, type StoreContext, systemActor, withStore } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { queueMessages } from '../service.ts'
import { defaultTemplate } from '../templates/defaults.ts'
import { noticeOf } from './preview.ts'
import { endMembers, endSend, runningSends, sendById, waitingMembers } from './store.ts'
import { verdictsOf } from './verdicts.ts'

type Store = Pick<StoreContext, 'id' | 'timeZone'>
type Running = Pick<Platform, 'pool' | 'clock'>

/** Members of one transaction. */
const CHUNK = 500

const inStoreOf = <T>({ pool, clock }: Running, store: Store, work: (scope: Scope) => Promise<T>) =>
  withStore(pool, clock, store, systemActor, work)

/**
 * Queues the next members' messages of a notice. Messages and the note that they are queued are one transaction, and a message's
 * id derives from notice and customer: after a crash, or with two workers, nobody gets it twice. False when nothing is left to do here.
 */
async function queueSome(scope: Scope, id: string): Promise<boolean> {
  const send = await sendById(scope, id, { lock: true })
  if (send?.state !== 'running') return false
  const members = await waitingMembers(scope, id, CHUNK)
  if (members.length === 0) {
    await endSend(scope, id, 'done')
    return false
  }
  const names = await staffNames(scope.tx, [send.createdBy])
  // in the name of whom it is from, so that the texts name him
  const as: Scope = {
    ...scope,
    actor: { id: send.createdBy, name: names.get(send.createdBy ?? '') ?? systemActor.name },
  }
  const { templateKey: key, templateVersion: version, channel, purpose, subject, body } = send
  const template = { key, version, subject, body, purpose, name: defaultTemplate(key)?.zh ?? send.name }
  const expiresAt = Temporal.Instant.from(send.expiresAt)
  const notice = await noticeOf(as, id, template, channel, expiresAt)
  const verdicts = await verdictsOf(as, notice, members)
  const wishes = verdicts.flatMap((one) =>
    'filled' in one
      ? [
          {
            id: notice.messageId(one.customerId),
            customerId: one.customerId,
            purpose,
            channels: [channel],
            subject: one.filled.subject,
            body: one.filled.body,
            template: one.filled.template,
            expiresAt,
          },
        ]
      : [],
  )
  await queueMessages(as, wishes)
  await endMembers(
    scope,
    id,
    verdicts.map((one) =>
      'filled' in one
        ? { customerId: one.customerId, messageId: notice.messageId(one.customerId), reason: null }
        : { customerId: one.customerId, messageId: null, reason: one.reason },
    ),
  )
  return true
}

const underWay = new Set<Promise<unknown>>()

/** Queues a notice beside the requests of this process. Should that fail, `goOnWithNotices` finds it. */
export function startSoon(platform: Running, store: Store, id: string): void {
  const work: Promise<unknown> = workOn(platform, store, id)
    .catch((error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)))
    .finally(() => underWay.delete(work))
  underWay.add(work)
}

/** Resolves when nothing that `startSoon` began is under way any more. */
export async function noticesSettled(): Promise<void> {
  while (underWay.size > 0) await Promise.all(underWay)
}

/** Takes up the notices of a store that wait, such as those of a process that died. */
export async function goOnWithNotices(platform: Running, store: Store): Promise<void> {
  for (const id of await inStoreOf(platform, store, runningSends)) await workOn(platform, store, id)
}

async function workOn(platform: Running, store: Store, id: string): Promise<void> {
  while (await inStoreOf(platform, store, (scope) => queueSome(scope, id)));
}
