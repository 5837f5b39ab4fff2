import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { username } from 'better-auth/plugins/username'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { uuidv7 } from '../ids.ts'

export interface AuthOptions {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly secret: string
  /** The origins the pages are served from, for this request. */
  origins(request: Request): readonly string[]
}

/** A sign-in name: lower case, 3–30 of a–z 0–9 . _ - */
export const usernameForm = /^[a-z0-9._-]{3,30}$/

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' }

/** Staff sign-in: sessions, cookies and password checking are the library's; tables and limits are ours. */
export function createAuth(options: AuthOptions) {
  return betterAuth({
    appName: 'Changhui',
    basePath: '/api/auth',
    secret: options.secret,
    database: { db: libraryDb(options.pool), type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    plugins: [username({ displayUsername: false, usernameValidator: (name) => usernameForm.test(name.toLowerCase()) })],
    user: {
      modelName: 'auth_user',
      fields: { emailVerified: 'email_verified', ...stamps },
      additionalFields: {
        disabledAt: { type: 'date', required: false, input: false, returned: false, fieldName: 'disabled_at' },
      },
    },
    session: {
      modelName: 'auth_session',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...stamps,
      },
      expiresIn: 7 * 86_400,
      updateAge: 86_400,
    },
    account: {
      modelName: 'auth_account',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...stamps,
      },
    },
    verification: { modelName: 'auth_verification', fields: { expiresAt: 'expires_at', ...stamps } },
    trustedOrigins: (request) => (request ? [...options.origins(request)] : []),
    // limits on sign-in live in http/sign-in.ts: the library counts by address only, and a store is one address
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'changhui',
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      database: { generateId: () => uuidv7(options.clock.now()), validateSchema: false },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const { rows } = await options.pool.query<{ disabled: boolean }>(
              'SELECT disabled_at IS NOT NULL AS disabled FROM auth_user WHERE id = $1',
              [session.userId],
            )
            if (rows[0]?.disabled !== false) throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED' })
          },
        },
      },
    },
  })
}

export type Auth = ReturnType<typeof createAuth>

/** Set by the HTTP layer on every request, whatever the client sent under this name. */
export const clientAddressHeader = 'x-changhui-client-address'

/** The name of the cookie that carries the session. */
export const sessionCookie = 'changhui.session_token'

/** The library wants Date for timestamptz where the rest of the server takes ISO text: same pool, own parsers. */
function libraryDb(pool: pg.Pool): Kysely<never> {
  const connect = async () => {
    const client = await pool.connect()
    return {
      query: (text: string, values: unknown[]) => client.query({ text, values, types: pg.types }),
      release: () => client.release(),
    }
  }
  return new Kysely({ dialect: new PostgresDialect({ pool: { connect, end: async () => undefined } as never }) })
}
