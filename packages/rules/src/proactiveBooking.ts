import type { Due } from './prediction.ts'
import type { Ranges } from './settingRanges.ts'

/** The settings of proactive booking 主动预约 (CARE-10). */
export interface ProactiveSettings {
  /** Near by time: the interval ends within so many days. */
  readonly timeDays: number
  /** Near by mileage: the interval is predicted to be driven within so many days. */
  readonly kmDays: number
  /** Either may be past by so many days; later it belongs to regular service and win-back. */
  readonly lateDays: number
}
export const PROACTIVE_DEFAULTS: ProactiveSettings = { timeDays: 30, kmDays: 30, lateDays: 30 }
export const PROACTIVE_RANGES: Ranges<ProactiveSettings> = {
  timeDays: { min: 1, max: 120 },
  kmDays: { min: 1, max: 120 },
  lateDays: { min: 0, max: 120 },
}

/** Why a car is offered an appointment of its own accord, or why not. */
export type ProactiveVerdict = 'near-both' | 'no-time' | 'no-mileage' | 'time-far' | 'mileage-far' | 'late'

/** Whether a car is near its service by time and by mileage both (CARE-10); a prediction without confidence does not count as mileage. */
export function proactiveVerdict(
  { byTime, byKm, confidence }: Pick<Due, 'byTime' | 'byKm' | 'confidence'>,
  today: Temporal.PlainDate,
  settings: ProactiveSettings = PROACTIVE_DEFAULTS,
): ProactiveVerdict {
  if (!byTime) return 'no-time'
  if (!byKm || confidence === 'none') return 'no-mileage'
  const daysTo = (day: Temporal.PlainDate) => today.until(day, { largestUnit: 'days' }).days
  const [time, km] = [daysTo(byTime), daysTo(byKm)]
  if (Math.min(time, km) < -settings.lateDays) return 'late'
  if (time > settings.timeDays) return 'time-far'
  return km > settings.kmDays ? 'mileage-far' : 'near-both'
}
