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

/** What each value may be, both ends included. */
export const REGULAR_SERVICE_RANGES: Readonly<
  Record<keyof RegularServiceSettings, { readonly min: number; readonly max: number }>
> = {
  intervalMonths: { min: 1, max: 60 },
  intervalKm: { min: 500, max: 100_000 },
  opensDaysBefore: { min: 1, max: 90 },
  callDaysBefore: { min: 0, max: 90 },
  lateDays: { min: 0, max: 365 },
  overdueCallWorkingDays: { min: 1, max: 30 },
}

/** A value that cannot be used; `call-after-opening`: the call would be due before its task opens. */
export interface SettingsProblem {
  readonly field: keyof RegularServiceSettings
  readonly reason: 'not-whole' | 'out-of-range' | 'call-after-opening'
  readonly min: number
  readonly max: number
}

/** Everything wrong with the settings at once; empty when they can be used. */
export function regularServiceProblems(settings: RegularServiceSettings): SettingsProblem[] {
  const problems: SettingsProblem[] = []
  for (const field of Object.keys(REGULAR_SERVICE_RANGES) as (keyof RegularServiceSettings)[]) {
    const { min, max } = REGULAR_SERVICE_RANGES[field]
    const value = settings[field]
    if (!Number.isInteger(value)) problems.push({ field, reason: 'not-whole', min, max })
    else if (value < min || value > max) problems.push({ field, reason: 'out-of-range', min, max })
  }
  if (problems.length === 0 && settings.callDaysBefore >= settings.opensDaysBefore) {
    problems.push({ field: 'callDaysBefore', reason: 'call-after-opening', min: 0, max: settings.opensDaysBefore - 1 })
  }
  return problems
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
