/** Years from `from` to `to`, both counted; the last band of a scale has no end. */
export interface Band {
  readonly from: number
  readonly to: number | null
}

/** Ages of customers as the base is looked at (BASE-05), in years. */
export const AGE_BANDS = scale([0, 25, 30, 35, 40, 45, 50, 60])
/** Ages of vehicles (BASE-05), in whole years since delivery: single years while warranty and first services last. */
export const VEHICLE_AGE_BANDS = scale([0, 1, 2, 3, 4, 6, 8, 10])

function scale(starts: readonly number[]): readonly Band[] {
  return starts.map((from, at) => {
    const next = starts[at + 1]
    return { from, to: next === undefined ? null : next - 1 }
  })
}

/** How a band is written in data: `25-29`, `60-`. */
export const bandName = ({ from, to }: Band): string => `${from}-${to ?? ''}`

/** The same for people, in no language: `<1`, `≤24`, `3`, `25–29`, `60+`. */
export function bandText(name: string): string {
  const [from = '', to = ''] = name.split('-')
  if (from === '0') return to === '0' ? '<1' : `≤${to}`
  if (to === '') return `${from}+`
  return from === to ? from : `${from}–${to}`
}

/**
 * Counts by whole years, put into the bands of a scale in its order, empty ones too. Years that are not known or lie before the scale
 * (a date in the future) come last, under null, when there are any.
 */
export function countByBand(
  bands: readonly Band[],
  counts: readonly { readonly years: number | null; readonly count: number }[],
): { value: string | null; count: number }[] {
  const sums = bands.map((band) => ({ value: bandName(band) as string | null, count: 0 }))
  const unknown = { value: null, count: 0 }
  for (const { years, count } of counts) {
    const at = years === null ? -1 : bands.findLastIndex(({ from }) => from <= years)
    const sum = sums[at] ?? unknown
    sum.count += count
  }
  return unknown.count > 0 ? [...sums, unknown] : sums
}
