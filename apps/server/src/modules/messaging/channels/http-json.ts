/** A provider's answer that is no JSON of its own: a proxy's error page, a broken line. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

const longest = 1_000_000

/** Sends JSON (GET without a body) and reads the JSON that comes back. Throws NoAnswer, or the network's error. */
export async function askJson(url: URL, body: unknown, signal: AbortSignal): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const response = await fetch(url, { ...init, headers, signal, redirect: 'error' })
  const text = await response.text()
  if (!response.ok) throw new NoAnswer(`HTTP ${response.status}`)
  if (text.length > longest) throw new NoAnswer('too long')
  try {
    return JSON.parse(text, exactNumbers) as Record<string, unknown>
  } catch {
    throw new NoAnswer('no JSON')
  }
}

/** Message ids of WeChat have nineteen digits, more than a number holds: they stay text. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value
}
