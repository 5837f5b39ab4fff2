import type { Scope } from '../../../../platform/scope.ts'
import type { OpenAccount } from '../accounts.ts'

/** What a provider sent, already known to be for this account. */
export interface CallbackRequest {
  readonly method: string
  readonly query: URLSearchParams
  readonly body: string
  readonly account: OpenAccount
  /** The account's secrets; '' for one that is not set. */
  secret(name: string): string
}

/** `work` is done in one transaction of the store before the answer goes out. */
export interface CallbackAnswer {
  readonly status?: number
  readonly type?: string
  readonly body: string
  readonly work?: (scope: Scope) => Promise<void>
}

/** Reads and verifies one call of a provider; pure, but for what it asks to be done. */
export type Callback = (request: CallbackRequest) => CallbackAnswer

/** Somebody who is not the provider, or speaks another language. */
export const refusedCall = (status: 400 | 403 | 405, body: string): CallbackAnswer => ({ status, body })

/** Providers in China tell times of theirs without a zone. `fallback` where one cannot be read. */
export function chinaTime(text: unknown, fallback: Temporal.Instant): Temporal.Instant {
  try {
    const plain = Temporal.PlainDateTime.from(String(text).trim().replace(' ', 'T'))
    return plain.toZonedDateTime('Asia/Shanghai').toInstant()
  } catch {
    // no time, or none that exists: the moment it was told is near enough
    return fallback
  }
}

/** Words operators use for numbers nobody has. */
export const emptyNumber = /空号|号码不存在|号码错误|非法号码/

const most = 1_000

/** The records of a JSON callback, one or many; undefined for anything else. */
export function jsonRecords(body: string): Record<string, unknown>[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    // not the provider's language; the caller answers so
    return undefined
  }
  const many = Array.isArray(parsed) ? parsed : [parsed]
  const fit = many.length <= most && many.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
  return fit ? (many as Record<string, unknown>[]) : undefined
}

/** A field as text; '' where there is none. Longer ones are cut. */
export function field(record: Record<string, unknown>, name: string, longest = 500): string {
  const value = record[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, longest) : ''
}
