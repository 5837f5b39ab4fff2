import type { Ranges } from '@changhui/rules/settingRanges'
import type { ProgrammeValue, ProgrammeValues } from '../engine/programme.ts'

/** Unit and names of a value. */
export type ValueNames = readonly [unit: string, zh: string, en: string]

/** The whole-number settings of a rule as values a store may set, in the order of their names. */
export function wholeValues<S extends { readonly [name in keyof S]: number }>(
  defaults: S,
  ranges: Ranges<S>,
  source: string,
  names: { readonly [name in keyof S & string]: ValueNames },
): ProgrammeValue[] {
  return (Object.keys(names) as (keyof S & string)[]).map((key) => {
    const [unit, zh, en] = names[key]
    return { key, default: defaults[key], ...ranges[key], unit, zh, en, source }
  })
}

/** The settings a rule takes, out of a programme's values. */
export function settingsOf<S extends { readonly [name in keyof S]: number }>(defaults: S, values: ProgrammeValues): S {
  return Object.fromEntries(Object.keys(defaults).map((key) => [key, Number(values[key])])) as unknown as S
}

const OVERDUE = 'overdueCallWorkingDays'

/** Within how many working days a subject found late is called (CARE-03), the same in every programme that calls. */
export const overdueValue: ProgrammeValue = {
  key: OVERDUE,
  default: 3,
  min: 1,
  max: 30,
  unit: 'workday',
  zh: '逾期客户几个工作日内致电',
  en: 'Overdue called within, working days',
  source: 'CARE-03',
}

/** What it is set to. */
export const overdueDays = (values: ProgrammeValues): number => Number(values[OVERDUE])
