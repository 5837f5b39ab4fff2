import { type Confidence, DAILY_KM_RANGE } from './odometer.ts'

/** The anchor is the last service visit or the delivery; months and kilometres are those of the maintenance plan. */
export interface DueInput {
  readonly anchorOn: Temporal.PlainDate
  readonly anchorKm?: number | null
  readonly intervalMonths: number | null
  readonly intervalKm: number | null
  /** From `dailyKm`, `null` when unknown: then time alone decides. */
  readonly dailyKm: number | null
  readonly confidence?: Confidence
  /** The newest accepted reading: after the anchor, and with the anchor's reading known, the mileage counts on from it. */
  readonly latest?: { readonly on: Temporal.PlainDate; readonly km: number } | null
}

/** When the next service is due, and why. Without any interval everything is `null`. */
export interface Due {
  readonly dueOn: Temporal.PlainDate | null
  readonly byTime: Temporal.PlainDate | null
  readonly byKm: Temporal.PlainDate | null
  readonly decidedBy: 'time' | 'km' | null
  /** Odometer at which the interval is driven, where the anchor's reading is known. */
  readonly dueKm: number | null
  /** Of the mileage date; `none` when time alone was counted. */
  readonly confidence: Confidence
}

/**
 * Next service (CARE-03, CARE-19): by time or by predicted mileage, whichever is first. The same in SQL:
 * `due_on = least(anchor_on + interval_months months, anchor_on + ceil(interval_km / daily_km) days)`, with `daily_km` clamped
 * to 1–500 and `null` leaving the time alone; a newer reading replaces anchor and interval of the mileage by itself and what is left. A month more than 31 January is the end of February.
 */
export function nextDue(input: DueInput): Due {
  const { anchorOn, intervalMonths, intervalKm, anchorKm } = input
  const byTime = usable(intervalMonths) ? anchorOn.add({ months: Math.round(intervalMonths) }) : null
  const byKm = usable(intervalKm) ? kmDay(input, intervalKm) : null
  const kmFirst = byKm !== null && (byTime === null || Temporal.PlainDate.compare(byKm, byTime) < 0)
  return {
    dueOn: kmFirst ? byKm : byTime,
    byTime,
    byKm,
    decidedBy: kmFirst ? 'km' : byTime ? 'time' : null,
    dueKm: usable(intervalKm) && known(anchorKm) ? anchorKm + intervalKm : null,
    confidence: byKm === null ? 'none' : (input.confidence ?? 'low'),
  }
}

function kmDay({ anchorOn, anchorKm, latest, dailyKm }: DueInput, intervalKm: number): Temporal.PlainDate | null {
  if (latest && known(anchorKm) && Temporal.PlainDate.compare(latest.on, anchorOn) > 0) {
    const left = daysToDrive(Math.max(0, anchorKm + intervalKm - latest.km), dailyKm)
    return left === null ? null : latest.on.add({ days: left })
  }
  const days = daysToDrive(intervalKm, dailyKm)
  return days === null ? null : anchorOn.add({ days })
}

/** Whole days, rounded up, in which `km` are driven; `null` when the mileage is unknown. */
export function daysToDrive(km: number, dailyKm: number | null): number | null {
  if (dailyKm === null || !Number.isFinite(dailyKm)) return null
  const clamped = Math.min(DAILY_KM_RANGE.max, Math.max(DAILY_KM_RANGE.min, dailyKm))
  // In hundredths, as SQL's numeric: 0.1-like fractions must not push an exact quotient over the next day.
  return Math.ceil(Math.round(km * 100) / Math.round(clamped * 100))
}

/** A delivery is an anchor at nought kilometres. */
function known(km: number | null | undefined): km is number {
  return km !== null && km !== undefined && Number.isFinite(km)
}

function usable(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value > 0
}

/** The due date in one sentence, for the page beside it. */
export function explainDue(input: DueInput, locale: 'zh-CN' | 'en'): string {
  const due = nextDue(input)
  const { intervalMonths: months, intervalKm: km, dailyKm: daily, anchorOn: from } = input
  const zh = locale === 'zh-CN'
  if (!due.dueOn) return zh ? '没有保养间隔，无法推算' : 'No maintenance interval is set, so no date can be computed'
  if (due.decidedBy === 'km') {
    return zh
      ? `自 ${from} 起每天约 ${daily} 公里，${km} 公里先到：${due.dueOn}`
      : `About ${daily} km a day since ${from}: ${km} km come first, on ${due.dueOn}`
  }
  const reason = due.byKm ? (zh ? '先到' : ' come first') : zh ? '（里程不足以推算）' : ' (too few odometer readings)'
  return zh
    ? `自 ${from} 起 ${months} 个月${reason}：${due.dueOn}`
    : `${months} months since ${from}${reason}: ${due.dueOn}`
}
