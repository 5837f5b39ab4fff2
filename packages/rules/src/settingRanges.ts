/** What each value may be, both ends included; whole numbers. */
export type Ranges<S extends object> = Readonly<Record<keyof S, { readonly min: number; readonly max: number }>>

/** A value that cannot be used; `order`: it must be less than the field named by `than`. */
export type RangeProblem<S extends object> =
  | {
      readonly field: keyof S
      readonly reason: 'not-whole' | 'out-of-range'
      readonly min: number
      readonly max: number
    }
  | { readonly field: keyof S; readonly reason: 'order'; readonly than: keyof S }

/** Everything wrong with a programme's values at once; empty when they can be used. `rising`: pairs of which the first must be less. */
export function rangeProblems<S extends { readonly [name in keyof S]: number }>(
  settings: S,
  ranges: Ranges<S>,
  rising: readonly (readonly [less: keyof S, more: keyof S])[] = [],
): RangeProblem<S>[] {
  const problems: RangeProblem<S>[] = []
  for (const field of Object.keys(ranges) as (keyof S)[]) {
    const { min, max } = ranges[field]
    const value = settings[field]
    if (!Number.isInteger(value)) problems.push({ field, reason: 'not-whole', min, max })
    else if (value < min || value > max) problems.push({ field, reason: 'out-of-range', min, max })
  }
  for (const [less, more] of rising) {
    if (problems.length === 0 && settings[less] >= settings[more]) {
      problems.push({ field: less, reason: 'order', than: more })
    }
  }
  return problems
}
