/** A seeded source of chance: the same seed gives the same store. */
export interface Chance {
  /** In [0, 1). */
  next(): number
  int(from: number, to: number): number
  pick<T>(items: readonly T[]): T
  yes(probability: number): boolean
  /** Around 0, standard deviation 1. */
  normal(): number
}

/** mulberry32: 32 bits of state are plenty for a demo and it needs no dependency. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    yes: (probability) => next() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}
