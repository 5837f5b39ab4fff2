import { createHash } from 'node:crypto'
import { Problem } from '../problem.ts'
import type { Scope } from '../scope.ts'

/** The Idempotency-Key of a request: the same key with the same request is done once. */
export interface Once {
  /** Whose key it is and what he called it. */
  readonly key: string
  /** Of method, path and body. */
  readonly hash: string
  /** Transactions of the request so far: each keeps an answer of its own. */
  calls: number
}

/** Reads the header; undefined where there is none, a Problem for one that is not 1–200 visible characters. */
export function readOnce(request: Request, actorId: string, body: Uint8Array): Once | Problem | undefined {
  const given = request.headers.get('idempotency-key')
  if (given === null) return undefined
  if (!/^[\x21-\x7e]{1,200}$/.test(given))
    return new Problem('BAD_REQUEST', 'idempotency.key-form', { field: 'Idempotency-Key' })
  const { pathname, search } = new URL(request.url)
  const hash = createHash('sha256').update(`${request.method} ${pathname}${search}\n`).update(body).digest('hex')
  return { key: `${actorId}:${given}`, hash, calls: 0 }
}

/**
 * Runs `work` unless this key was done before, then gives the answer of that time. Key, deed and answer commit together, so
 * a crash leaves all or nothing, and of two at once the second waits for the first. Throws CONFLICT when the key stands for
 * another request, or when the answer held a secret (`keepAnswer: false`).
 */
export async function doOnce<T>(
  once: Once,
  scope: Scope,
  keepAnswer: boolean,
  work: (scope: Scope) => Promise<T>,
): Promise<T> {
  const { tx, storeId, now } = scope
  const key = `${once.key}:${once.calls++}`
  const made = await tx
    .insertInto('idempotencyKey')
    .values({ storeId, key, requestHash: once.hash, createdAt: now.toString() })
    .onConflict((conflict) => conflict.columns(['storeId', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst()
  if (made) {
    const answer = await work(scope)
    await tx
      .updateTable('idempotencyKey')
      .set({ status: 200, response: keepAnswer ? JSON.stringify({ answer }) : null })
      .where('storeId', '=', storeId)
      .where('key', '=', key)
      .execute()
    return answer
  }
  const earlier = await tx
    .selectFrom('idempotencyKey')
    .select(['requestHash', 'response'])
    .where('storeId', '=', storeId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (!earlier) throw new Problem('CONFLICT', 'idempotency.running')
  if (earlier.requestHash !== once.hash) throw new Problem('CONFLICT', 'idempotency.reused')
  if (!earlier.response) throw new Problem('CONFLICT', 'idempotency.not-kept')
  return (earlier.response as { answer: T }).answer
}
