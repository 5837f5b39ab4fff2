import { type ProblemData, problem, problemData } from '@changhui/contract/problems'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { ORPCError, type Router, ValidationError } from '@orpc/server'
import { type Log, loggable } from '../log.ts'
import { Problem } from '../problem.ts'
import type { RequestContext } from './context.ts'
import { invalidInput, toTypedError } from './implement.ts'

/** Answers `/api/v1/*` from the router; every error leaves in the contract's shape, in both languages. */
export function createApi(router: Router<never, RequestContext>, log: Log) {
  return new OpenAPIHandler<RequestContext>(router as Router<never, RequestContext>, {
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
}

function typedError(error: unknown, context: RequestContext, log: Log): ORPCError<string, unknown> {
  if (error instanceof Problem) return toTypedError(error)
  if (error instanceof ORPCError) {
    const broken = error.cause instanceof ValidationError ? error.cause : undefined
    if (broken && error.code === 'BAD_REQUEST')
      return new ORPCError('BAD_REQUEST', { status: 400, data: invalidInput(broken.issues), defined: true })
    if (!broken && error.status < 500) return error
  }
  if (isRefusedByDatabase(error)) return toTypedError(new Problem('BAD_REQUEST', 'input.invalid'))
  const { requestId: errorId, route } = context.trace
  const details = error instanceof ORPCError && error.cause instanceof ValidationError ? error.cause : error
  log.error({ errorId, route, error: loggable(details), issues: outputIssues(details) }, 'request failed')
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    status: 500,
    data: problem('server.failed', { values: { errorId } }),
  })
}

/**
 * Text PostgreSQL cannot hold, and numbers and days beyond its types (SQLSTATE 22021, 22003, 22008, 22P02 … 22P05): the
 * contract stops them at the door; one it lets through is still the caller's mistake, not a failure of ours.
 */
function isRefusedByDatabase(error: unknown): boolean {
  const state = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof state === 'string' && ['22021', '22003', '22008', '22007', '22P02', '22P03', '22P05'].includes(state)
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
