/** What the inspection law tells apart. `van` 面包车; `commercial` 营运; `large-passenger`: more than nine seats, private. */
export type InspectionCategory = 'small-passenger' | 'van' | 'commercial' | 'truck' | 'large-passenger'

/** What the schedule of one vehicle depends on. */
export interface InspectionFacts {
  readonly registeredOn: Temporal.PlainDate
  readonly category: InspectionCategory
  /** Unknown counts as five. */
  readonly seats?: number | null
  /** The car caused an accident with injured or dead. */
  readonly injuryAccident?: boolean
  /** It was punished for illegal modification. */
  readonly illegalModification?: boolean
  /** It was a taxi or other commercial car before. */
  readonly formerlyCommercial?: boolean
  /** Registered more than four years after it was made: no exemption. */
  readonly madeOn?: Temporal.PlainDate | null
  /** The last test passed or mark collected. */
  readonly lastDoneOn?: Temporal.PlainDate | null
}

/** A dated rule; `from` is the first due day it decides (the regulation is what all else falls back on, also for earlier days). */
export interface InspectionRule {
  readonly from: string
  readonly zh: string
  readonly en: string
}

/**
 * The rules with their sources (CARE-20). The newest one in force on the due day decides; who is left out of it falls back on
 * the regulation. Text of 2022 read at the Yiwu traffic police (www.yw.gov.cn, 2022-09-21, also "others unchanged"), of 2014
 * and 2020 in reports of the notices.
 */
export const INSPECTION_RULES = {
  regulation: {
    from: '2004-05-01',
    zh: '《道路交通安全法实施条例》第十六条（2004-05-01 起）：小型、微型非营运载客汽车 6 年以内每 2 年、超过 6 年每年、超过 15 年每 6 个月检验 1 次；营运载客 5 年以内每年、之后每 6 个月；载货和大中型非营运载客 10 年以内每年、之后每 6 个月',
    en: 'Implementing Regulation of the Road Traffic Safety Law, art. 16 (since 2004-05-01)',
  },
  'notice-2014': {
    from: '2014-09-01',
    zh: '公安部、质检总局《关于加强和改进机动车检验工作的意见》：2014-09-01 起，6 年以内非营运轿车等免上线检验，每 2 年申领检验标志（面包车、7 座及以上、发生过造成人员伤亡事故、出厂超过 4 年才登记的除外）',
    en: 'Ministry of Public Security and AQSIQ, 2014: no test within six years, mark every two years',
  },
  'notice-2020': {
    from: '2020-11-20',
    zh: '公安部 2020-10-22 公布的新措施，2020-11-20 起：6 年免检扩大到 7–9 座（面包车除外），超过 6 年不满 10 年由每年改为每 2 年检验 1 次',
    en: 'Ministry of Public Security, measures in force 2020-11-20: seven to nine seats too, every two years from six to ten',
  },
  'opinion-2022': {
    from: '2022-10-01',
    zh: '公安部等四部门《关于深化机动车检验制度改革优化车检服务工作的意见》：2022-10-01 起，9 座以下非营运小微型载客汽车（面包车除外）第 6、10 年上线检验，10 年内每 2 年申领检验标志，超过 10 年每年检验 1 次',
    en: 'Opinion of four ministries in force 2022-10-01: tested in years 6 and 10, mark in years 2, 4, 8, yearly after ten',
  },
} as const satisfies Record<string, InspectionRule>

export type InspectionRuleId = keyof typeof INSPECTION_RULES

/** One inspection owed. `age` in years since registration, in halves; `kind` `mark`: collected online, without a test. */
export interface Inspection {
  readonly year: number
  readonly age: number
  /** First day it can be done: the calendar month two before the due one (three months in all). */
  readonly opensOn: Temporal.PlainDate
  /** Validity runs to the end of the registration month. */
  readonly dueMonthEnd: Temporal.PlainDate
  readonly kind: 'test' | 'mark'
  readonly rule: InspectionRuleId
}

/** Why a vehicle does not enjoy the easier rules; `null`: it does, from the day its kind is covered. */
export type InspectionException =
  | 'category'
  | 'seats'
  | 'injury-accident'
  | 'illegal-modification'
  | 'formerly-commercial'
  | 'registered-late'

