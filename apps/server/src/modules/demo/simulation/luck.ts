import { hashUnit } from '@changhui/rules/hash'

type What = readonly (string | number)[]

/**
 * Chance by name instead of by order: what is drawn depends on the seed and on what it decides, never on how many draws came before.
 * So a day lived again after a crash comes out the same.
 */
export interface Luck {
  readonly seed: number
  /** In [0, 1). */
  of(...what: What): number
  yes(probability: number, ...what: What): boolean
  /** Both ends included. */
  int(from: number, to: number, ...what: What): number
  pick<T>(items: readonly T[], ...what: What): T
  /** Around 0, standard deviation 1. */
  normal(...what: What): number
}

export function luckOf(seed: number): Luck {
  const of = (...what: What) => hashUnit(`${seed}|${what.join('|')}`)
  return {
    seed,
    of,
    yes: (probability, ...what) => of(...what) < probability,
    int: (from, to, ...what) => from + Math.floor(of(...what) * (to - from + 1)),
    pick: (items, ...what) => {
      const item = items[Math.floor(of(...what) * items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    normal: (...what) => Math.sqrt(-2 * Math.log(1 - of('a', ...what))) * Math.cos(2 * Math.PI * of('b', ...what)),
  }
}
