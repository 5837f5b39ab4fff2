import { hashUnit } from './hash.ts'

/** Tries on one channel before the next one is taken (MSG-02). */
export const MOST_TRIES = 5
const FIRST_SECONDS = 30
const FACTOR = 4
const LONGEST_SECONDS = 3_600

/**
 * When a try that came to nothing is repeated: half a minute, then four times as long each time, an hour at most, each spread
 * between half and one and a half of itself, so that what failed together does not come back together. The spread depends on
 * the key and the number of the try alone. `null` once the tries are used up. `tries`: made so far, at least 1.
 */
export function retryAt(now: Temporal.Instant, key: string, tries: number): Temporal.Instant | null {
  if (tries >= MOST_TRIES) return null
  const seconds = Math.min(LONGEST_SECONDS, FIRST_SECONDS * FACTOR ** (tries - 1))
  const spread = 0.5 + hashUnit(`${key}|${tries}`)
  return now.add({ milliseconds: Math.round(seconds * spread * 1000) })
}
