import { serve } from '@hono/node-server'
import { sessionRoutes } from './modules/session/routes.ts'
import { staffRoutes } from './modules/staff/routes.ts'
import { createAuth } from './platform/auth/auth.ts'
import { sessionSecret } from './platform/auth/secret.ts'
import { createSessions } from './platform/auth/sessions.ts'
import { problemAnswer } from './platform/http/answers.ts'
import { createApi } from './platform/http/api.ts'
import type { Platform } from './platform/http/context.ts'
import { apiDoor } from './platform/http/door.ts'
import { createGateway } from './platform/http/gateway.ts'
import { trustedOrigins } from './platform/http/origin.ts'
import { type HttpSettings, readHttpSettings } from './platform/http/settings.ts'
import { createSignIn } from './platform/http/sign-in.ts'
import { createLog, type Log } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'

export interface AppOptions {
  /** Over what the environment and `.env` say. */
  readonly settings?: Partial<HttpSettings>
  /** Default: one JSON line an event on stdout at `settings.logLevel`. */
  readonly log?: Log
}

export interface App {
  /** Answers a request without a port. */
  fetch(request: Request): Promise<Response>
  /** Listens; resolves to the port (a free one for 0). Rejects when the port is taken. */
  start(port: number): Promise<number>
  /** Takes no more requests, finishes those under way, then the jobs. The pool stays the caller's. */
  stop(): Promise<void>
}

/** Puts the whole application together over an opened and migrated database. */
export async function composeApp(given: Platform, options: AppOptions = {}): Promise<App> {
  const settings = { ...readHttpSettings(given.config.root), ...options.settings }
  const log = options.log ?? createLog(settings.logLevel)
  const metrics = createMetrics(given.pool)
  const auth = createAuth({
    pool: given.pool,
    clock: given.clock,
    secret: sessionSecret(given.config.dataDir, settings.secret),
    origins: (request) => trustedOrigins(request, settings),
  })
  const sessions = createSessions(given, auth)
  const platform: Platform = { ...given, sessions }
  const router = { session: sessionRoutes, staff: staffRoutes }
  const api = createApi(router as never, log)
  const signIn = createSignIn(auth, sessions, settings, log)

  const app = createGateway(settings, log, metrics)
  app.use('/api/*', apiDoor(settings))
  app.all('/api/auth/*', (c) => signIn(c.req.raw, c.get('address')))
  app.all('/api/v1/*', async (c) => {
    const { headers } = c.req.raw
    const trace = c.get('trace')
    const signedIn = await sessions.find(headers)
    if (signedIn) trace.actorId = signedIn.principal.actor.id ?? undefined
    const { matched, response } = await api.handle(c.req.raw, {
      prefix: '/api/v1',
      context: { platform, headers, principal: signedIn?.principal, trace },
    })
    if (!matched) return problemAnswer(404, 'NOT_FOUND', 'not-found')
    for (const cookie of signedIn?.refreshed ?? []) response.headers.append('set-cookie', cookie)
    return response
  })
  app.all('/api/*', () => problemAnswer(404, 'NOT_FOUND', 'not-found'))
  app.get('/health', (c) => c.json({ ok: true }))

  let server: ReturnType<typeof serve> | undefined
  return {
    fetch: async (request) => app.fetch(request),
    start: (port) =>
      new Promise((resolve, reject) => {
        const started = serve({ fetch: app.fetch, port }, (info) => resolve(info.port))
        started.once('error', reject)
        server = started
      }),
    stop: async () => {
      const closing = server
      server = undefined
      await new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()))
    },
  }
}
