import type { Permission, Role } from '@changhui/rules/permissions'
import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../scope.ts'
import { doOnce, type Once } from './once.ts'

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
  /** The request's Idempotency-Key, on unsafe store routes. */
  readonly once?: Once
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

/**
 * Runs `work` in the transaction and scope of the request's store: one scope a request. Under an Idempotency-Key the work
 * and its answer are kept together and done once; `keepAnswer: false` for an answer that holds a secret.
 */
export function inStore<T>(
  context: StoreRequest,
  work: (scope: Scope) => Promise<T>,
  { keepAnswer = true }: { keepAnswer?: boolean } = {},
): Promise<T> {
  const { once, platform, principal, store } = context
  return withStore(platform.pool, platform.clock, store, principal.actor, (scope) =>
    once ? doOnce(once, scope, keepAnswer, work) : work(scope),
  )
}
