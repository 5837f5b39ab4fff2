import { type SolarTerm, solarTermDay } from './solarTerms.ts'

/** How a festival is dated. `before` names the day before the lunar date: New Year's Eve is the 29th or the 30th. */
type Dating =
  | { readonly by: 'solar'; readonly month: number; readonly day: number }
  | { readonly by: 'weekday'; readonly month: number; readonly week: number }
  | { readonly by: 'lunar'; readonly month: number; readonly day: number; readonly before?: true }
  | { readonly by: 'term'; readonly term: SolarTerm }

interface Definition {
  readonly zh: string
  readonly en: string
  readonly dating: Dating
  /** A day one congratulates on; Qingming is not, a travel notice fits it. */
  readonly greeting: boolean
  /** Part of the default list of a store. */
  readonly usual: boolean
}

const solar = (month: number, day: number): Dating => ({ by: 'solar', month, day })
const lunar = (month: number, day: number): Dating => ({ by: 'lunar', month, day })

/** The festivals a store can choose from (CARE-08). */
export const FESTIVALS = {
  'new-year': { zh: '元旦', en: 'New Year', dating: solar(1, 1), greeting: true, usual: true },
  laba: { zh: '腊八', en: 'Laba', dating: lunar(12, 8), greeting: true, usual: false },
  'spring-eve': {
    zh: '除夕',
    en: "Lunar New Year's Eve",
    dating: { by: 'lunar', month: 1, day: 1, before: true },
    greeting: true,
    usual: false,
  },
  spring: { zh: '春节', en: 'Spring Festival', dating: lunar(1, 1), greeting: true, usual: true },
  lantern: { zh: '元宵', en: 'Lantern Festival', dating: lunar(1, 15), greeting: true, usual: true },
  women: { zh: '妇女节', en: "Women's Day", dating: solar(3, 8), greeting: true, usual: true },
  qingming: {
    zh: '清明',
    en: 'Qingming',
    dating: { by: 'term', term: 'clear-and-bright' },
    greeting: false,
    usual: true,
  },
  labour: { zh: '劳动节', en: 'Labour Day', dating: solar(5, 1), greeting: true, usual: true },
  mothers: {
    zh: '母亲节',
    en: "Mother's Day",
    dating: { by: 'weekday', month: 5, week: 2 },
    greeting: true,
    usual: false,
  },
  children: { zh: '儿童节', en: "Children's Day", dating: solar(6, 1), greeting: true, usual: false },
  fathers: {
    zh: '父亲节',
    en: "Father's Day",
    dating: { by: 'weekday', month: 6, week: 3 },
    greeting: true,
    usual: false,
  },
  dragon: { zh: '端午', en: 'Dragon Boat Festival', dating: lunar(5, 5), greeting: true, usual: true },
  qixi: { zh: '七夕', en: 'Qixi', dating: lunar(7, 7), greeting: true, usual: true },
  teachers: { zh: '教师节', en: "Teachers' Day", dating: solar(9, 10), greeting: true, usual: false },
  'mid-autumn': { zh: '中秋', en: 'Mid-Autumn Festival', dating: lunar(8, 15), greeting: true, usual: true },
  national: { zh: '国庆节', en: 'National Day', dating: solar(10, 1), greeting: true, usual: true },
  'double-ninth': { zh: '重阳', en: 'Double Ninth', dating: lunar(9, 9), greeting: true, usual: true },
  'winter-solstice': {
    zh: '冬至',
    en: 'Winter Solstice',
    dating: { by: 'term', term: 'winter-solstice' },
    greeting: true,
    usual: true,
  },
} as const satisfies Record<string, Definition>

export type FestivalKey = keyof typeof FESTIVALS
const KEYS = Object.keys(FESTIVALS) as FestivalKey[]

export const USUAL_FESTIVALS: readonly FestivalKey[] = KEYS.filter((key) => FESTIVALS[key].usual)

/** One festival of one year. */
export interface Festival {
  readonly key: FestivalKey
  readonly zh: string
  readonly en: string
  readonly day: Temporal.PlainDate
  readonly greeting: boolean
}

/**
 * Lunar days come from Temporal's own Chinese calendar, which knows no machine time zone. `chinese-days` 1.5.7 dated 390 of
 * the 427 lunar festivals of 2000–2060 a day off with TZ=America/Los_Angeles, and one (2057) in China.
 */
function dayIn(year: number, dating: Dating): Temporal.PlainDate {
  switch (dating.by) {
    case 'solar':
      return Temporal.PlainDate.from({ year, month: dating.month, day: dating.day })
    case 'weekday': {
      const first = Temporal.PlainDate.from({ year, month: dating.month, day: 1 })
      return first.add({ days: ((7 - first.dayOfWeek) % 7) + 7 * (dating.week - 1) })
    }
    case 'term':
      return solarTermDay(dating.term, year)
    case 'lunar': {
      const monthCode = `M${String(dating.month).padStart(2, '0')}`
      const day = Temporal.PlainDate.from({ calendar: 'chinese', year, monthCode, day: dating.day })
      return day.withCalendar('iso8601').subtract({ days: dating.before ? 1 : 0 })
    }
  }
}

/** Years asked for already; the plan of every store asks for the same ones each morning. */
const known = new Map<number, readonly Festival[]>()

function ofYear(year: number): readonly Festival[] {
  const before = known.get(year)
  if (before) return before
  // Laba lies in the twelfth lunar month, often in the solar year after its own: look at both lunar years.
  const found = KEYS.flatMap((key) => {
    const { zh, en, greeting, dating } = FESTIVALS[key]
    const years = dating.by === 'lunar' ? [year - 1, year] : [year]
    return years.map((one) => ({ key, zh, en, greeting, day: dayIn(one, dating) }))
  })
  const list = found
    .filter(({ day }) => day.year === year)
    .sort((a, b) => Temporal.PlainDate.compare(a.day, b.day) || KEYS.indexOf(a.key) - KEYS.indexOf(b.key))
  known.set(year, list)
  return list
}

/** The festivals from `from` to `to`, both days included, in order; years 2000–2099 (CARE-08). Without `keys` all of them. */
export function festivals(
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  keys: readonly FestivalKey[] = KEYS,
): Festival[] {
  const found: Festival[] = []
  for (let year = from.year; year <= to.year; year++) {
    found.push(
      ...ofYear(year).filter(
        ({ day, key }) =>
          keys.includes(key) && Temporal.PlainDate.compare(day, from) >= 0 && Temporal.PlainDate.compare(day, to) <= 0,
      ),
    )
  }
  return found
}

/** What a month of notices comes to (CARE-08): festivals and weather together, at least `least`. */
export interface NoticeMonth {
  readonly planned: number
  readonly missing: number
  readonly festivals: readonly Festival[]
}

/** Festivals of a month and notices already sent or planned for other reasons against the minimum (CARE-08: three). */
export function noticeMonth(
  month: Temporal.PlainYearMonth,
  others: number,
  keys: readonly FestivalKey[] = USUAL_FESTIVALS,
  least = 3,
): NoticeMonth {
  const list = festivals(month.toPlainDate({ day: 1 }), month.toPlainDate({ day: month.daysInMonth }), keys)
  const planned = list.length + others
  return { planned, missing: Math.max(0, least - planned), festivals: list }
}
