import { contractRoutes } from '@changhui/contract/routes'
import type { ClientConfig } from 'pg'
import { hostileRequest, randomOf } from './hostile.ts'
import { openStage } from './stage.ts'

export interface FuzzResult {
  readonly requests: number
  readonly seed: number
  /** Answers by class of status. */
  readonly statuses: Readonly<Record<string, number>>
  /** Routes that gave a good answer at least once: what the hostile part was hung on did work. */
  readonly reached: number
  readonly routes: number
  /** Milliseconds of the slowest answer. */
  readonly slowestMs: number
  /** Answers of 500 and above, and requests that took too long. */
  readonly failures: readonly string[]
}

/** Longer than any answer may take, in milliseconds. */
const patience = 15_000
const clients = 4

/** Sends `requests` made from `seed` at the whole application over a database; every answer must come, and none be a 5xx. */
export async function fuzz(connection: ClientConfig, requests: number, seed: number): Promise<FuzzResult> {
  const stage = await openStage(connection)
  const routes = contractRoutes()
  const random = randomOf(seed)
  const statuses: Record<string, number> = {}
  const reached = new Set<string>()
  const failures: string[] = []
  let slowestMs = 0
  let sent = 0

  async function one(): Promise<void> {
    const cookie = await stage.a.cookie(random.chance(0.9) ? 'administrator' : 'care-agent')
    const request = hostileRequest(routes, { ...(random.chance(0.95) ? stage.a.ids : stage.b.ids) }, cookie, random)
    const name = `${request.method} ${decodeURI(new URL(request.url).pathname.replaceAll('%', '%25')).slice(0, 120)}`
    const start = performance.now()
    const answer = await Promise.race([stage.app.fetch(request), late()])
    const ms = performance.now() - start
    slowestMs = Math.max(slowestMs, ms)
    if (!answer) return void failures.push(`no answer in ${patience} ms: ${name}`)
    const text = await answer.text()
    const kind = `${Math.floor(answer.status / 100)}xx`
    statuses[kind] = (statuses[kind] ?? 0) + 1
    if (answer.status < 300)
      reached.add(routes.find((route) => fits(route.path, request) && route.method === request.method)?.name ?? '')
    if (answer.status >= 500) failures.push(`${answer.status}: ${name}: ${text.slice(0, 200)}`)
  }
  async function client(): Promise<void> {
    while (sent++ < requests) await one()
  }
  try {
    await Promise.all(Array.from({ length: clients }, client))
    failures.push(...stage.failures.slice(0, 20))
  } finally {
    await stage.close()
  }
  return {
    requests,
    seed,
    statuses,
    reached: reached.size,
    routes: routes.length,
    slowestMs: Math.round(slowestMs),
    failures,
  }
}

const late = () => new Promise<undefined>((done) => setTimeout(() => done(undefined), patience).unref())

const fits = (path: string, request: Request) =>
  new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(new URL(request.url).pathname)
