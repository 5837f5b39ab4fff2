import pino, { type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/**
 * The structured log: one JSON object a line. Lines carry ids, codes and durations; names, numbers, query strings and
 * bodies never get in, so there is nothing to redact. `level` as pino's words, `silent` for none.
 */
export function createLog(level = 'info', destination?: DestinationStream): Log {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * An error as a log may keep it: kind, SQLSTATE and stack. The message of a database error can quote values of a row
 * (`Key (phone)=(…) already exists`), so for those the message is left out.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const state = (error as { code?: unknown }).code
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  const fromDatabase = typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state)
  return {
    kind: error.name,
    code: state,
    message: fromDatabase ? undefined : error.message,
    at: frames.slice(0, 8).map((line) => line.trim()),
  }
}
