import { createHash, timingSafeEqual } from 'node:crypto'
import { type Log, loggable } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { readMigrations } from '../migrate.ts'
import type { Platform } from './context.ts'
import type { Gateway } from './gateway.ts'
import type { HttpSettings } from './settings.ts'

/**
 * What machines ask: `/health` (the process answers), `/ready` (the database answers and has the newest schema; 503 while
 * stopping, so that a balancer looks elsewhere), `/metrics` (this machine, or a token).
 */
export function addOperations(
  app: Gateway,
  platform: Platform,
  parts: { settings: HttpSettings; metrics: Metrics; log: Log; isStopping(): boolean },
): void {
  const { settings, metrics, log } = parts
  const newest = readMigrations().at(-1)?.name
  app.get('/health', (c) => c.json({ ok: true }))
  app.get('/ready', async (c) => {
    if (parts.isStopping()) return c.json({ ready: false, why: 'stopping' }, 503)
    try {
      const { rows } = await platform.pool.query<{ name: string }>('SELECT max(name) AS name FROM schema_migration')
      const migrated = rows[0]?.name === newest
      return c.json({ ready: migrated, why: migrated ? undefined : 'schema' }, migrated ? 200 : 503)
    } catch (error) {
      log.warn({ error: loggable(error) }, 'database not reachable')
      return c.json({ ready: false, why: 'database' }, 503)
    }
  })
  app.get('/metrics', async (c) => {
    // a proxy on this machine is not this machine asking
    const here = isLoopback(c.get('address')) && !c.req.header('x-forwarded-for') && !c.req.header('forwarded')
    if (!here && !hasToken(c.req.header('authorization'), settings.metricsToken)) return c.text('forbidden', 403)
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

function hasToken(header: string | undefined, token: string | undefined): boolean {
  if (!token || !header) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header), digest(`Bearer ${token}`))
}