const NEWEST_FIRST = ['opinion-2022', 'notice-2020', 'notice-2014'] as const
type Relief = (typeof NEWEST_FIRST)[number]
const MAX_SEATS: Readonly<Record<Relief, number>> = { 'notice-2014': 6, 'notice-2020': 9, 'opinion-2022': 9 }

/** Why a vehicle stays with the regulation under one of the easier rules, `null` when the rule covers it (CARE-20). */
export function inspectionException(facts: InspectionFacts, rule: Relief): InspectionException | null {
  if (facts.category !== 'small-passenger') return 'category'
  if ((facts.seats ?? 5) > MAX_SEATS[rule]) return 'seats'
  if (facts.injuryAccident) return 'injury-accident'
  // The reports of the 2014 notice name the accident only; punished modifications were added in 2020.
  if (facts.illegalModification && rule !== 'notice-2014') return 'illegal-modification'
  if (facts.formerlyCommercial) return 'formerly-commercial'
  const { madeOn, registeredOn } = facts
  if (madeOn && Temporal.PlainDate.compare(registeredOn, madeOn.add({ years: 4 })) > 0) return 'registered-late'
  return null
}

const every = (age: number, years: number): boolean => Number.isInteger(age / years)
type Kind = Inspection['kind'] | null

function byRegulation({ category }: InspectionFacts, age: number): Kind {
  const yearlyUntil = category === 'commercial' ? 5 : category === 'truck' || category === 'large-passenger' ? 10 : 15
  if (age > yearlyUntil) return 'test'
  const small = category === 'small-passenger' || category === 'van'
  return every(age, small && age <= 6 ? 2 : 1) ? 'test' : null
}

function byRelief(rule: Relief, age: number): Kind {
  if (age < 6) return every(age, 2) ? 'mark' : null
  if (age > 15 && rule !== 'opinion-2022') return 'test'
  if (age > 10) return every(age, 1) ? 'test' : null
  if (rule === 'notice-2014') return every(age, 1) ? 'test' : null
  if (rule === 'opinion-2022' && age === 8) return 'mark'
  return every(age, 2) ? 'test' : null
}

const monthEnd = (day: Temporal.PlainDate): Temporal.PlainDate => day.with({ day: day.daysInMonth })

function inspectionAt(facts: InspectionFacts, age: number): Inspection | null {
  const month = facts.registeredOn.with({ day: 1 }).add({ months: Math.round(age * 12) })
  const dueMonthEnd = monthEnd(month)
  const due = dueMonthEnd.toString()
  const inForce = NEWEST_FIRST.find((rule) => due >= INSPECTION_RULES[rule].from)
  const rule = inForce && inspectionException(facts, inForce) === null ? inForce : 'regulation'
  const kind = rule === 'regulation' ? byRegulation(facts, age) : byRelief(rule, age)
  return kind && { year: month.year, age, opensOn: month.subtract({ months: 2 }), dueMonthEnd, kind, rule }
}

/**
 * Every inspection of a vehicle that falls due in the calendar years `from`–`to`, both included, in order (CARE-20, CARE-05).
 * An accident or punishment counts for all years, whenever it was: for the past the list is what would be owed.
 */
export function inspectionSchedule(
  facts: InspectionFacts,
  span: { readonly from: number; readonly to: number },
): Inspection[] {
  const owed: Inspection[] = []
  const first = Math.max(1, (span.from - facts.registeredOn.year - 1) * 2)
  for (let halves = first; halves <= (span.to - facts.registeredOn.year + 1) * 2; halves++) {
    const one = inspectionAt(facts, halves / 2)
    if (one && one.year >= span.from && one.year <= span.to) owed.push(one)
  }
  return owed
}

/** The next inspection that is neither past nor done; the running month still counts (CARE-05). */
export function nextInspection(facts: InspectionFacts, today: Temporal.PlainDate): Inspection | null {
  const { lastDoneOn, registeredOn } = facts
  const from = Math.max(today.year, registeredOn.year)
  const owed = inspectionSchedule(facts, { from, to: from + 4 })
  const open = owed.find(
    ({ dueMonthEnd, opensOn }) =>
      Temporal.PlainDate.compare(today, dueMonthEnd) <= 0 &&
      !(lastDoneOn && Temporal.PlainDate.compare(lastDoneOn, opensOn) >= 0),
  )
  return open ?? null
}
