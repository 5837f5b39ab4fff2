import { contract } from '@changhui/contract/contract'
import { type FieldIssue, issueSentence } from '@changhui/contract/issues'
import { problem } from '@changhui/contract/problems'
import { implement, ORPCError } from '@orpc/server'
import { Problem, type ProblemKind } from '../problem.ts'
import type { RequestContext, StoreRequest } from './context.ts'

const status: Record<ProblemKind, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_MANY_REQUESTS: 429,
}

/** A Problem as the contract's typed error. */
export function toTypedError(thrown: Problem): ORPCError<string, unknown> {
  return new ORPCError(thrown.kind, {
    status: status[thrown.kind],
    message: thrown.message,
    data: thrown.data,
    defined: true,
  })
}

const base = implement(contract).$context<RequestContext>()

/**
 * Every handler starts here: the contract says what the route needs, this grants or refuses it before the input is even
 * validated, and puts the store of the path into the context. A store that is not the caller's answers as one he may not see.
 */
export const os = base.use(async ({ context, next, procedure, path }, input) => {
  const { needs } = procedure['~orpc'].meta
  context.trace.route = path.join('.')
  try {
    if (needs === 'public') return await next({ context: context as StoreRequest })
    const principal = context.principal
    if (!principal) throw new Problem('UNAUTHORIZED', 'sign-in.needed')
    if (needs === 'signed-in') return await next({ context: context as StoreRequest })
    const storeId = typeof input === 'object' && input !== null && 'storeId' in input ? input.storeId : undefined
    const store = principal.stores.find((one) => one.id === storeId)
    if (!store) throw new Problem('FORBIDDEN', 'store.not-yours')
    context.trace.storeId = store.id
    if (!store.permissions.includes(needs)) throw new Problem('FORBIDDEN', 'permission.missing')
    return await next({ context: { ...context, principal, store } })
  } catch (error) {
    throw error instanceof Problem ? toTypedError(error) : error
  }
})

/** The problem of a request whose input broke the contract: every field at once. */
export function invalidInput(
  issues: readonly (FieldIssue & { path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined })[],
) {
  return problem('input.invalid', {
    issues: issues.map((issue) => ({
      field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      reason: issue.code === undefined || issue.code === 'custom' ? issue.message : issue.code,
      ...issueSentence(issue),
    })),
  })
}
