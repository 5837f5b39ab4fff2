import { problem } from '@changhui/contract/problems'
import { type Auth, clientAddressHeader } from '../auth/auth.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Log } from '../log.ts'
import { problemAnswer, tooMany } from './answers.ts'
import { readBody } from './door.ts'
import { createLimiter } from './limiter.ts'
import { isHttps } from './origin.ts'
import type { HttpSettings } from './settings.ts'

/** What of the sign-in library the outside may reach; accounts are made by administrators, so nothing else is. */
const open: Readonly<Record<string, string>> = {
  '/api/auth/sign-in/username': 'POST',
  '/api/auth/sign-out': 'POST',
  '/api/auth/get-session': 'GET',
  '/api/auth/change-password': 'POST',
}

const tenMinutes = 600
const largestBody = 10_000

/** Answers `/api/auth/*`: the library behind a door that counts wrong passwords and speaks the contract's errors. */
export function createSignIn(auth: Auth, sessions: Sessions, settings: HttpSettings, log: Log) {
  // by name and address, so that a stranger cannot lock a colleague out; by name alone against many addresses; by address
  // alone against many names, with room for a whole store behind one address
  const { wrongPasswords } = settings
  const each = (allowed: number) => createLimiter(allowed / tenMinutes, allowed)
  const limits = [each(wrongPasswords), each(wrongPasswords * 20), each(wrongPasswords * 40)] as const

  return async (request: Request, address: string): Promise<Response> => {
    const path = new URL(request.url).pathname
    if (open[path] !== request.method) return problemAnswer(404, 'NOT_FOUND', 'not-found')
    const read = request.method === 'POST' ? await readBody(request, largestBody) : undefined
    if (read instanceof Response) return read
    const body = read && new TextDecoder().decode(read)
    const given = body ? parse(body) : {}
    if (given === undefined) return problemAnswer(400, 'BAD_REQUEST', 'input.invalid')

    const name = String(given.username ?? '')
      .toLowerCase()
      .slice(0, 40)
    const keys = [`${name} ${address}`, name, address] as const
    const signsIn = path.endsWith('/sign-in/username')
    const wait = signsIn ? Math.max(...limits.map((limit, at) => limit.wait(keys[at] ?? ''))) : 0
    if (wait > 0) return tooMany(wait)
    // counted before the password is looked at, or a hundred guesses sent at once would all pass; given back when right
    if (signsIn) for (const [at, limit] of limits.entries()) limit.take(keys[at] ?? '')

    const headers = new Headers(request.headers)
    headers.set(clientAddressHeader, address)
    headers.delete('content-length')
    const answer = await auth.handler(
      new Request(request.url, { method: request.method, headers, body: body || undefined }),
    )
    sessions.forgetCookie(request.headers)
    if (path.endsWith('/change-password')) sessions.forget()
    if (signsIn && answer.status !== 401) for (const [at, limit] of limits.entries()) limit.giveBack(keys[at] ?? '')
    if (answer.status < 400) return secured(answer, isHttps(request, settings))
    const code = await codeOf(answer)
    if (answer.status >= 500) log.error({ path, code }, 'sign-in failed')
    return refusal(answer.status, code)
  }
}

/** The cookie is marked Secure whenever the page came over https; over plain http it would be thrown away. */
function secured(answer: Response, https: boolean): Response {
  if (!https) return answer
  const headers = new Headers(answer.headers)
  headers.delete('set-cookie')
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', `${cookie}; Secure`)
  return new Response(answer.body, { status: answer.status, headers })
}

function refusal(status: number, code: string): Response {
  if (code === 'ACCOUNT_DISABLED') return problemAnswer(403, 'FORBIDDEN', 'sign-in.disabled')
  if (code === 'INVALID_PASSWORD')
    return problemAnswer(400, 'BAD_REQUEST', problem('password.wrong', { field: 'currentPassword' }))
  if (code === 'PASSWORD_TOO_SHORT')
    return problemAnswer(400, 'BAD_REQUEST', problem('password.weak', { field: 'newPassword' }))
  if (code.startsWith('INVALID_USERNAME') || code.startsWith('USERNAME_'))
    return problemAnswer(401, 'UNAUTHORIZED', 'sign-in.refused')
  if (status === 401) return problemAnswer(401, 'UNAUTHORIZED', 'sign-in.needed')
  if (status === 403) return problemAnswer(403, 'FORBIDDEN', 'origin.foreign')
  if (status >= 500)
    return problemAnswer(500, 'INTERNAL_SERVER_ERROR', problem('server.failed', { values: { errorId: '-' } }))
  return problemAnswer(status, 'BAD_REQUEST', 'input.invalid')
}

async function codeOf(answer: Response): Promise<string> {
  const body = parse(await answer.text())
  return String(body?.code ?? '')
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
