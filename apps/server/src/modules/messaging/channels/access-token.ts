import { sql } from 'kysely'
import type { Seal } from '../../../platform/auth/seal.ts'
import type { Platform } from '../../../platform/http/context.ts'
import { systemActor, withStore } from '../../../platform/scope.ts'

/** What a provider gave: the token and the seconds it lasts. */
export interface FreshToken {
  readonly token: string
  readonly seconds: number
}

/** The short-lived token of an account. */
export interface AccessToken {
  /** The token in force; `broken` is one the provider has just refused, which is not given again. */
  get(broken?: string): Promise<string>
}

export interface TokenPlace {
  readonly platform: Platform
  readonly seal: Seal
  readonly storeId: string
  readonly timeZone: string
  readonly accountId: string
}

/** A token is not used in its last minutes: a request under way would meet the end. */
const marginSeconds = 300

/**
 * Shares one token among all processes: kept sealed on the account's row, and fetched while that row is locked, so that of many who
 * find it gone one asks the provider. In this process the others wait for the one who asks, not for a connection each.
 */
export function sharedToken(place: TokenPlace, fetchToken: (forced: boolean) => Promise<FreshToken>): AccessToken {
  const { platform, seal, storeId, accountId } = place
  const where = `${storeId}|${accountId}|access-token`
  let held: { token: string; until: Temporal.Instant } | undefined
  let asking: Promise<string> | undefined

  const usable = (one: typeof held, now: Temporal.Instant, broken: string | undefined) =>
    one && one.token !== broken && Temporal.Instant.compare(now, one.until) < 0 ? one : undefined

  const ask = (broken: string | undefined) =>
    withStore(platform.pool, platform.clock, { id: storeId, timeZone: place.timeZone }, systemActor, async (scope) => {
      const { tx, now } = scope
      const row = await tx
        .selectFrom('channelAccount')
        .select(['accessToken', 'accessTokenUntil'])
        .where('storeId', '=', storeId)
        .where('id', '=', accountId)
        .forUpdate()
        .executeTakeFirst()
      const stored = row?.accessToken ? seal.open(where, row.accessToken) : undefined
      const until = Temporal.Instant.from(row?.accessTokenUntil ?? now.toString())
      const known = usable(stored === undefined ? undefined : { token: stored, until }, now, broken)
      if (known) {
        held = known
        return known.token
      }
      const fresh = await fetchToken(broken !== undefined && broken === stored)
      const seconds = Math.max(1, fresh.seconds - marginSeconds)
      held = { token: fresh.token, until: now.add({ seconds }) }
      await sql`
        UPDATE channel_account SET access_token = ${seal.close(where, fresh.token)}, access_token_until = ${held.until.toString()}::timestamptz
        WHERE store_id = ${storeId}::uuid AND id = ${accountId}::uuid`.execute(tx)
      return fresh.token
    })

  return {
    get: (broken) => {
      const known = usable(held, platform.clock.now(), broken)
      if (known) return Promise.resolve(known.token)
      asking ??= ask(broken).finally(() => {
        asking = undefined
      })
      return asking
    },
  }
}
