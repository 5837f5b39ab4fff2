import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { type Role, roles } from '@changhui/rules/permissions'
import type { ClientConfig, Pool } from 'pg'
import { type App, composeApp } from '../../apps/server/src/compose.ts'
import { createStaff } from '../../apps/server/src/modules/staff/service.ts'
import { addStore } from '../../apps/server/src/modules/stores/service.ts'
import { systemClock } from '../../apps/server/src/platform/clock.ts'
import { loadConfig } from '../../apps/server/src/platform/config.ts'
import { openDb, openPool } from '../../apps/server/src/platform/db.ts'
import type { Platform } from '../../apps/server/src/platform/http/context.ts'
import type { HttpSettings } from '../../apps/server/src/platform/http/settings.ts'
import { uuidv7 } from '../../apps/server/src/platform/ids.ts'
import { createLog } from '../../apps/server/src/platform/log.ts'
import { systemActor } from '../../apps/server/src/platform/scope.ts'
import { fillStore, type StoreIds } from './fill.ts'

/** One store, and the ids of what stands in it. */
export interface StagedStore {
  readonly id: string
  readonly ids: StoreIds
  /** Cookie header of the person who holds this role here and nothing else. */
  cookie(role: Role): Promise<string>
}

/** The whole application over a database, with two stores alike; A's people, one in each role, work in A only. */
export interface Stage {
  readonly app: App
  readonly platform: Platform
  readonly pool: Pool
  readonly a: StagedStore
  readonly b: StagedStore
  /** What the log said of failures so far. */
  readonly failures: string[]
  /** Every other line of the log. */
  readonly lines: string[]
  close(): Promise<void>
}

export const origin = 'http://changhui.test'
/** Everybody's. */
export const password = 'staged and ready 1'

export async function openStage(connection: ClientConfig, settings: Partial<HttpSettings> = {}): Promise<Stage> {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-stage-'))
  const pool = openPool(connection, 8)
  pool.on('error', () => undefined)
  const clock = systemClock()
  const platform: Platform = { config: loadConfig({ CHANGHUI_DATA: folder }), pool, db: openDb(pool), clock }
  const failures: string[] = []
  const lines: string[] = []
  const app = await composeApp(platform, {
    settings: {
      ...{ requestsPerSecond: 0, wrongPasswords: 0, secret: 'a secret for tests, of enough letters', origins: [] },
      ...settings,
    },
    log: createLog('info', { write: (line) => void (line.includes('"level":50') ? failures : lines).push(line) }),
  })
  const stage = async (code: string, staffed: readonly Role[]): Promise<StagedStore> => {
    const store = await addStore(platform.db, { id: uuidv7(clock.now()), code, name: `${code} 店` }, clock.now())
    if (typeof store === 'string') throw new Error(store)
    const userIds = new Map<Role, string>()
    for (const role of staffed) {
      const person = { name: `${code} ${role}`, username: usernameOf(code, role), password, roles: [role] }
      const { userId } = await createStaff(platform, { storeId: store.id, actor: systemActor }, person)
      userIds.set(role, userId)
    }
    const cookies = new Map<Role, Promise<string>>()
    const cookie = (role: Role) => {
      const known = cookies.get(role) ?? signIn(app, usernameOf(code, role))
      cookies.set(role, known)
      return known
    }
    return { id: store.id, ids: await fillStore(pool, store.id, code, userIds.get('technician') ?? ''), cookie }
  }
  const a = await stage('AAA', roles)
  const b = await stage('BBB', ['administrator', 'advisor', 'technician'])
  const close = async () => {
    await app.stop()
    await pool.end()
    rmSync(folder, { recursive: true, force: true })
  }
  return { app, platform, pool, a, b, failures, lines, close }
}

/** The sign-in name of the person in a role. */
export const usernameOf = (code: string, role: Role) => `${code.toLowerCase()}-${role}`.slice(0, 30)

/** Signs in and gives the cookie header of the session. */
export async function signIn(app: App, username: string, secret = password): Promise<string> {
  const answer = await app.fetch(
    new Request(`${origin}/api/auth/sign-in/username`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ username, password: secret }),
    }),
  )
  if (!answer.ok) throw new Error(`sign-in of ${username}: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any
}

/** Asks the application and reads the JSON answer. */
export async function ask(
  app: App,
  method: string,
  path: string,
  { body, ...headers }: { body?: unknown } & Record<string, unknown> = {},
): Promise<Answer> {
  const all = new Headers(headers as Record<string, string>)
  if (body !== undefined && !all.has('content-type')) all.set('content-type', 'application/json')
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await app.fetch(new Request(`${origin}${path}`, { method, headers: all, body: text }))
  const said = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: said.startsWith('{') || said.startsWith('[') ? JSON.parse(said) : said,
  }
}
