import { resolve } from 'node:path'
import { serve } from '@hono/node-server'
import packageJson from '../package.json' with { type: 'json' }
import { jobs } from './jobs.ts'
import { auditRoutes } from './modules/audit/routes.ts'
import { baseAnalysisRoutes } from './modules/base/analysis/routes.ts'
import { customersRoutes } from './modules/base/customers/routes.ts'
import { importsRoutes } from './modules/base/imports/routes.ts'
import { qualityRoutes } from './modules/base/quality/routes.ts'
import { sharingRoutes } from './modules/base/sharing/routes.ts'
import { vehiclesRoutes } from './modules/base/vehicles/routes.ts'
import { callCentreRoutes } from './modules/callcentre/routes.ts'
import { registerRoutes } from './modules/care/register/routes.ts'
import { careRoutes } from './modules/care/routes.ts'
import { insuranceRoutes } from './modules/insurance/routes.ts'
import { principalOfKey } from './modules/integrations/keys.ts'
import { integrationsRoutes } from './modules/integrations/routes.ts'
import { audiencesRoutes } from './modules/messaging/audience/routes.ts'
import { closeAdapters } from './modules/messaging/channels/adapters.ts'
import { createCallbacks } from './modules/messaging/channels/callbacks/answer.ts'
import { channelsRoutes } from './modules/messaging/channels/routes.ts'
import { messagesRoutes } from './modules/messaging/routes.ts'
import { templatesRoutes } from './modules/messaging/templates/routes.ts'
import { newCarsRoutes } from './modules/newcars/routes.ts'
import { sessionRoutes } from './modules/session/routes.ts'
import { settingsRoutes } from './modules/settings/routes.ts'
import { staffRoutes } from './modules/staff/routes.ts'
import { weatherRoutes } from './modules/weather/routes.ts'
import { createAuth } from './platform/auth/auth.ts'
import { sessionSecret } from './platform/auth/secret.ts'
import { createSessions } from './platform/auth/sessions.ts'
import { problemAnswer } from './platform/http/answers.ts'
import { createApi } from './platform/http/api.ts'
import type { Platform } from './platform/http/context.ts'
import { addDocs } from './platform/http/docs.ts'
import { apiDoor } from './platform/http/door.ts'
import { createGateway, type Gateway } from './platform/http/gateway.ts'
import { os } from './platform/http/implement.ts'
import { addOperations } from './platform/http/operations.ts'
import { trustedOrigins } from './platform/http/origin.ts'
import { createPages } from './platform/http/pages.ts'
import { type HttpSettings, readHttpSettings } from './platform/http/settings.ts'
import { createSignIn } from './platform/http/sign-in.ts'
import { createJobs, type JobDefinition } from './platform/jobs.ts'
import { createLog, type Log, loggable } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'

export interface AppOptions {
  /** Over what the environment and `.env` say. */
  readonly settings?: Partial<HttpSettings>
  /** Default: one JSON line an event on stdout at `settings.logLevel`. */
  readonly log?: Log
  /** What `start` begins; default both. `pages: false` still answers /health, /ready and /metrics. */
  readonly roles?: { readonly pages: boolean; readonly jobs: boolean }
  /** What runs by itself; default everything. */
  readonly jobs?: readonly JobDefinition[]
}

export interface App {
  /** Answers a request without a port. */
  fetch(request: Request): Promise<Response>
  /** Listens and begins to work; resolves to the port (a free one for 0). Rejects when the port is taken. */
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
  const router = os.router({
    session: sessionRoutes,
    staff: staffRoutes,
    audit: auditRoutes,
    messages: messagesRoutes,
    templates: templatesRoutes,
    audiences: audiencesRoutes,
    settings: settingsRoutes,
    integrations: integrationsRoutes,
    channels: channelsRoutes,
    customers: customersRoutes,
    vehicles: vehiclesRoutes,
    imports: importsRoutes,
    quality: qualityRoutes,
    sharing: sharingRoutes,
    baseAnalysis: baseAnalysisRoutes,
    care: careRoutes,
    register: registerRoutes,
    callCentre: callCentreRoutes,
    insurance: insuranceRoutes,
    newCars: newCarsRoutes,
    weather: weatherRoutes,
  })
  const answerApi = createApi(router, { platform, sessions, log })
  const signIn = createSignIn(auth, sessions, settings, log)

  let stopping = false
  const roles = options.roles ?? { pages: true, jobs: true }
  const queue = createJobs(platform, options.jobs ?? jobs, { log, metrics })

  const app = createGateway(settings, log, metrics)
  addOperations(app, platform, { settings, metrics, log, isStopping: () => stopping })
  if (roles.pages) {
    // before the door: providers speak XML, come without a session and prove themselves in ways of their own
    const answerCallback = createCallbacks(platform)
    app.all('/api/callbacks/*', (c) => answerCallback(c.req.raw, c.get('trace')))
    app.use('/api/*', apiDoor(settings))
    app.all('/api/auth/*', (c) => signIn(c.req.raw, c.get('address')))
    app.all('/api/v1/*', (c) => answerApi(c.req.raw, c.get('trace')))
    addDocs(app, packageJson.version)
    app.all('/api/*', () => problemAnswer(404, 'NOT_FOUND', 'not-found'))
    const pages = createPages(resolve(given.config.root, 'apps/console/dist'))
    app.get('*', (c) => pages(c.req.raw))
  }
  app.all('*', () => problemAnswer(404, 'NOT_FOUND', 'not-found'))

  let server: ReturnType<typeof serve> | undefined
  let working: Promise<void> | undefined
  return {
    fetch: async (request) => app.fetch(request),
    start: async (port) => {
      const listening = await listen(app, port)
      server = listening.server
      // pages need not wait for the queue; where it cannot start, the log says so and nothing is lost but time
      if (roles.jobs)
        working = queue.start().catch((error: unknown) => log.error({ error: loggable(error) }, 'jobs did not start'))
      return listening.port
    },
    stop: async () => {
      stopping = true
      const closing = server
      server = undefined
      if (closing) await closeServer(closing)
      await working
      if (working) await queue.stop(10)
      closeAdapters(platform)
    },
  }
}

function listen(app: Gateway, port: number): Promise<{ server: ReturnType<typeof serve>; port: number }> {
  return new Promise((listening, reject) => {
    const server = serve({ fetch: app.fetch, port }, (info) => listening({ server, port: info.port }))
    server.once('error', reject)
  })
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
