/**
 * Scripts from this origin only, none inline. Styles may be inline: Ant Design writes its rules into <style> elements as
 * components appear, and charts set style attributes.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const always: readonly (readonly [string, string])[] = [
  ['content-security-policy', contentSecurityPolicy],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'],
  // answers hold customers' data; what may be kept says so itself
  ['cache-control', 'no-store'],
]

const overHttps = [...always, ['strict-transport-security', 'max-age=15552000'] as const]

export function securityHeaders(https: boolean): readonly (readonly [string, string])[] {
  return https ? overHttps : always
}
