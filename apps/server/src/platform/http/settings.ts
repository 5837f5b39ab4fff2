import { resolve } from 'node:path'
import { readEnvFile } from '../config.ts'

/** How the HTTP side behaves; every value can be given in code (tests, benchmarks), in the environment or in `.env`. */
export interface HttpSettings {
  /** CHANGHUI_SECRET: signs the cookies; default: kept in the data folder. */
  readonly secret: string | undefined
  /** CHANGHUI_ORIGIN: the addresses people open, with commas, e.g. `https://care.example.cn`; needed behind a proxy that changes Host. */
  readonly origins: readonly string[]
  /** CHANGHUI_TRUST_PROXY=1: the proxy in front sets X-Forwarded-For and X-Forwarded-Proto itself. */
  readonly trustProxy: boolean
  /** CHANGHUI_METRICS_TOKEN: Bearer token for /metrics from other machines. */
  readonly metricsToken: string | undefined
  /** CHANGHUI_RATE_LIMIT: requests per second of one session, address or key; 0 = no limit. A burst of ten seconds' worth is let through. */
  readonly requestsPerSecond: number
  /** CHANGHUI_SIGN_IN_LIMIT: wrong passwords per sign-in name and address in ten minutes; 0 = no limit. */
  readonly wrongPasswords: number
  /** CHANGHUI_LOG_LEVEL: pino's words. */
  readonly logLevel: string
}

export function readHttpSettings(
  root: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): HttpSettings {
  const fromFile = readEnvFile(resolve(root, '.env'))
  const read = (name: string) => environment[name] || fromFile[name] || undefined
  const number = (name: string, otherwise: number) => {
    const given = read(name)
    if (given === undefined) return otherwise
    const value = Number(given)
    if (Number.isFinite(value) && value >= 0) return value
    throw new Error(`${name} 应为不小于 0 的数 / ${name} must be a number of at least 0`)
  }
  return {
    secret: read('CHANGHUI_SECRET'),
    origins: (read('CHANGHUI_ORIGIN') ?? '').split(',').flatMap((one) => one.trim().replace(/\/$/, '') || []),
    trustProxy: ['1', 'true', 'yes'].includes(read('CHANGHUI_TRUST_PROXY') ?? ''),
    metricsToken: read('CHANGHUI_METRICS_TOKEN'),
    requestsPerSecond: number('CHANGHUI_RATE_LIMIT', 30),
    wrongPasswords: number('CHANGHUI_SIGN_IN_LIMIT', 8),
    logLevel: read('CHANGHUI_LOG_LEVEL') ?? 'info',
  }
}
