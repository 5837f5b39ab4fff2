import routes from 'virtual:routes'
import type { Contract } from '@changhui/contract/contract'
import type { ProblemData } from '@changhui/contract/problems'
import { createORPCClient, type InferClientOutputs, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { JsonifiedClient } from '@orpc/openapi-client'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query'
import { currentLocale } from './i18n.tsx'
import { notify } from './notice.tsx'

const link = new OpenAPILink(routes, {
  url: () => `${window.location.origin}/api/v1`,
  fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
})

/** The API as typed functions: `await client.customers.get({ storeId, customerId })`. */
export const client: JsonifiedClient<ContractRouterClient<Contract>> = createORPCClient(link)
/** What each route answers with: `Answers['customers']['get']`. */
export type Answers = InferClientOutputs<typeof client>
/** The API as TanStack Query options: `useQuery(api.customers.list.queryOptions({ input: { storeId } }))`. */
export const api = createTanstackQueryUtils(client)

/** Whether the data of an error answer is one of the contract's problems. */
export const isProblem = (data: unknown): data is ProblemData =>
  typeof data === 'object' && data !== null && 'problem' in data && 'zh' in data && 'en' in data

/** The typed problem of an error; undefined when the answer did not come from our API (network, proxy). */
export function problemOf(error: unknown): ProblemData | undefined {
  return error instanceof ORPCError && isProblem(error.data) ? error.data : undefined
}
/** True when the error is this problem, e.g. `isProblemCode(error, 'version.changed')`. */
export const isProblemCode = (error: unknown, code: string) => problemOf(error)?.problem === code

const unknownProblem = {
  offline: {
    'zh-CN': '连不上服务器，请检查网络后重试；您填写的内容还在。',
    en: 'The server cannot be reached. Check the network and try again; what you entered is kept.',
  },
  server: {
    'zh-CN': '服务器出了问题，请稍后重试；若一直如此请联系管理员。',
    en: 'Something went wrong on the server. Try again shortly; tell your administrator if it stays.',
  },
} as const

/** The sentence for a person, in the language in force. */
export function problemText(error: unknown): string {
  const locale = currentLocale()
  const known = problemOf(error)
  if (known) return locale === 'en' ? known.en : known.zh
  return unknownProblem[error instanceof ORPCError ? 'server' : 'offline'][locale]
}
/** Shows the problem as a notice at the top of the page. */
export function showProblem(error: unknown) {
  notify('error', problemText(error))
}
/** Field name → sentence, for forms: the field of the problem, or every field of a validation problem. */
export function fieldProblems(error: unknown): Record<string, string> {
  const known = problemOf(error)
  if (!known) return {}
  if (known.issues?.length) {
    const locale = currentLocale()
    return Object.fromEntries(known.issues.map((issue) => [issue.field, locale === 'en' ? issue.en : issue.zh]))
  }
  return known.field ? { [known.field]: problemText(error) } : {}
}

const unauthorised = (error: unknown) => error instanceof ORPCError && error.status === 401

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (unauthorised(error)) window.dispatchEvent(new Event('changhui:signed-out'))
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (times, error) => times < 2 && !(error instanceof ORPCError && error.status < 500),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', onError: showProblem },
  },
})

/**
 * Reads again what somebody else changed meanwhile (`version.changed`), so that the next try goes on from there. True where that was
 * it; showing the problem is left to the caller.
 */
export async function readAgain(error: unknown, queryKey: QueryKey): Promise<boolean> {
  if (!isProblemCode(error, 'version.changed')) return false
  await queryClient.invalidateQueries({ queryKey })
  return true
}
