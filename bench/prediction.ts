/**
 * How well is a vehicle's next visit predicted? (CARE-19) Leaves out each vehicle's last visit in a workshop's job cards and predicts
 * its day from the earlier ones. Reads `../shared/data/jobcards` beside the repository; without it there is nothing to measure.
 * Run: `npm run bench:prediction` [-- --scale 0.1]
 */
import { existsSync, readFileSync } from 'node:fs'
import { dailyKm, epochDay, judgeReadings, type OdometerReading } from '@changhui/rules/odometer'
import { nextDue } from '@changhui/rules/prediction'
import { REGULAR_SERVICE_DEFAULTS } from '@changhui/rules/regularService'
import { parse } from 'csv-parse/sync'

interface Visit extends OdometerReading {
  readonly day: number
}
/** One left-out visit: what was known before it, and the day it came. */
interface Case {
  readonly earlier: readonly Visit[]
  readonly actual: number
}
interface Method {
  readonly name: string
  readonly key: string
  readonly predict: (one: Case) => number | null
}

const file = new URL('../../shared/data/jobcards/service_lines_2017-05_2018-06.csv', import.meta.url)

function readVehicles(text: string): Visit[][] {
  const lines: Record<string, string>[] = parse(text, { columns: true, bom: true, trim: true })
  const vehicles = new Map<string, Map<string, number>>()
  for (const line of lines) {
    const key = [line.business_partner_name, line.vehicle_no, line.vehicle_model].join('|').toLowerCase()
    const [dd, mm, yy] = (line.job_card_date ?? '').split('-')
    const visits = vehicles.get(key) ?? new Map<string, number>()
    vehicles.set(key, visits)
    // Several lines make one visit; they share the reading, so the largest stands for all.
    const on = `20${yy}-${mm}-${dd}`
    visits.set(on, Math.max(visits.get(on) ?? 0, Number(line.current_km_reading)))
  }
  return [...vehicles.values()].map((visits) =>
    [...visits]
      .map(([date, km]) => ({ on: Temporal.PlainDate.from(date), km }))
      .map((visit) => ({ ...visit, day: epochDay(visit.on) }))
      .sort((a, b) => a.day - b.day),
  )
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}

const tenth = (value: number): number => Math.round(value * 10) / 10

const last = (one: Case): Visit => {
  const visit = one.earlier.at(-1)
  if (!visit) throw new Error('a case without an earlier visit')
  return visit
}

/** The product's rule: interval or mileage, whichever first, with the mileage known on the day of the last earlier visit. */
function ours(one: Case, intervalMonths: number | null, intervalKm: number | null, needKm = false): number | null {
  const anchor = last(one)
  const { kmPerDay, confidence } = dailyKm(one.earlier, { today: anchor.on })
  if (needKm && kmPerDay === null) return null
  const due = nextDue({ anchorOn: anchor.on, intervalMonths, intervalKm, dailyKm: kmPerDay, confidence })
  return due.dueOn && epochDay(due.dueOn)
}

function errors(cases: readonly Case[], predict: Method['predict']): number[] {
  return cases.flatMap((one) => {
    const day = predict(one)
    return day === null ? [] : [Math.abs(day - one.actual)]
  })
}

/** The value with the least median error on the given cases. */
function best<T>(candidates: readonly T[], cases: readonly Case[], predict: (one: Case, value: T) => number | null): T {
  let champion: { value: T; error: number } | undefined
  for (const value of candidates) {
    const error = quantile(
      errors(cases, (one) => predict(one, value)),
      0.5,
    )
    if (!champion || error < champion.error) champion = { value, error }
  }
  if (!champion) throw new Error('nothing to choose from')
  return champion.value
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step)

