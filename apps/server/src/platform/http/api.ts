import type { Contract } from '@changhui/contract/contract'
import { type ProblemData, problem, problemData } from '@changhui/contract/problems'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { ORPCError, type Router, ValidationError } from '@orpc/server'
import type { Sessions } from '../auth/sessions.ts'
import { sqlState } from '../db.ts'
import { type Log, loggable } from '../log.ts'
import { Problem } from '../problem.ts'
import { problemAnswer } from './answers.ts'
import type { Platform, RequestContext, Trace } from './context.ts'
import { limitUpload, readBody } from './door.ts'
import { invalidInput, toTypedError } from './implement.ts'
import { type Once, readOnce } from './once.ts'
import { isUnsafe } from './origin.ts'

interface ApiParts {
  readonly platform: Platform
  readonly sessions: Sessions
  readonly log: Log
}

/** Answers `/api/v1/*` from the router; every error leaves in the contract's shape, in both languages. */
export function createApi(
  router: Router<Contract, RequestContext>,
  { platform, sessions, log }: ApiParts,
): (request: Request, trace: Trace) => Promise<Response> {
  const handler = new OpenAPIHandler<RequestContext>(router, {
    clientInterceptors: [
      async ({ next, context }) => {
        try {
          return await next()
        } catch (error) {
          throw typedError(error, context, log)
        }
      },
    ],
    customErrorResponseBodyEncoder: (error) => ({
      defined: true,
      code: error.code,
      status: error.status,
      message: error.message,
      data: problemOf(error),
    }),
  })

  return async (given, trace) => {
    const signedIn = await sessions.find(given.headers)
    const principal = signedIn?.principal
    trace.actorId = principal?.actor.id ?? undefined
    // strangers' bodies are not read at all
    if (!principal && isStorePath(given.url)) return problemAnswer(401, 'UNAUTHORIZED', 'sign-in.needed')
    let request = given
    let once: Once | undefined
    if (given.headers.get('content-type')?.toLowerCase().startsWith('multipart/')) {
      request = limitUpload(given)
    } else if (isUnsafe(given.method)) {
      const body = await readBody(given)
      if (body instanceof Response) return body
      const read = principal && readOnce(given, principal.actor.id ?? '', body)
      if (read instanceof Problem) return problemAnswer(400, read.kind, read.data)
      once = read
      request = new Request(given.url, {
        method: given.method,
        headers: given.headers,
        body: body.length > 0 ? body : undefined,
      })
    }
    const context: RequestContext = { platform, headers: given.headers, principal, trace, once }
    const { matched, response } = await handler.handle(request, { prefix: '/api/v1', context })
    if (!matched) return problemAnswer(404, 'NOT_FOUND', 'not-found')
    for (const cookie of signedIn?.refreshed ?? []) response.headers.append('set-cookie', cookie)
    return response
  }
}

const isStorePath = (url: string): boolean => new URL(url).pathname.startsWith('/api/v1/stores/')

function typedError(error: unknown, context: RequestContext, log: Log): ORPCError<string, unknown> {
  if (error instanceof Problem) return toTypedError(error)
  if (error instanceof ORPCError) {
    const broken = error.cause instanceof ValidationError ? error.cause : undefined
    if (broken && error.code === 'BAD_REQUEST')
      return new ORPCError('BAD_REQUEST', { status: 400, data: invalidInput(broken.issues), defined: true })
    if (!broken && error.status < 500) return error
  }
  const { requestId: errorId, route } = context.trace
  if (isRefusedByDatabase(error)) {
    log.warn({ errorId, route, error: loggable(error) }, 'input reached the database')
    return toTypedError(new Problem('BAD_REQUEST', 'input.invalid'))
  }
  const details = error instanceof ORPCError && error.cause instanceof ValidationError ? error.cause : error
  log.error({ errorId, route, error: loggable(details), issues: outputIssues(details) }, 'request failed')
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    status: 500,
    data: problem('server.failed', { values: { errorId } }),
  })
}

/**
 * Text PostgreSQL cannot hold, and numbers and days beyond its types (SQLSTATE class 22, division by zero aside): the
 * contract stops them at the door; one it lets through is still the caller's mistake, not a failure of ours.
 */
function isRefusedByDatabase(error: unknown): boolean {
  const state = sqlState(error)
  return state?.startsWith('22') === true && state !== '22012'
}

/** Where an answer broke the contract: the paths only, never the values. */
function outputIssues(error: unknown): string[] | undefined {
  if (!(error instanceof ValidationError)) return undefined
  return error.issues.map((issue) =>
    (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
  )
}

function problemOf(error: ORPCError<string, unknown>): ProblemData {
  const given = problemData.safeParse(error.data)
  if (given.success) return given.data
  if (error.status === 404) return problem('not-found')
  if (error.status === 413) return problem('request.too-large')
  if (error.status === 429) return problem('rate.too-many', { values: { seconds: 10 } })
  return problem(error.status < 500 ? 'input.invalid' : 'server.failed', { values: { errorId: '-' } })
}
