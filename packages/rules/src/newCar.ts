import { around, type CareWindow } from './careWindow.ts'
import { daysToDrive, nextDue } from './prediction.ts'
import type { Ranges } from './settingRanges.ts'

/** The settings of first service 首保 (CARE-01); months from delivery. */
export interface FirstServiceSettings {
  readonly fromMonths: number
  readonly toMonths: number
  readonly callDaysBefore: number
  readonly lateDays: number
}
/** CARE-01: two to three months after delivery; called a week before the end as in CARE-03. */
export const FIRST_SERVICE_DEFAULTS: FirstServiceSettings = {
  fromMonths: 2,
  toMonths: 3,
  callDaysBefore: 7,
  lateDays: 90,
}
export const FIRST_SERVICE_RANGES: Ranges<FirstServiceSettings> = {
  fromMonths: { min: 0, max: 12 },
  toMonths: { min: 1, max: 12 },
  callDaysBefore: { min: 0, max: 30 },
  lateDays: { min: 0, max: 365 },
}

/** When the first service of a car is told and due (CARE-01). */
export function firstServiceWindow(
  deliveredOn: Temporal.PlainDate,
  settings: FirstServiceSettings = FIRST_SERVICE_DEFAULTS,
): CareWindow {
  const dueOn = deliveredOn.add({ months: settings.toMonths })
  return around(dueOn, deliveredOn.add({ months: settings.fromMonths }), settings)
}

/** The settings of second service 二保 (CARE-01) and of the third-service lock 三保锁定 (CARE-02). */
export interface NextServiceSettings {
  readonly intervalMonths: number
  readonly intervalKm: number
  readonly opensDaysBefore: number
  readonly callDaysBefore: number
  readonly lateDays: number
  /** A car counts as new, and its second and third service as such, when the one before was done within so many months of the delivery. */
  readonly newCarMonths: number
}
/** The sources give no interval of their own for the second and third service: that of CARE-03. */
export const NEXT_SERVICE_DEFAULTS: NextServiceSettings = {
  intervalMonths: 6,
  intervalKm: 5_000,
  opensDaysBefore: 14,
  callDaysBefore: 7,
  lateDays: 90,
  newCarMonths: 24,
}
export const NEXT_SERVICE_RANGES: Ranges<NextServiceSettings> = {
  intervalMonths: { min: 1, max: 60 },
  intervalKm: { min: 500, max: 100_000 },
  opensDaysBefore: { min: 1, max: 90 },
  callDaysBefore: { min: 0, max: 90 },
  lateDays: { min: 0, max: 365 },
  newCarMonths: { min: 6, max: 60 },
}

/** The service before this one, how far the car is driven a day (`null`: time alone counts), and the newest accepted reading (CARE-19). */
export interface AfterService {
  readonly servicedOn: Temporal.PlainDate
  readonly dailyKm: number | null
  readonly servicedKm?: number | null
  readonly latest?: { readonly on: Temporal.PlainDate; readonly km: number } | null
}

/** When the second or third service is told and due: by time or by mileage since the one before, whichever is first (CARE-01, CARE-02). */
export function nextServiceWindow(
  { servicedOn, dailyKm, servicedKm, latest }: AfterService,
  settings: NextServiceSettings = NEXT_SERVICE_DEFAULTS,
): CareWindow {
  const { intervalMonths, intervalKm } = settings
  const due = nextDue({ anchorOn: servicedOn, anchorKm: servicedKm, intervalMonths, intervalKm, dailyKm, latest })
  const dueOn = due.dueOn ?? servicedOn.add({ months: intervalMonths })
  return around(dueOn, dueOn.subtract({ days: settings.opensDaysBefore }), settings)
}

/** Whether the coming service of a car is one of its first: the one before lay within `newCarMonths` of the delivery (CARE-01, CARE-02). */
export function isNewCar(
  deliveredOn: Temporal.PlainDate,
  servicedOn: Temporal.PlainDate,
  { newCarMonths }: Pick<NextServiceSettings, 'newCarMonths'> = NEXT_SERVICE_DEFAULTS,
): boolean {
  return Temporal.PlainDate.compare(servicedOn, deliveredOn.add({ months: newCarMonths })) <= 0
}

/** How a car stands to its maintenance: how often it was serviced, here and elsewhere. */
export type ServiceStage = 'first' | 'second' | 'third' | 'regular'

/** Which service comes next after so many maintenance visits (CARE-01, CARE-02). */
export function serviceStage(maintenanceVisits: number): ServiceStage {
  return (['first', 'second', 'third'] as const)[maintenanceVisits] ?? 'regular'
}

/** Whether reception flags the car for the fair-price offer: it comes for its third service, or has it due (CARE-02). */
export function thirdServiceLock(maintenanceVisits: number): boolean {
  return serviceStage(maintenanceVisits) === 'third'
}

/** The settings of warranty expiry 保修到期 (CARE-04). */
export interface WarrantySettings {
  readonly monthsBefore: number
  /** The last day to call lies this many days before the end, so that the inspection still finds a place. */
  readonly callDaysBefore: number
}
export const WARRANTY_DEFAULTS: WarrantySettings = { monthsBefore: 1, callDaysBefore: 14 }
export const WARRANTY_RANGES: Ranges<WarrantySettings> = {
  monthsBefore: { min: 1, max: 6 },
  callDaysBefore: { min: 0, max: 90 },
}

/** What is known of a warranty: its end by date and by odometer, and the newest accepted reading. */
export interface WarrantyFacts {
  readonly endsOn: Temporal.PlainDate | null
  readonly endsKm?: number | null
  readonly latest?: { readonly on: Temporal.PlainDate; readonly km: number } | null
  readonly dailyKm?: number | null
}

/** When the end of the warranty is told, by date or by predicted mileage, whichever is first; `null` when neither is known (CARE-04). */
export function warrantyWindow(
  { endsOn, endsKm, latest, dailyKm }: WarrantyFacts,
  settings: WarrantySettings = WARRANTY_DEFAULTS,
): CareWindow | null {
  const driven =
    endsKm && latest ? { on: latest.on, days: daysToDrive(Math.max(0, endsKm - latest.km), dailyKm ?? null) } : null
  if (!endsOn && (!driven || driven.days === null)) return null
  const dueOn = endsOn
    ? sooner(endsOn, driven?.on ?? endsOn, driven?.days ?? null)
    : driven?.on.add({ days: driven.days ?? 0 })
  if (!dueOn) return null
  // After its end there is nothing left to invite for.
  return around(dueOn, dueOn.subtract({ months: settings.monthsBefore }), { ...settings, lateDays: 0 })
}

/** The earlier of a day and `days` after another. */
function sooner(day: Temporal.PlainDate, from: Temporal.PlainDate, days: number | null): Temporal.PlainDate {
  if (days === null) return day
  const other = from.add({ days })
  return Temporal.PlainDate.compare(other, day) < 0 ? other : day
}
