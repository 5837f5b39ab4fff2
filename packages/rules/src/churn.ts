/** Churn band 流失等级, by time since the last visit. */
export type ChurnBand = 'active' | 'drifting' | 'at-risk' | 'lost' | 'dormant'

/** The last month that still belongs to each band; beyond the last is `dormant`. Whole months, rising. */
export interface ChurnBands {
  readonly active: number
  readonly drifting: number
  readonly atRisk: number
  readonly lost: number
}

/** KEEP-01: up to 6 months active, 9 drifting, 12 at risk, 24 lost, beyond dormant. */
export const DEFAULT_CHURN_BANDS: ChurnBands = { active: 6, drifting: 9, atRisk: 12, lost: 24 }

/** The band of a customer on a day (KEEP-01); `null` for one who never came. The day itself still belongs to the milder band. */
export function churnBand(
  lastVisitOn: Temporal.PlainDate | null,
  today: Temporal.PlainDate,
  bands: ChurnBands = DEFAULT_CHURN_BANDS,
): ChurnBand | null {
  if (!lastVisitOn) return null
  const within = (months: number) => Temporal.PlainDate.compare(today, lastVisitOn.add({ months })) <= 0
  if (within(bands.active)) return 'active'
  if (within(bands.drifting)) return 'drifting'
  if (within(bands.atRisk)) return 'at-risk'
  return within(bands.lost) ? 'lost' : 'dormant'
}

/** The first field that is no whole number of months or does not exceed the one before it; `null` when all is well. */
export function churnBandsProblem(bands: ChurnBands): keyof ChurnBands | null {
  const order = ['active', 'drifting', 'atRisk', 'lost'] as const
  let before = 0
  for (const field of order) {
    if (!Number.isInteger(bands[field]) || bands[field] <= before) return field
    before = bands[field]
  }
  return null
}
