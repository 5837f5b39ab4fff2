import type { Permission } from '@changhui/rules/permissions'
import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract'
import { contract } from './contract.ts'
import type { RouteMeta } from './meta.ts'

/** One route with its place in the contract, e.g. `customers.list`. */
export interface ContractRoute {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{storeId}`-like places. */
  readonly path: string
  readonly summary: string
  readonly needs: Permission | 'signed-in' | 'public'
  readonly procedure: AnyContractProcedure
}

/** Every route of the contract, in its order: for the API document and for tests that must leave none out. */
export function contractRoutes(): ContractRoute[] {
  const parts: Record<string, Record<string, unknown>> = contract
  return Object.entries(parts).flatMap(([area, part]) =>
    Object.entries(part).flatMap(([key, procedure]) => {
      if (!isContractProcedure(procedure)) return []
      const { route, meta } = procedure['~orpc']
      const { method = 'POST', path = '/', summary = '' } = route
      if (method === 'HEAD') return []
      return { name: `${area}.${key}`, method, path, summary, needs: (meta as RouteMeta).needs, procedure }
    }),
  )
}
