/** The solar terms 节气 that festivals and use tips hang on, with month and constant of the usual formula for 2000–2099. */
const TERMS = {
  'spring-begins': { zh: '立春', month: 2, constant: 3.87 },
  'clear-and-bright': { zh: '清明', month: 4, constant: 4.81 },
  'summer-begins': { zh: '立夏', month: 5, constant: 5.52 },
  'autumn-begins': { zh: '立秋', month: 8, constant: 7.5 },
  'winter-begins': { zh: '立冬', month: 11, constant: 7.438 },
  'winter-solstice': { zh: '冬至', month: 12, constant: 21.94 },
} as const

export type SolarTerm = keyof typeof TERMS

/** Years in which the formula is a day off. */
const OFF: Readonly<Record<string, number>> = {
  '2021-winter-solstice': -1,
  '2002-autumn-begins': 1,
  '2089-winter-begins': 1,
}

/**
 * The day of a solar term in China, 2000–2099; throws RangeError outside. Counted here and not by `chinese-days`, whose
 * functions go through `Date` in the machine's time zone and answer a day early west of China.
 */
export function solarTermDay(term: SolarTerm, year: number): Temporal.PlainDate {
  if (!Number.isInteger(year) || year < 2000 || year > 2099) throw new RangeError(`no solar terms for ${year}`)
  const { month, constant } = TERMS[term]
  const short = year % 100
  // January and February lie before the leap day of their own year.
  const leapDays = Math.floor((month <= 2 ? short - 1 : short) / 4)
  const day = Math.floor(short * 0.2422 + constant) - leapDays + (OFF[`${year}-${term}`] ?? 0)
  return Temporal.PlainDate.from({ year, month, day })
}
