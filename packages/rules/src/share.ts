import { hashUnit, shuffled } from './hash.ts'

/** Someone who can be given vehicles; `weight` 1 is a full share, 0.5 half of one. */
export interface Sharer {
  readonly id: string
  readonly weight?: number
  readonly absent?: boolean
}

/** A vehicle to give; `keepWith`: who the customer has already, if still there. */
export interface Sharable {
  readonly id: string
  readonly keepWith?: string | null
}

/** Who gets which vehicle; `unassigned` when nobody is there. */
export interface Sharing {
  readonly given: readonly { readonly id: string; readonly to: string }[]
  readonly unassigned: readonly string[]
}

/**
 * Shares vehicles out among advisors evenly by weight (BASE-10), whatever order they come in. A customer who has an advisor
 * stays with them, and that counts towards the share. `seed` (store and month) decides who gets which car and, by turns from
 * month to month, who gets the odd one. The absent get none and keep none.
 */
export function shareOut(vehicles: readonly Sharable[], advisors: readonly Sharer[], seed: string): Sharing {
  const there = advisors.filter(({ absent, weight }) => !absent && (weight ?? 1) > 0)
  if (there.length === 0) return { given: [], unassigned: vehicles.map(({ id }) => id) }
  const has = new Map(there.map(({ id }) => [id, 0]))
  const give = (to: string) => has.set(to, (has.get(to) ?? 0) + 1)
  const given: { id: string; to: string }[] = []
  const free: Sharable[] = []
  for (const vehicle of vehicles) {
    if (vehicle.keepWith && has.has(vehicle.keepWith)) {
      give(vehicle.keepWith)
      given.push({ id: vehicle.id, to: vehicle.keepWith })
    } else free.push(vehicle)
  }
  // Each next vehicle goes to whoever would be least ahead of the share with it: equal weights so differ by one at most.
  const turn = new Map(there.map(({ id }) => [id, hashUnit(`${seed}\u0000${id}`)]))
  for (const vehicle of shuffled(free, seed, ({ id }) => id)) {
    const [next] = [...there].sort(
      (a, b) =>
        ((has.get(a.id) ?? 0) + 1) / (a.weight ?? 1) - ((has.get(b.id) ?? 0) + 1) / (b.weight ?? 1) ||
        (turn.get(a.id) ?? 0) - (turn.get(b.id) ?? 0) ||
        (a.id < b.id ? -1 : 1),
    )
    if (!next) continue
    give(next.id)
    given.push({ id: vehicle.id, to: next.id })
  }
  return { given: given.sort((a, b) => (a.id < b.id ? -1 : 1)), unassigned: [] }
}
