import { statutoryDays } from './calendar.ts'
import type { Ranges } from './settingRanges.ts'
import { type SolarTerm, solarTermDay } from './solarTerms.ts'

/** The use tips 用车提醒 (CARE-09). */
export const TIPS = ['season-change', 'mileage', 'tyres', 'antifreeze', 'safe-driving', 'pre-trip'] as const
export type Tip = (typeof TIPS)[number]

/** The settings of the use tips; what the sources leave open is a common rule of thumb of the trade. */
export interface TipSettings {
  /** A season's tip goes out within so many days from the beginning of the season. */
  readonly seasonDays: number
  /** A tip each so many kilometres. */
  readonly mileageStepKm: number
  readonly tyreYears: number
  readonly tyreKm: number
  readonly antifreezeYears: number
  /** Antifreeze is looked at within so many days before the beginning of winter 立冬. */
  readonly antifreezeDaysBefore: number
  /** Holidays of so many days in a row are long. */
  readonly longHolidayDays: number
  /** The pre-trip check is offered from so many days before a long holiday … */
  readonly preTripFromDays: number
  /** … until so many days before; then only the safe-driving tip goes out. */
  readonly preTripToDays: number
}
export const TIP_DEFAULTS: TipSettings = {
  seasonDays: 14,
  mileageStepKm: 10_000,
  tyreYears: 5,
  tyreKm: 60_000,
  antifreezeYears: 2,
  antifreezeDaysBefore: 30,
  longHolidayDays: 5,
  preTripFromDays: 14,
  preTripToDays: 3,
}
export const TIP_RANGES: Ranges<TipSettings> = {
  seasonDays: { min: 1, max: 60 },
  mileageStepKm: { min: 1_000, max: 100_000 },
  tyreYears: { min: 1, max: 15 },
  tyreKm: { min: 10_000, max: 200_000 },
  antifreezeYears: { min: 1, max: 10 },
  antifreezeDaysBefore: { min: 1, max: 90 },
  longHolidayDays: { min: 3, max: 10 },
  preTripFromDays: { min: 2, max: 60 },
  preTripToDays: { min: 1, max: 30 },
}

/** A tip that fits today; one per `cycle` and vehicle. */
export interface UseTip {
  readonly tip: Tip
  /** What makes it a new one: `2026-autumn`, `30000`, `2026-10-01`. */
  readonly cycle: string
  readonly opensOn: Temporal.PlainDate
  readonly lastOn: Temporal.PlainDate
  /** Name of the holiday, or the season. */
  readonly occasion: string | null
}

/** A holiday long enough for a journey. */
export interface LongHoliday {
  readonly name: string
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
}

/** The statutory holidays that begin in a year, with at least `least` days in a row, in order; none for a year not published yet. */
export function longHolidays(year: number, least: number = TIP_DEFAULTS.longHolidayDays): readonly LongHoliday[] {
  const known = asked.get(`${year}:${least}`)
  if (known) return known
  const found = findLongHolidays(year, least)
  asked.set(`${year}:${least}`, found)
  return found
}

// looking through three years' days took 30 ms, and each plan, call and customer page asks
const asked = new Map<string, readonly LongHoliday[]>()

function findLongHolidays(year: number, least: number): readonly LongHoliday[] {
  const runs: LongHoliday[] = []
  // New Year may begin in December and run on: it belongs to the year it begins in.
  const days = [year - 1, year, year + 1].flatMap((one) => statutoryDays(one))
  for (const { day, kind, name } of days) {
    if (kind !== 'holiday') continue
    const on = Temporal.PlainDate.from(day)
    const last = runs.at(-1)
    if (last?.to.add({ days: 1 }).equals(on)) runs[runs.length - 1] = { ...last, to: on }
    else runs.push({ name, from: on, to: on })
  }
  return runs.filter(({ from, to }) => from.year === year && from.until(to, { largestUnit: 'days' }).days + 1 >= least)
}

