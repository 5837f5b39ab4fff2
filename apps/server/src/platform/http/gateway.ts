import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { problem } from '@changhui/contract/problems'
import { Hono } from 'hono'
import { type Log, loggable } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { problemAnswer } from './answers.ts'
import type { Trace } from './context.ts'
import { securityHeaders } from './headers.ts'
import { isHttps } from './origin.ts'
import type { HttpSettings } from './settings.ts'

export interface GatewayEnv {
  Bindings: { incoming?: IncomingMessage }
  Variables: { trace: Trace; address: string }
}

export type Gateway = Hono<GatewayEnv>

/**
 * The outermost layer: gives each request an id and its address, answers what escapes as a 500 with that id, adds the
 * security headers, writes one line of log and one observation. The line carries no query string and no body.
 */
export function createGateway(settings: HttpSettings, log: Log, metrics: Metrics): Gateway {
  const app = new Hono<GatewayEnv>()
  app.use(async (c, next) => {
    const start = performance.now()
    const trace: Trace = { requestId: requestIdOf(c.req.raw.headers) }
    c.set('trace', trace)
    c.set('address', clientAddress(c.req.raw.headers, c.env?.incoming, settings))
    await next()
    const { method } = c.req
    const headers = c.res.headers
    headers.set('x-request-id', trace.requestId)
    for (const [name, value] of securityHeaders(isHttps(c.req.raw, settings)))
      if (!headers.has(name)) headers.set(name, value)
    const ms = performance.now() - start
    const route = trace.route ?? areaOf(c.req.path)
    const { status } = c.res
    metrics.request(route, method, status, ms / 1000)
    const { requestId, storeId, actorId } = trace
    log.info({ requestId, route, method, status, ms: Math.round(ms * 100) / 100, storeId, actorId }, 'request')
  })
  app.onError((error, c) => {
    const errorId = c.get('trace')?.requestId ?? randomUUID()
    log.error({ errorId, error: loggable(error) }, 'request failed')
    return problemAnswer(500, 'INTERNAL_SERVER_ERROR', problem('server.failed', { values: { errorId } }))
  })
  return app
}

function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
}

/** Behind a trusted proxy the last address it appended; the socket's otherwise. `local` where there is no socket. */
function clientAddress(headers: Headers, incoming: IncomingMessage | undefined, settings: HttpSettings): string {
  const forwarded = settings.trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  if (forwarded && /^[0-9a-fA-F.:]{3,45}$/.test(forwarded)) return forwarded
  return incoming?.socket.remoteAddress ?? '127.0.0.1'
}

/** Coarse names for what is no route, so that made-up paths make no new figures. */
function areaOf(path: string): string {
  if (path.startsWith('/api/auth/')) return 'auth'
  if (path.startsWith('/api/')) return 'api.unknown'
  if (path.startsWith('/assets/')) return 'assets'
  return ['/health', '/ready', '/metrics'].includes(path) ? path.slice(1) : 'page'
}
