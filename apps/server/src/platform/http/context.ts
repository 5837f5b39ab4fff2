import type { Permission, Role } from '@changhui/rules/permissions'
import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../scope.ts'

/** What one process shares among its requests and jobs. Made once in compose. */
export interface Platform {
  readonly config: Config
  readonly pool: pg.Pool
  readonly db: Db
  readonly clock: Clock
  /** Drops what this process remembers of a person's session; absent where nobody signs in (commands). */
  readonly sessions?: { forget(userId?: string): void }
}

/** Who the request comes from, with the roles held per store. */
export interface Principal {
  readonly actor: Actor
  readonly username: string
  readonly stores: readonly (StoreContext & {
    name: string
    demo: boolean
    roles: readonly Role[]
    permissions: readonly Permission[]
  })[]
}

/** The context a request starts with. */
export interface RequestContext {
  readonly platform: Platform
  readonly headers: Headers
  /** undefined = nobody is signed in. */
  readonly principal: Principal | undefined
  /** What the log and the figures say of this request; filled on the way. */
  readonly trace: Trace
}

export interface Trace {
  readonly requestId: string
  /** `customers.list` once a route is found. */
  route?: string
  storeId?: string
  actorId?: string
}

/** The context of a store route once it passed authorisation. */
export interface StoreRequest extends RequestContext {
  readonly principal: Principal
  readonly store: Principal['stores'][number]
}

/** Runs `work` in the transaction and scope of the request's store: one scope a request. */
export function inStore<T>(context: StoreRequest, work: (scope: Scope) => Promise<T>): Promise<T> {
  return withStore(context.platform.pool, context.platform.clock, context.store, context.principal.actor, work)
}