const SEASONS = [
  ['spring', 'spring-begins'],
  ['summer', 'summer-begins'],
  ['autumn', 'autumn-begins'],
  ['winter', 'winter-begins'],
] as const satisfies readonly (readonly [string, SolarTerm])[]

/** Tips that are the same for every car on a day: season, antifreeze season, long holidays (CARE-09). Years 2000–2099. */
export function calendarTips(today: Temporal.PlainDate, settings: TipSettings = TIP_DEFAULTS): UseTip[] {
  const tips: UseTip[] = SEASONS.map(([season, term]) => {
    const opensOn = solarTermDay(term, today.year)
    const lastOn = opensOn.add({ days: settings.seasonDays - 1 })
    return { tip: 'season-change', cycle: `${today.year}-${season}`, opensOn, lastOn, occasion: season }
  })
  for (const year of [today.year, today.year + 1]) {
    for (const { name, from } of longHolidays(year, settings.longHolidayDays)) {
      const cycle = from.toString()
      const check = from.subtract({ days: settings.preTripToDays })
      const opensOn = from.subtract({ days: settings.preTripFromDays })
      tips.push({ tip: 'pre-trip', cycle, opensOn, lastOn: check, occasion: name })
      const safe = { opensOn: check.add({ days: 1 }), lastOn: from.subtract({ days: 1 }) }
      tips.push({ tip: 'safe-driving', cycle, ...safe, occasion: name })
    }
  }
  return fitting(tips, today)
}

/** What the tips of one car depend on. */
export interface TipFacts {
  readonly deliveredOn: Temporal.PlainDate | null
  /** The newest accepted reading and the one before it. */
  readonly latest?: { readonly on: Temporal.PlainDate; readonly km: number } | null
  readonly previousKm?: number | null
  readonly tyres?: { readonly on: Temporal.PlainDate; readonly km: number | null } | null
  readonly antifreezeOn?: Temporal.PlainDate | null
}

/** Tips of one car on a day: a round mileage just driven, old tyres, old antifreeze before winter (CARE-09). */
export function vehicleTips(
  facts: TipFacts,
  today: Temporal.PlainDate,
  settings: TipSettings = TIP_DEFAULTS,
): UseTip[] {
  const { latest, deliveredOn } = facts
  const tips: UseTip[] = []
  if (latest) {
    const step = Math.floor(latest.km / settings.mileageStepKm)
    if (step > Math.floor((facts.previousKm ?? 0) / settings.mileageStepKm)) {
      const cycle = String(step * settings.mileageStepKm)
      tips.push({ tip: 'mileage', cycle, opensOn: latest.on, lastOn: latest.on.add({ days: 30 }), occasion: null })
    }
  }
  const fitted = facts.tyres ?? (deliveredOn ? { on: deliveredOn, km: 0 } : null)
  if (fitted) {
    const byAge = fitted.on.add({ years: settings.tyreYears })
    const worn = latest && fitted.km !== null && latest.km - fitted.km >= settings.tyreKm
    const opensOn = worn && Temporal.PlainDate.compare(latest.on, byAge) < 0 ? latest.on : byAge
    const lastOn = opensOn.add({ days: 90 })
    tips.push({ tip: 'tyres', cycle: fitted.on.toString(), opensOn, lastOn, occasion: null })
  }
  const filled = facts.antifreezeOn ?? deliveredOn
  const lastOn = solarTermDay('winter-begins', today.year)
  if (filled && Temporal.PlainDate.compare(filled.add({ years: settings.antifreezeYears }), lastOn) <= 0) {
    const opensOn = lastOn.subtract({ days: settings.antifreezeDaysBefore })
    tips.push({ tip: 'antifreeze', cycle: String(today.year), opensOn, lastOn, occasion: 'winter' })
  }
  return fitting(tips, today)
}

const fitting = (tips: readonly UseTip[], today: Temporal.PlainDate): UseTip[] =>
  tips.filter(
    ({ opensOn, lastOn }) =>
      Temporal.PlainDate.compare(opensOn, today) <= 0 && Temporal.PlainDate.compare(today, lastOn) <= 0,
  )
