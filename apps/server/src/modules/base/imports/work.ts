import type { Mapping } from '@changhui/contract/imports'
import type pg from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { inScopeOn, sqlState, type Tx } from '../../../platform/db.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type Actor, type Scope, type StoreContext, withStore } from '../../../platform/scope.ts'
import type { JobRow } from './store.ts'
import { LostRace } from './write.ts'

/** What working on an import needs. */
export interface ImportWork {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly store: Pick<StoreContext, 'id' | 'timeZone'>
  readonly actor: Actor
  /** Where the file lies. */
  readonly path: string
  readonly job: JobRow & { readonly mapping: Mapping }
  /** Marks this worker in the job's row; whoever takes the job over writes another. */
  readonly claim: string
  /** The moment that the import's rows carry as their creation. */
  readonly startedAt: string
  readonly batchRows?: number
}

/** Another worker has taken the import over, or it was cancelled. */
export class ClaimLost extends Error {
  override name = 'ClaimLost'
}

/** A worker that is not heard of for so long is taken for dead. */
export const CLAIM_SECONDS = 10

export const claimUntil = (now: Temporal.Instant): string => now.add({ seconds: CLAIM_SECONDS }).toString()

/** A scope on the worker's own connection, so that COPY and set-based statements share its transaction. */
export function onClient<T>(work: ImportWork, client: pg.Client, task: (scope: Scope) => Promise<T>): Promise<T> {
  return inScopeOn(client, [work.store.id], (tx: Tx) => {
    const now = work.clock.now()
    const today = now.toZonedDateTimeISO(work.store.timeZone).toPlainDate()
    const { store, actor } = work
    return task({ tx, storeId: store.id, timeZone: store.timeZone, actor, now, today, newId: () => uuidv7(now) })
  })
}

/** A scope of its own beside the worker's transaction: what others must see at once. */
export const aside = <T>(work: ImportWork, task: (scope: Scope) => Promise<T>): Promise<T> =>
  withStore(work.pool, work.clock, work.store, work.actor, task)

/** Serialises what writes customers and vehicles of a store by import: two files at once would both make the same person. */
export async function oneAtATime(client: pg.Client, storeId: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 4400))`, [`import|${storeId}`])
}

const RETRIES = 6

/** Runs a transaction again when someone else changed a row meanwhile, or the database broke a tie. */
export async function again<T>(task: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await task()
    } catch (error) {
      const state = sqlState(error)
      const passing = error instanceof LostRace || state === '40001' || state === '40P01' || state === '23505'
      if (!passing || tries >= RETRIES) throw error
    }
  }
}
