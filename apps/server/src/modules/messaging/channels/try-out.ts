import { maskPhone } from '@changhui/rules/phone'
import type { Platform } from '../../../platform/http/context.ts'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { recordAudit } from '../../audit/service.ts'
import { openAccounts } from './accounts.ts'
import { adapterOf, note } from './adapters.ts'
import type { SendResult } from './channel.ts'

const timeoutMs = 15_000

/**
 * Sends one message to somebody through an account, whether it is in force or not, and tells what the provider said. The transaction stays
 * open meanwhile, seconds at most: under an idempotency key the message goes out once.
 */
export async function tryOut(
  scope: Scope,
  platform: Platform,
  input: { readonly channelId: string; readonly to: string; readonly body: string },
) {
  const account = found((await openAccounts(scope, platform.config, input.channelId))[0])
  const store = { id: scope.storeId, timeZone: scope.timeZone }
  const id = scope.newId()
  const message = {
    id,
    storeId: store.id,
    channel: account.channel,
    recipient: input.to,
    customerId: id,
    purpose: 'progress' as const,
    subject: null,
    body: input.body,
    template: null,
    attempt: 1,
  }
  const result = await adapterOf(platform, store, account).send(message, AbortSignal.timeout(timeoutMs))
  await note(platform, store, account.id, result)
  await recordAudit(scope, {
    action: 'channel.tested',
    subjectKind: 'channel',
    subjectId: account.id,
    detail: { state: result.state, to: /^\d{11}$/.test(input.to) ? maskPhone(input.to) : `${input.to.slice(0, 2)}***` },
  })
  return toAnswer(result)
}

function toAnswer(result: SendResult) {
  const nothing = { providerId: null, code: null, kind: null, reason: null, permanent: false }
  if (result.state === 'accepted') return { ...nothing, state: result.state, providerId: result.providerId }
  if (result.state === 'unknown') return { ...nothing, state: result.state, reason: result.reason }
  const { state, code, reason, permanent, kind = null } = result
  return { ...nothing, state, code, reason, permanent, kind }
}
