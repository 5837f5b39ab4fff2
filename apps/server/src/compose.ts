import { resolve } from 'node:path'
import { serve } from '@hono/node-server'
import packageJson from '../package.json' with { type: 'json' }
import { auditRoutes } from './modules/audit/routes.ts'
import { customersRoutes } from './modules/base/customers/routes.ts'
import { principalOfKey } from './modules/integrations/keys.ts'
import { integrationsRoutes } from './modules/integrations/routes.ts'
import { sessionRoutes } from './modules/session/routes.ts'
import { settingsRoutes } from './modules/settings/routes.ts'
import { staffRoutes } from './modules/staff/routes.ts'
import { createAuth } from './platform/auth/auth.ts'
import { sessionSecret } from './platform/auth/secret.ts'
import { createSessions } from './platform/auth/sessions.ts'
import { problemAnswer } from './platform/http/answers.ts'
import { createApi } from './platform/http/api.ts'
import type { Platform } from './platform/http/context.ts'
import { addDocs } from './platform/http/docs.ts'
import { apiDoor } from './platform/http/door.ts'
import { createGateway } from './platform/http/gateway.ts'
import { addOperations } from './platform/http/operations.ts'
import { trustedOrigins } from './platform/http/origin.ts'
import { createPages } from './platform/http/pages.ts'
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
  const sessions = createSessions(given, auth, (key) => principalOfKey(given, key))
  const platform: Platform = { ...given, sessions }
  const router = {
    session: sessionRoutes,
    staff: staffRoutes,
    audit: auditRoutes,
    settings: settingsRoutes,
    integrations: integrationsRoutes,
    customers: customersRoutes,
  }
  const answerApi = createApi(router as never, { platform, sessions, log })
  const signIn = createSignIn(auth, sessions, settings, log)

  const app = createGateway(settings, log, metrics)
  app.use('/api/*', apiDoor(settings))
  app.all('/api/auth/*', (c) => signIn(c.req.raw, c.get('address')))
  app.all('/api/v1/*', (c) => answerApi(c.req.raw, c.get('trace')))
  addDocs(app, packageJson.version)
  app.all('/api/*', () => problemAnswer(404, 'NOT_FOUND', 'not-found'))
  addOperations(app, platform, { settings, metrics, log, isStopping: () => stopping })
  const pages = createPages(resolve(given.config.root, 'apps/console/dist'))
  app.get('*', (c) => pages(c.req.raw))
  app.all('*', () => problemAnswer(405, 'METHOD_NOT_ALLOWED', 'not-found'))

  let stopping = false
  let server: ReturnType<typeof serve> | undefined
  return {
    fetch: async (request) => app.fetch(request),
    start: (port) =>
      new Promise((listening, reject) => {
        const started = serve({ fetch: app.fetch, port }, (info) => listening(info.port))
        started.once('error', reject)
        server = started
      }),
    stop: async () => {
      stopping = true
      const closing = server
      server = undefined
      if (closing) await closeServer(closing)
    },
  }
}

/** Takes no new connection, lets requests under way finish (10 s at most), and hangs up on those that only wait. */
async function closeServer(server: ReturnType<typeof serve>): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  if ('closeIdleConnections' in server) {
    server.closeIdleConnections()
    const hangUp = setTimeout(() => server.closeAllConnections(), 10_000)
    await closed
    clearTimeout(hangUp)
  }
  await closed
}
