import type { z } from 'zod'
import { Problem } from './problem.ts'

/** Writes a cursor: the sort values of the last row of the page, in order, opaque to the reader. */
export function encodeCursor(...values: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Reads a cursor; BAD_REQUEST when it is not one that was given out for this list. */
export function decodeCursor<T>(cursor: string, form: z.ZodType<T>): T {
  const result = form.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()))
  if (!result.success) throw new Problem('BAD_REQUEST', 'input.invalid', { field: 'cursor' })
  return result.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
