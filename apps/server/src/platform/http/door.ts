import type { Context, MiddlewareHandler } from 'hono'
import { problemAnswer, tooMany } from './answers.ts'
import type { GatewayEnv } from './gateway.ts'
import { createLimiter } from './limiter.ts'
import { isForeign, isUnsafe } from './origin.ts'
import type { HttpSettings } from './settings.ts'

/** Largest JSON body in bytes; a file upload has a limit of its own. */
const largestJson = 1_000_000
const largestUpload = 512 * 1024 * 1024

/**
 * What every `/api/` request must pass before anybody reads it: not sent by another site's page, not too many at once, not
 * too large, of a type that is understood.
 */
export function apiDoor(settings: HttpSettings): MiddlewareHandler<GatewayEnv> {
  const { requestsPerSecond } = settings
  // a session has its own allowance; those without one share their address's, so it is wider: a store is one address
  const bySession = createLimiter(requestsPerSecond, requestsPerSecond * 10)
  const byAddress = createLimiter(requestsPerSecond * 4, requestsPerSecond * 40)
  return async (c, next) => {
    const { headers } = c.req.raw
    const key = headers.get('authorization') ?? headers.get('x-api-key') ?? headers.get('cookie')
    // a made-up cookie must not buy a fresh allowance, so an address never gets more than its own, forty sessions' worth
    const wait = byAddressWait(c, byAddress) || (key ? bySession.take(key.slice(0, 200)) : 0)
    if (wait > 0) return tooMany(wait)
    if (isUnsafe(c.req.method)) {
      if (isForeign(c.req.raw, settings)) return problemAnswer(403, 'FORBIDDEN', 'origin.foreign')
      const refused = refuseBody(headers)
      if (refused) return refused
    }
    return next()
  }
}

function byAddressWait(c: Context<GatewayEnv>, limiter: ReturnType<typeof createLimiter>): number {
  return limiter.take(c.get('address'))
}

function refuseBody(headers: Headers): Response | undefined {
  const length = headers.get('content-length')
  const type = headers.get('content-type')?.toLowerCase() ?? ''
  const upload = type.startsWith('multipart/form-data;')
  if (length !== null && !(Number(length) <= (upload ? largestUpload : largestJson)))
    return problemAnswer(413, 'PAYLOAD_TOO_LARGE', 'request.too-large')
  const plain = type === '' || type.split(';')[0]?.trim() === 'application/json'
  if ((plain || upload) && !headers.has('content-disposition')) return undefined
  return problemAnswer(415, 'UNSUPPORTED_MEDIA_TYPE', 'request.type')
}

/** The body read whole; an answer instead when it is longer than `limit` bytes or the sender broke off. */
export async function readBody(request: Request, limit = largestJson): Promise<Uint8Array<ArrayBuffer> | Response> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length
      if (size > limit) return problemAnswer(413, 'PAYLOAD_TOO_LARGE', 'request.too-large')
      chunks.push(chunk)
    }
  } catch {
    // the sender hung up half way: nobody is left to read why
    return problemAnswer(400, 'BAD_REQUEST', 'input.invalid')
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** A file upload that does not say its length breaks off once it is longer than an upload may be. */
export function limitUpload(request: Request): Request {
  if (!request.body || request.headers.has('content-length')) return request
  let size = 0
  const counted = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        size += chunk.length
        if (size > largestUpload) controller.error(new Error('upload too large'))
        else controller.enqueue(chunk)
      },
    }),
  )
  const init = { method: request.method, headers: request.headers, body: counted, duplex: 'half' as const }
  return new Request(request.url, init)
}
