export type PeriodKind = 'week' | 'month'

export interface Period {
  /** `2026-11` or, a week, the year and number of ISO 8601: `2026-W47`. */
  readonly period: string
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
}

/** More rows than this are no chart. */
const MOST = 130

/** The whole weeks (Monday first) or months that hold the days `from` to `to`; at most 130 of them. */
export function periodsOf(kind: PeriodKind, from: Temporal.PlainDate, to: Temporal.PlainDate): Period[] | 'too-long' {
  const periods: Period[] = []
  const step = kind === 'week' ? { weeks: 1 } : { months: 1 }
  let start = kind === 'week' ? from.subtract({ days: from.dayOfWeek - 1 }) : from.with({ day: 1 })
  for (; Temporal.PlainDate.compare(start, to) <= 0; start = start.add(step)) {
    if (periods.length === MOST) return 'too-long'
    periods.push({ period: nameOf(kind, start), from: start, to: start.add(step).subtract({ days: 1 }) })
  }
  return periods
}

function nameOf(kind: PeriodKind, start: Temporal.PlainDate): string {
  if (kind === 'month') return start.toPlainYearMonth().toString()
  return `${start.yearOfWeek}-W${String(start.weekOfYear).padStart(2, '0')}`
}
