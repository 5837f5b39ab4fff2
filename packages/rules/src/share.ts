import { hashUnit, shuffled } from './hash.ts'

/** Someone who can be given vehicles; `weight` 1 is a full share, 0.5 half of one. */
export interface Sharer {
  readonly id: string
  readonly weight?: number
  readonly absent?: boolean
}

/** A vehicle to give, or `size` of one owner that stay together; `keepWith`: who the customer has already, if still there. */
export interface Sharable {
  readonly id: string
  readonly size?: number
  readonly keepWith?: string | null
}

/** Who gets which vehicle or group; `unassigned` when nobody is there. */
export interface Sharing {
  readonly given: readonly { readonly id: string; readonly to: string }[]
  readonly unassigned: readonly string[]
}

/**
 * Shares vehicles out among advisors evenly by weight (BASE-10), whatever order they come in. A customer who has an advisor
 * stays with them, and that counts towards the share; each group counts with all its vehicles. `seed` (store and month) decides
 * who gets which car and, by turns from month to month, who gets the odd one. The absent get none and keep none.
 */
export function shareOut(vehicles: readonly Sharable[], advisors: readonly Sharer[], seed: string): Sharing {
  const there = advisors.filter(({ absent, weight }) => !absent && (weight ?? 1) > 0)
  if (there.length === 0) return { given: [], unassigned: vehicles.map(({ id }) => id) }
  const has = new Map(there.map(({ id }) => [id, 0]))
  const given: { id: string; to: string }[] = []
  const free: Sharable[] = []
  const sizeOf = (vehicle: Sharable) => vehicle.size ?? 1
  const give = (vehicle: Sharable, to: string) => {
    has.set(to, (has.get(to) ?? 0) + sizeOf(vehicle))
    given.push({ id: vehicle.id, to })
  }
  for (const vehicle of vehicles) {
    if (vehicle.keepWith && has.has(vehicle.keepWith)) give(vehicle, vehicle.keepWith)
    else free.push(vehicle)
  }
  // Each next group, the largest first, goes to whoever would be least ahead of the share with it: equal weights so differ by the
  // largest group at most, by one where each owner has one vehicle.
  const turn = new Map(there.map(({ id }) => [id, hashUnit(`${seed}\u0000${id}`)]))
  for (const vehicle of shuffled(free, seed, ({ id }) => id).sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const size = sizeOf(vehicle)
    const [next] = [...there].sort(
      (a, b) =>
        ((has.get(a.id) ?? 0) + size) / (a.weight ?? 1) - ((has.get(b.id) ?? 0) + size) / (b.weight ?? 1) ||
        (turn.get(a.id) ?? 0) - (turn.get(b.id) ?? 0) ||
        (a.id < b.id ? -1 : 1),
    )
    if (next) give(vehicle, next.id)
  }
  return { given: given.sort((a, b) => (a.id < b.id ? -1 : 1)), unassigned: [] }
}
