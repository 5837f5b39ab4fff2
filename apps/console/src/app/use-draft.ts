import { useState } from 'react'
import { mergeChanges, same } from './merge-changes.ts'

interface Begun<T> {
  /** What was saved when the first change was made, or what the other person left, once that was said. */
  readonly saved: T
  readonly version: number
  readonly mine: T
  /** Somebody else was quicker: `behind` until what he left is here, then `level`. */
  readonly late: 'behind' | 'level' | null
}

/**
 * What a form holds while it is edited. The version is that of the first change: what is read again behind the form does not move it, so
 * that a save on top of somebody else's is refused and said. Only then the form goes on from what the other left, with what was changed
 * here (SEC-03).
 */
export function useDraft<T extends object>(saved: T, version: number) {
  const [begun, setBegun] = useState<Begun<T> | null>(null)
  const hold = (next: Begun<T>) => setBegun(same(next.mine, next.saved) ? null : next)
  if (begun?.late === 'behind' && begun.version !== version)
    hold({ saved, version, mine: mergeChanges(begun.saved, begun.mine, saved), late: 'level' })
  return {
    value: begun?.mine ?? saved,
    version: begun?.version ?? version,
    dirty: begun !== null,
    conflict: begun !== null && begun.late !== null,
    change: (change: Partial<T>) =>
      setBegun((before) => {
        const from = before ?? { saved, version, mine: saved, late: null }
        const mine = { ...from.mine, ...change }
        return same(mine, from.saved) ? null : { ...from, mine }
      }),
    drop: () => setBegun(null),
    /** A save was refused because somebody else was quicker, and the page reads again what he left. */
    fallBehind: () => setBegun((before) => before && { ...before, late: 'behind' }),
  }
}
