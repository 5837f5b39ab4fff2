import { around, type CareWindow } from './careWindow.ts'
import type { Inspection } from './inspection.ts'
import type { Ranges } from './settingRanges.ts'

/** The settings of annual inspection 年检 (CARE-05). */
export interface InspectionCareSettings {
  /** The task opens this many days before the end of the month, never before the law lets the inspection be done. */
  readonly opensDaysBefore: number
  readonly callDaysBefore: number
  /** An expired inspection is still offered for so many days. */
  readonly lateDays: number
}
/** CARE-05 names the month of expiry; from the middle of the month before, so that two weeks are left to have it done. */
export const INSPECTION_CARE_DEFAULTS: InspectionCareSettings = {
  opensDaysBefore: 45,
  callDaysBefore: 14,
  lateDays: 30,
}
export const INSPECTION_CARE_RANGES: Ranges<InspectionCareSettings> = {
  opensDaysBefore: { min: 7, max: 92 },
  callDaysBefore: { min: 0, max: 90 },
  lateDays: { min: 0, max: 180 },
}

/** When an inspection is told and due (CARE-05). */
export function inspectionWindow(
  { dueMonthEnd, opensOn }: Pick<Inspection, 'dueMonthEnd' | 'opensOn'>,
  settings: InspectionCareSettings = INSPECTION_CARE_DEFAULTS,
): CareWindow {
  const wanted = dueMonthEnd.subtract({ days: settings.opensDaysBefore })
  return around(dueMonthEnd, Temporal.PlainDate.compare(wanted, opensOn) < 0 ? opensOn : wanted, settings)
}
