import type pg from 'pg'
import type { Clock } from './clock.ts'
import { inScope, type Tx } from './db.ts'
import { uuidv7 } from './ids.ts'

/** Who acts: a person, an API key, or the system itself (`id` null). */
export interface Actor {
  readonly id: string | null
  readonly name: string
}

export const systemActor: Actor = { id: null, name: 'system' }

/** A store as the request knows it. `today` is the calendar day there. */
export interface StoreContext {
  readonly id: string
  readonly code: string
  readonly timeZone: string
}

/** All that a service is handed: one transaction, one store, one actor, one moment. */
export interface Scope {
  readonly tx: Tx
  readonly storeId: string
  readonly timeZone: string
  readonly actor: Actor
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
  newId(): string
}

/** Opens the scope of one store and runs `work` in its transaction. */
export function withStore<T>(
  pool: pg.Pool,
  clock: Clock,
  store: Pick<StoreContext, 'id' | 'timeZone'>,
  actor: Actor,
  work: (scope: Scope) => Promise<T>,
): Promise<T> {
  const now = clock.now()
  const today = now.toZonedDateTimeISO(store.timeZone).toPlainDate()
  return inScope(pool, [store.id], (tx) =>
    work({ tx, storeId: store.id, timeZone: store.timeZone, actor, now, today, newId: () => uuidv7(now) }),
  )
}
