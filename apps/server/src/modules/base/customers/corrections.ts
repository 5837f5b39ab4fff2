/**
 * `staff_corrected` of customers and vehicles: field (as the API names it) → the value that stood there when staff first
 * corrected it, which is what the source held. Null = the source held nothing.
 */
export type Corrections = Readonly<Record<string, unknown>>

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/**
 * The corrections after staff changed `before` by `changes` (BASE-11). A field corrected twice keeps the source's value of the
 * first time; set back to that value it is no correction any more.
 */
export function noteCorrections(
  corrected: Corrections,
  before: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Corrections {
  const next: Record<string, unknown> = { ...corrected }
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined || same(before[field], value)) continue
    const source = field in corrected ? corrected[field] : (before[field] ?? null)
    if (same(source, value)) delete next[field]
    else next[field] = source
  }
  return next
}

/** Whether the source's value may be written over a field: staff never corrected it, or the source has changed it since. */
export function sourceMayWrite(corrected: Corrections, field: string, sourceValue: unknown): boolean {
  return !(field in corrected) || !same(corrected[field], sourceValue)
}
