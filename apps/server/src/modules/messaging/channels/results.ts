import type { RefusalKind, SendResult } from './channel.ts'

/** Which refusals cannot become better by waiting. A wrong key or an empty account can: somebody repairs it meanwhile. */
const permanent: Readonly<Record<RefusalKind, boolean>> = {
  recipient: true,
  content: true,
  template: true,
  limit: false,
  account: false,
  settings: false,
  system: false,
}

export function refused(kind: RefusalKind, code: string, reason: string): SendResult {
  return { state: 'refused', kind, code, reason: reason.slice(0, 300), permanent: permanent[kind] }
}

export const unknown = (reason: string): SendResult => ({ state: 'unknown', reason: reason.slice(0, 300) })

/** The kind of a code by the first line whose pattern fits. */
export function kindOf(
  code: string,
  table: readonly (readonly [pattern: RegExp, kind: RefusalKind])[],
): RefusalKind | undefined {
  return table.find(([pattern]) => pattern.test(code))?.[1]
}

/** What is left of the time a provider has, as a promise that ends with it: for SDKs that know no signal. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('no answer in time'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** What an error says, without addresses: SDKs put whole requests into them, phone numbers and tokens included. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/(?:GET|POST)?\s*https?:\/\/\S+/g, ' …').trim()
}

/** Errors of the network before anything was sent: nobody can have read the message. */
export function neverLeft(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    if (code && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code)) return true
  }
  return /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(messageOf(error))
}
