import { normaliseAlert, type WeatherAlert } from '@changhui/rules/weather'
import { z } from 'zod'

/** What one needs to ask QWeather: the account's own API host, its key, and the place. */
export interface WeatherAccount {
  readonly host: string
  readonly key: string
  readonly latitude: number
  readonly longitude: number
  /** Taken as the area of a warning whose sender names none: it was asked for this place. */
  readonly region: string
}

/** A warning as the provider has it in force. */
export interface ProviderAlert extends WeatherAlert {
  readonly endsAt: Temporal.Instant | null
  /** Earlier editions this one takes the place of. */
  readonly supersedes: readonly string[]
}

/** Why asking failed; the page says it in words. */
export type WeatherProblem =
  | 'key-unreadable'
  | 'refused'
  | 'too-many'
  | 'unreachable'
  | 'timed-out'
  | 'unreadable'
  | 'provider-trouble'

export type ProviderAnswer =
  | { readonly alerts: readonly ProviderAlert[]; readonly attributions: readonly string[]; readonly skipped: number }
  | { readonly problem: WeatherProblem }

export interface Asking {
  /** Instead of `https://<host>`; for a test's own server. */
  readonly origin?: string
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000
/** A place has a handful of warnings of a few kB each; an answer beyond this is none. */
const MOST_BYTES = 1_000_000

/**
 * The warnings in force at a place, from QWeather's `weatheralert/v1/current` (its older `v7/warning/now` was switched off on
 * 2026-10-01). One try, bounded in time and size, redirects refused; the next run of the job asks again.
 */
export async function askProvider(account: WeatherAccount, asking: Asking = {}): Promise<ProviderAnswer> {
  const { latitude, longitude } = account
  const place = `${latitude.toFixed(2)}/${longitude.toFixed(2)}`
  const url = `${asking.origin ?? `https://${account.host}`}/weatheralert/v1/current/${place}?lang=zh`
  const signal = AbortSignal.timeout(asking.timeoutMs ?? TIMEOUT_MS)
  try {
    const answer = await fetch(url, {
      headers: { 'x-qw-api-key': account.key, accept: 'application/json', 'accept-encoding': 'gzip' },
      redirect: 'error',
      signal,
    })
    if (answer.status === 401 || answer.status === 403) return { problem: await drop(answer, 'refused') }
    if (answer.status === 429) return { problem: await drop(answer, 'too-many') }
    if (!answer.ok) return { problem: await drop(answer, 'provider-trouble') }
    const body = await readText(answer)
    return body === null ? { problem: 'unreadable' } : readAnswer(body, account.region)
  } catch (error) {
    if (signal.aborted) return { problem: 'timed-out' }
    // fetch reports a broken connection, a refused one and a redirect alike
    if (error instanceof TypeError) return { problem: 'unreachable' }
    throw error
  }
}

async function drop(answer: Response, problem: WeatherProblem): Promise<WeatherProblem> {
  await answer.body?.cancel()
  return problem
}

/** The unpacked body, null when it is larger than any real one. */
async function readText(answer: Response): Promise<string | null> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength
    if (bytes > MOST_BYTES) return null
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}

const maybe = z.string().nullish()
const entryForm = z.object({
  id: z.string().min(1).max(100),
  senderName: maybe,
  issuedTime: maybe,
  messageType: z.object({ code: maybe, supersedes: z.array(z.string()).nullish() }).nullish(),
  eventType: z.object({ name: maybe }).nullish(),
  severity: maybe,
  color: z.object({ code: maybe }).nullish(),
  headline: maybe,
  expireTime: maybe,
  expiredTime: maybe,
})
const answerForm = z.object({
  metadata: z.object({ attributions: z.array(z.string().max(300)).max(10).nullish() }).nullish(),
  alerts: z.array(z.unknown()).max(200).default([]),
})

/** Colours beyond China's four, and the severity where there is no colour. */
const LEVELS: Readonly<Record<string, string>> = {
  amber: 'orange',
  purple: 'red',
  black: 'red',
  minor: 'blue',
  moderate: 'yellow',
  severe: 'orange',
  extreme: 'red',
}
const levelOf = (entry: z.infer<typeof entryForm>): string | undefined => {
  const told = entry.color?.code ?? entry.severity ?? undefined
  return told && (LEVELS[told] ?? told)
}

/** Reads an answer; entries of a form nobody can read are counted, not fatal. */
export function readAnswer(body: string, region: string): ProviderAnswer {
  const parsed = answerForm.safeParse(parseJson(body))
  if (!parsed.success) return { problem: 'unreadable' }
  const alerts: ProviderAlert[] = []
  for (const raw of parsed.data.alerts) {
    const entry = entryForm.safeParse(raw)
    const alert = entry.success ? alertOf(entry.data, region) : null
    if (alert) alerts.push(alert)
  }
  const attributions = parsed.data.metadata?.attributions ?? []
  return { alerts, attributions, skipped: parsed.data.alerts.length - alerts.length }
}

function alertOf(entry: z.infer<typeof entryForm>, region: string): ProviderAlert | null {
  const known = {
    id: entry.id,
    title: entry.headline ?? '',
    ...(entry.issuedTime ? { pubTime: entry.issuedTime } : {}),
    ...(entry.messageType?.code ? { status: entry.messageType.code } : {}),
    ...(entry.eventType?.name ? { typeName: entry.eventType.name } : {}),
    ...(levelOf(entry) ? { severityColor: levelOf(entry) } : {}),
  }
  const alert =
    normaliseAlert({ ...known, sender: entry.senderName ?? region }) ?? normaliseAlert({ ...known, sender: region })
  const ends = entry.expireTime ?? entry.expiredTime
  return alert && { ...alert, endsAt: ends ? momentOf(ends) : null, supersedes: entry.messageType?.supersedes ?? [] }
}

function momentOf(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
