import { shuffled } from './hash.ts'

/** CARE-06, INS-01: the care department listens to 60 % of the month's renewal calls. */
export const AUDIT_SHARE = 0.6

/**
 * A random draw that anyone can repeat (CARE-06, INS-01): the same seed and the same calls give the same sample, in whatever
 * order they come. Rounded up, so that a single call is heard. The seed names store and month, e.g. `SH01/2026-11`; it
 * must not be chosen after the calls were seen. Throws RangeError for a share outside 0–1.
 */
export function auditSample<T extends { readonly id: string }>(
  calls: readonly T[],
  seed: string,
  share: number = AUDIT_SHARE,
): T[] {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share of ${share}`)
  // In hundredths of a percent: in binary fractions 0.07 × 100 is a hair over 7 and would round up to 8.
  const size = Math.ceil((calls.length * Math.round(share * 10_000)) / 10_000)
  return shuffled(calls, seed, ({ id }) => id).slice(0, size)
}

/** What a renewal call is checked for (CARE-06), in the order of the talk. */
export const AUDIT_ITEMS = ['introduced', 'expiry', 'offer', 'benefits', 'wish', 'manner', 'truthful'] as const
export type AuditItem = (typeof AUDIT_ITEMS)[number]
/** `na`: could not be kept, since nobody answered. */
export const AUDIT_ANSWERS = ['yes', 'no', 'na'] as const
export type AuditAnswer = (typeof AUDIT_ANSWERS)[number]

/**
 * The calls to be added to a drawn sample when more calls of the month come to light: what was drawn stays, the places that are
 * missing to the share are drawn from the rest by the same seed. Again with the same calls it adds nothing.
 */
export function auditTopUp<T extends { readonly id: string }>(
  calls: readonly T[],
  drawn: ReadonlySet<string>,
  seed: string,
  share: number = AUDIT_SHARE,
): T[] {
  const size = auditSample(calls, seed, share).length
  const rest = calls.filter(({ id }) => !drawn.has(id))
  return shuffled(rest, seed, ({ id }) => id).slice(0, Math.max(0, size - drawn.size))
}
