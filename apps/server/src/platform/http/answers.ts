import { type ProblemCode, type ProblemData, problem } from '@changhui/contract/problems'

/** An error in the shape the contract promises, for answers given before a route is reached. */
export function problemAnswer(
  status: number,
  code: string,
  data: ProblemData | ProblemCode,
  headers: Record<string, string> = {},
): Response {
  const full = typeof data === 'string' ? problem(data) : data
  const body = { defined: true, code, status, message: full.en, data: full }
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

/** 429 with Retry-After. */
export function tooMany(seconds: number): Response {
  return problemAnswer(429, 'TOO_MANY_REQUESTS', problem('rate.too-many', { values: { seconds } }), {
    'retry-after': String(seconds),
  })
}
