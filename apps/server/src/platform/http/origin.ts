import type { HttpSettings } from './settings.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the method may change something. */
export const isUnsafe = (method: string): boolean => !safe.has(method)

/** Whether the browser speaks https, as far as we can know. */
export function isHttps(request: Request, settings: Pick<HttpSettings, 'trustProxy' | 'origins'>): boolean {
  if (request.url.startsWith('https:')) return true
  if (settings.trustProxy && request.headers.get('x-forwarded-proto') === 'https') return true
  return settings.origins.length > 0 && settings.origins.every((origin) => origin.startsWith('https:'))
}

/** The origins whose pages may send unsafe requests: those configured, and the host the request itself was sent to. */
export function trustedOrigins(request: Request, settings: Pick<HttpSettings, 'origins'>): readonly string[] {
  const host = request.headers.get('host') ?? new URL(request.url).host
  return [...settings.origins, `http://${host}`, `https://${host}`]
}

/**
 * Refuses an unsafe request that another site's page sent (CSRF). Browsers state Origin or Sec-Fetch-Site on those; a
 * program that states neither carries no cookie it was tricked into.
 */
export function isForeign(request: Request, settings: Pick<HttpSettings, 'origins'>): boolean {
  const origin = request.headers.get('origin')
  if (origin !== null) return !trustedOrigins(request, settings).includes(origin)
  const site = request.headers.get('sec-fetch-site')
  return site !== null && site !== 'same-origin' && site !== 'none'
}
