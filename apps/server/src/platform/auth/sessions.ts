import type { Platform, Principal } from '../http/context.ts'
import type { Auth } from './auth.ts'
import { sessionCookie } from './auth.ts'
import { principalOfUser } from './principal.ts'

/** A signed-in person as a request finds him; `refreshed` = cookies the answer must carry (the session was prolonged). */
export interface SignedIn {
  readonly principal: Principal
  readonly refreshed: readonly string[]
}

export interface Sessions {
  /** Who the API key or the cookies belong to, undefined for nobody. Without a trip to the database when asked again within seconds. */
  find(headers: Headers): Promise<SignedIn | undefined>
  /** Forgets what is remembered of one cookie (sign-out). */
  forgetCookie(headers: Headers): void
  /** Forgets a person (disabled, other roles, new password); without an id, everybody. */
  forget(userId?: string): void
}

interface Remembered {
  readonly until: number
  readonly answer: Promise<SignedIn | undefined>
  userId: string | undefined
}

/** How long another process's change (a role taken, an account switched off) may stay unseen here. */
const rememberedMs = 5_000
const most = 10_000

export function createSessions(
  platform: Omit<Platform, 'sessions'>,
  auth: Auth,
  principalOfKey: (key: string) => Promise<Principal | undefined>,
): Sessions {
  const remembered = new Map<string, Remembered>()

  async function ask(headers: Headers): Promise<SignedIn | undefined> {
    const answer = await auth.api.getSession({
      headers: new Headers({ cookie: headers.get('cookie') ?? '' }),
      returnHeaders: true,
    })
    if (!answer.response) return undefined
    const principal = await principalOfUser(platform.db, answer.response.user.id)
    return principal && { principal, refreshed: answer.headers.getSetCookie() }
  }

  async function askKey(key: string): Promise<SignedIn | undefined> {
    const principal = await principalOfKey(key)
    return principal && { principal, refreshed: [] }
  }

  function remember(name: string, ask: () => Promise<SignedIn | undefined>): Promise<SignedIn | undefined> {
    const known = remembered.get(name)
    const now = performance.now()
    if (known && known.until > now) return known.answer
    if (remembered.size >= most) remembered.clear()
    const asked: Remembered = { until: now + rememberedMs, answer: ask(), userId: undefined }
    remembered.set(name, asked)
    return asked.answer.then(
      (answer) => {
        asked.userId = answer?.principal.actor.id ?? undefined
        if (remembered.get(name) !== asked) return answer
        // strangers' cookies take no room, and only the first asker passes the prolonged cookie on
        if (!answer) remembered.delete(name)
        else if (answer.refreshed.length > 0)
          remembered.set(name, { ...asked, answer: Promise.resolve({ ...answer, refreshed: [] }) })
        return answer
      },
      (error: unknown) => {
        remembered.delete(name)
        throw error
      },
    )
  }

  return {
    find: (headers) => {
      const key = apiKeyOf(headers)
      if (key !== undefined) return remember(`key ${key}`, () => askKey(key))
      const cookie = cookieValue(headers.get('cookie'), sessionCookie)
      return cookie ? remember(cookie, () => ask(headers)) : Promise.resolve(undefined)
    },
    forgetCookie: (headers) => {
      const cookie = cookieValue(headers.get('cookie'), sessionCookie)
      if (cookie) remembered.delete(cookie)
    },
    forget: (userId) => {
      if (userId === undefined) return remembered.clear()
      // one still being asked may carry the old roles: forget it too
      for (const [cookie, one] of remembered)
        if (one.userId === userId || one.userId === undefined) remembered.delete(cookie)
    },
  }
}

/** `x-api-key: …` or `Authorization: Bearer …`. A request with a key is the key's, whatever cookie it carries. */
export function apiKeyOf(headers: Headers): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  return headers.get('x-api-key')?.trim() || bearer
}

function cookieValue(header: string | null, name: string): string | undefined {
  if (!header) return undefined
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined
  }
  return undefined
}
