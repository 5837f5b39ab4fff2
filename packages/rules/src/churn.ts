/** The bands, from the mildest on. */
export const CHURN_BANDS = ['active', 'drifting', 'at-risk', 'lost', 'dormant'] as const
/** Churn band 流失等级, by time since the last visit. */
export type ChurnBand = (typeof CHURN_BANDS)[number]

/** What the bands are called, on pages and in workbooks. */
export const churnBandTitles: Readonly<Record<'zh' | 'en', Readonly<Record<ChurnBand, string>>>> = {
  zh: { active: '非流失', drifting: '半流失', 'at-risk': '准流失', lost: '流失', dormant: '沉睡' },
  en: { active: 'Active', drifting: 'Drifting', 'at-risk': 'At risk', lost: 'Lost', dormant: 'Dormant' },
}

/** The last month that still belongs to each band; beyond the last is `dormant`. Whole months, rising. */
export interface ChurnBands {
  readonly active: number
  readonly drifting: number
  readonly atRisk: number
  readonly lost: number
}

/** No band ends later than this many months after a visit. */
export const CHURN_MONTHS_MOST = 120

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

/** The first and the last day a last visit of this band may lie on; null where the band has no such end (KEEP-01). */
export function lastVisitsIn(
  band: ChurnBand,
  today: Temporal.PlainDate,
  bands: ChurnBands = DEFAULT_CHURN_BANDS,
): { readonly from: Temporal.PlainDate | null; readonly to: Temporal.PlainDate | null } {
  const { active, drifting, atRisk, lost } = bands
  const ends = [active, drifting, atRisk, lost].map((months) => firstDayWithin(months, today))
  const at = CHURN_BANDS.indexOf(band)
  return { from: ends[at] ?? null, to: ends[at - 1]?.subtract({ days: 1 }) ?? null }
}

/** The first day that is no more than so many months ago: a month may be shorter than the one it is counted from. */
export function firstDayWithin(months: number, today: Temporal.PlainDate): Temporal.PlainDate {
  const day = today.subtract({ months })
  return Temporal.PlainDate.compare(day.add({ months }), today) < 0 ? day.add({ days: 1 }) : day
}

/** The first field that is no whole number of months up to 120 or does not exceed the one before it; `null` when all is well. */
export function churnBandsProblem(bands: ChurnBands): keyof ChurnBands | null {
  const order = ['active', 'drifting', 'atRisk', 'lost'] as const
  let before = 0
  for (const field of order) {
    if (!Number.isInteger(bands[field]) || bands[field] <= before || bands[field] > CHURN_MONTHS_MOST) return field
    before = bands[field]
  }
  return null
}
