/** The counted columns of the analysis, in the order a reminder passes through them. */
export const columns = ['due', 'reminded', 'reached', 'booked', 'returned', 'failed', 'elsewhere'] as const
export type Column = (typeof columns)[number]
export type Counts = Readonly<Record<Column, number>>

/** Rates shown on top, each with what is divided by what (CARE-17). */
export const rates = [
  { rate: 'reminderRate', define: 'reminderDef', over: 'reminded', under: 'due' },
  { rate: 'reachRate', define: 'reachDef', over: 'reached', under: 'due' },
  { rate: 'bookingRate', define: 'bookingDef', over: 'booked', under: 'reached' },
  { rate: 'returnRate', define: 'returnDef', over: 'returned', under: 'reminded' },
  { rate: 'failRate', define: 'failDef', over: 'failed', under: 'due' },
  { rate: 'elsewhereRate', define: 'elsewhereDef', over: 'elsewhere', under: 'due' },
] as const

/** Sums of all periods. */
export function totalOf(rows: readonly Counts[]): Counts {
  const zero: Counts = { due: 0, reminded: 0, reached: 0, booked: 0, returned: 0, failed: 0, elsewhere: 0 }
  return rows.reduce(
    (sum, row) => Object.fromEntries(columns.map((one) => [one, sum[one] + row[one]])) as Record<Column, number>,
    zero,
  )
}

/** A share, `null` when there is nothing to divide by. */
export const shareOf = (over: number, under: number): number | null => (under > 0 ? over / under : null)

/** `months` calendar months ending with the month of `today`, from the first of the month on. */
export function lastMonths(today: string, months: number): { from: string; to: string } {
  const day = Temporal.PlainDate.from(today)
  return {
    from: day
      .with({ day: 1 })
      .subtract({ months: months - 1 })
      .toString(),
    to: today,
  }
}
