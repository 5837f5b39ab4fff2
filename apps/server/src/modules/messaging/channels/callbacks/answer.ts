import { sealOf } from '../../../../platform/auth/seal.ts'
import { problemAnswer, tooMany } from '../../../../platform/http/answers.ts'
import type { Platform, Trace } from '../../../../platform/http/context.ts'
import { readBody } from '../../../../platform/http/door.ts'
import { createLimiter } from '../../../../platform/http/limiter.ts'
import { found, Problem } from '../../../../platform/problem.ts'
import { systemActor, withStore } from '../../../../platform/scope.ts'
import { openAccounts } from '../accounts.ts'
import { type CallbackPlace, isLeaveMark, readCallbackPath } from '../callback-address.ts'
import type { Callback, CallbackAnswer } from './callback.ts'
import { leaveCallback } from './leave.ts'
import { aliyunCallback, tencentCallback } from './sms.ts'
import { wechatCallback } from './wechat.ts'
import { wecomCallback } from './wecom.ts'

/** A thousand reports of half a kilobyte. */
const largest = 512 * 1024
/** Calls a second of one account, far more than a store's messages bring; a leaked address cannot flood the database. */
const [perSecond, burst] = [50, 500]

const callbacks: Partial<Record<CallbackPlace['provider'], Callback>> = {
  aliyun: aliyunCallback,
  tencent: tencentCallback,
  wechat: wechatCallback,
  wecom: wecomCallback,
}

/**
 * Answers what providers report to `/api/callbacks/<provider>/<token>`: receipts, replies, events. An address this installation did
 * not make is turned away unread; each provider's own signature is checked after that; an account that was removed answers no more.
 */
export function createCallbacks(platform: Platform): (request: Request, trace: Trace) => Promise<Response> {
  const seal = sealOf(platform.config)
  const limiter = createLimiter(perSecond, burst)
  return async (request, trace) => {
    const url = new URL(request.url)
    const place = readCallbackPath(seal, url.pathname)
    if (!place) return problemAnswer(404, 'NOT_FOUND', 'not-found')
    const { provider, storeId, accountId, rest } = place
    trace.route = `callbacks.${provider}`
    trace.storeId = storeId
    const leave = provider === 'smtp' && rest === '/leave'
    const mayLeave = (address: string, mark: string) => isLeaveMark(seal, storeId, address, mark)
    const callback = leave ? leaveCallback(mayLeave) : rest === '' ? callbacks[provider] : undefined
    if (!callback) return problemAnswer(404, 'NOT_FOUND', 'not-found')
    const wait = limiter.take(accountId)
    if (wait > 0) return tooMany(wait)
    const body = await readBody(request, largest)
    if (body instanceof Response) return body
    try {
      return toResponse(await inStoreOf(platform, place, callback, request.method, url.searchParams, body))
    } catch (error) {
      if (error instanceof Problem && error.kind === 'NOT_FOUND') return problemAnswer(404, 'NOT_FOUND', 'not-found')
      throw error
    }
  }
}

async function inStoreOf(
  platform: Platform,
  { storeId, accountId }: CallbackPlace,
  callback: Callback,
  method: string,
  query: URLSearchParams,
  body: Uint8Array,
): Promise<CallbackAnswer> {
  const store = await platform.db.selectFrom('store').select('timeZone').where('id', '=', storeId).executeTakeFirst()
  const { timeZone } = found(store)
  return withStore(platform.pool, platform.clock, { id: storeId, timeZone }, systemActor, async (scope) => {
    const account = found((await openAccounts(scope, platform.config, accountId))[0])
    const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(body).replaceAll('\u0000', '')
    const answer = callback({ method, query, body: text, account, secret: (name) => account.secrets?.[name] ?? '' })
    await answer.work?.(scope)
    return answer
  })
}

function toResponse({ status = 200, type = 'text/plain', body }: CallbackAnswer): Response {
  return new Response(body, { status, headers: { 'content-type': type, 'cache-control': 'no-store' } })
}