function main(): void {
  if (!existsSync(file)) {
    console.log('skipped: ../shared/data/jobcards is absent, nothing to measure')
    console.log(JSON.stringify({ bench: 'prediction', skipped: true }))
    return
  }
  const scaleAt = process.argv.indexOf('--scale')
  const scale = scaleAt < 0 ? 1 : Number(process.argv[scaleAt + 1])
  const all = readVehicles(readFileSync(file, 'utf8'))
  const vehicles = all.slice(0, Math.ceil(all.length * scale))
  const refused = new Map<string, number>()
  for (const visits of vehicles) {
    const until = visits.at(-1)?.on
    if (!until) continue
    for (const verdict of judgeReadings(visits, until)) {
      const key = verdict.accepted ? 'accepted' : verdict.reason
      refused.set(key, (refused.get(key) ?? 0) + 1)
    }
  }
  const leaveOut = (visits: readonly Visit[]): Case | null => {
    const left = visits.at(-1)
    return left && visits.length >= 2 ? { earlier: visits.slice(0, -1), actual: left.day } : null
  }
  const cases = vehicles.map(leaveOut).filter((one) => one !== null)
  // Whatever is fitted is fitted on the visits before the left-out one: their own last visit left out in turn.
  const training = cases.map((one) => leaveOut(one.earlier)).filter((one) => one !== null)

  const fixed = (one: Case, days: number) => last(one).day + days
  const learntDays = best(range(7, 365, 1), training, fixed)
  const oracleDays = best(range(7, 365, 1), cases, fixed)
  const learntKm = best(range(500, 8000, 250), training, (one, km) => ours(one, null, km, true))
  const learntPair = best(
    range(1, 6, 1).flatMap((months) => range(500, 8000, 250).map((km) => ({ months, km }))),
    training,
    (one, { months, km }) => ours(one, months, km),
  )
  const { intervalMonths, intervalKm } = REGULAR_SERVICE_DEFAULTS
  const methods: Method[] = [
    {
      key: 'oursDefault',
      name: `ours, product defaults (${intervalMonths} months / ${intervalKm} km)`,
      predict: (one) => ours(one, intervalMonths, intervalKm),
    },
    {
      key: 'oursFitted',
      name: `ours, interval fitted (${learntPair.months} months / ${learntPair.km} km)`,
      predict: (one) => ours(one, learntPair.months, learntPair.km),
    },
    {
      key: 'oursKm',
      name: `ours, mileage alone, fitted (${learntKm} km)`,
      predict: (one) => ours(one, null, learntKm, true),
    },
    {
      key: 'sameGap',
      name: 'same gap again',
      predict: (one) => {
        const before = one.earlier.at(-2)
        return before ? 2 * last(one).day - before.day : null
      },
    },
    {
      key: 'fixedDefault',
      name: 'fixed interval, 6 months',
      predict: (one) => epochDay(last(one).on.add({ months: 6 })),
    },
    {
      key: 'fixedFitted',
      name: `fixed interval, fitted (${learntDays} days)`,
      predict: (one) => fixed(one, learntDays),
    },
    {
      key: 'fixedOracle',
      name: `fixed interval, best in hindsight (${oracleDays} days)`,
      predict: (one) => fixed(one, oracleDays),
    },
  ]
  const common = cases.filter((one) => methods.every(({ predict }) => predict(one) !== null))

  console.log(
    'Two-wheelers of one workshop in Bengaluru, 2017-05-30 … 2018-06-30, masked names and plates: nothing here says how well',
  )
  console.log(
    'Chinese car owners are predicted. Thirteen months hide long gaps; a masked key may join two vehicles; every visit counts',
  )
  console.log(
    '(repairs too: the file does not tell them apart). A vehicle is name + plate + model, a visit one job-card day.',
  )
  console.log(
    `\nvehicles ${vehicles.length}, with ≥ 2 visits ${cases.length}, ≥ 3 visits ${training.length}; common subset ${common.length}`,
  )
  console.log(
    `odometer readings: ${[...refused]
      .sort()
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', ')}`,
  )
  const gaps = cases.map((one) => one.actual - last(one).day)
  console.log(
    `days to the left-out visit: median ${quantile(gaps, 0.5)}, 90th percentile ${quantile(gaps, 0.9).toFixed(0)}\n`,
  )
  console.log('error in days'.padEnd(56), 'all it can predict'.padEnd(26), 'common subset')
  console.log(''.padEnd(56), 'n      median  p90'.padEnd(26), 'n      median  p90')
  const cell = (values: readonly number[]) =>
    `${String(values.length).padEnd(6)} ${quantile(values, 0.5).toFixed(1).padStart(6)} ${quantile(values, 0.9).toFixed(1).padStart(6)}`
  const line: Record<string, unknown> = {
    bench: 'prediction',
    scale,
    vehicles: vehicles.length,
    cases: cases.length,
    common: common.length,
  }
  for (const { key, name, predict } of methods) {
    const [mine, shared] = [errors(cases, predict), errors(common, predict)]
    console.log(name.padEnd(56), cell(mine).padEnd(26), cell(shared))
    const figures = (values: readonly number[]) => ({
      n: values.length,
      median: tenth(quantile(values, 0.5)),
      p90: tenth(quantile(values, 0.9)),
    })
    line[key] = { all: figures(mine), common: figures(shared) }
  }
  console.log(
    '\nFitted values come from the visits before the left-out one; "in hindsight" from the left-out visits themselves.',
  )
  console.log(JSON.stringify(line))
}

main()
