import type { Ranges } from './settingRanges.ts'

/** The settings of the regular-service programme 定保 (CARE-03); days are calendar days unless said otherwise. */
export interface RegularServiceSettings {
  readonly intervalMonths: number
  readonly intervalKm: number
  /** The task opens this many days before the due day. */
  readonly opensDaysBefore: number
  /** The call is made at least this many days before the due day. */
  readonly callDaysBefore: number
  /** A car found overdue is still taken up to this many days late; later it belongs to win-back. */
  readonly lateDays: number
  /** A car found overdue is called within this many working days. */
  readonly overdueCallWorkingDays: number
}

export const REGULAR_SERVICE_DEFAULTS: RegularServiceSettings = {
  intervalMonths: 6,
  intervalKm: 5_000,
  opensDaysBefore: 14,
  callDaysBefore: 7,
  lateDays: 90,
  overdueCallWorkingDays: 3,
}

export const REGULAR_SERVICE_RANGES: Ranges<RegularServiceSettings> = {
  intervalMonths: { min: 1, max: 60 },
  intervalKm: { min: 500, max: 100_000 },
  opensDaysBefore: { min: 1, max: 90 },
  callDaysBefore: { min: 0, max: 90 },
  lateDays: { min: 0, max: 365 },
  overdueCallWorkingDays: { min: 1, max: 30 },
}

/** The days that matter for one due day (CARE-03). */
export interface ServiceWindow {
  readonly opensOn: Temporal.PlainDate
  readonly callBy: Temporal.PlainDate
  /** The last day the programme still takes the car. */
  readonly lastOn: Temporal.PlainDate
}

/** When the task of a due day opens, when its call is due, and until when the car is taken (CARE-03). */
export function serviceWindow(
  dueOn: Temporal.PlainDate,
  settings: RegularServiceSettings = REGULAR_SERVICE_DEFAULTS,
): ServiceWindow {
  return {
    opensOn: dueOn.subtract({ days: settings.opensDaysBefore }),
    callBy: dueOn.subtract({ days: settings.callDaysBefore }),
    lastOn: dueOn.add({ days: settings.lateDays }),
  }
}
