import { parseArgs } from 'node:util'
import { type Attempt, DEFAULT_POLICY } from '@changhui/rules/attemptPolicy'
import { decideAfterAttempt } from '@changhui/rules/attempts'
import { type AnswerRecord, advantageNow, type BestTime, bestPart, type StoreRates } from '@changhui/rules/bestTime'
import { DEFAULT_CALENDAR, momentAt } from '@changhui/rules/calendar'
import { hashUnit } from '@changhui/rules/hash'
import { PARTS, type Part } from '@changhui/rules/parts'

/**
 * What learning the best part of the day brings (CARE-22), on simulated customers through the real rules: the same customers, due
 * days and luck, once called in plain order and once in the order the call list uses, with as many calls a part of the day as the
 * desk can make. Half of the customers answer mostly in one part, the others the same all day; nobody tells the rules who is which.
 *
 *   node bench/best-time.ts --customers 2000 --years 3 --seed 7
 */
const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '2000' },
    years: { type: 'string', default: '3' },
    seed: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
})
const [customers, years, seed] = [Number(values.customers), Number(values.years), values.seed]
const START = Temporal.PlainDate.from('2026-01-01')
/** Two rounds of care a year, called within ten days, three tries each. */
const ROUND_DAYS = 182
const WINDOW_DAYS = 10

const luck = (...parts: (string | number)[]) => hashUnit([seed, ...parts].join('|'))
/** How likely somebody answers, by part; 0.4 on average in both halves. */
function answers(customer: number, part: Part): number {
  if (luck('kind', customer) < 0.5) return 0.4
  const own = Math.floor(luck('part', customer) * PARTS.length)
  return PARTS.indexOf(part) === own ? 0.7 : 0.25
}

interface Task {
  readonly customer: number
  readonly round: number
  readonly callBy: number
  readonly tries: Attempt[]
  at: Temporal.Instant | null
}
interface Year {
  calls: number
  firstCalls: number
  firstAnswered: number
  tasks: number
  reached: number
}

function simulate(learning: boolean): Year[] {
  const history = new Map<number, AnswerRecord[]>()
  const store: Record<Part, { calls: number; answered: number }> = {
    morning: { calls: 0, answered: 0 },
    midday: { calls: 0, answered: 0 },
    afternoon: { calls: 0, answered: 0 },
  }
  const report: Year[] = Array.from({ length: years }, () => ({
    calls: 0,
    firstCalls: 0,
    firstAnswered: 0,
    tasks: 0,
    reached: 0,
  }))
  // a desk that can just make the calls of an average day
  const capacity = Math.ceil(((customers / ROUND_DAYS) * 2.2) / PARTS.length)
  const best = (customer: number, now: Temporal.Instant): BestTime =>
    bestPart({
      customerId: String(customer),
      calls: history.get(customer) ?? [],
      store: structuredClone(store) as StoreRates,
      now,
    })
  let open: Task[] = []
  for (let day = 0; day < years * 365; day++) {
    const date = START.add({ days: day })
    for (let customer = 0; customer < customers; customer++) {
      const first = Math.floor(luck('due', customer) * ROUND_DAYS)
      if (day >= first && (day - first) % ROUND_DAYS === 0)
        open.push({ customer, round: (day - first) / ROUND_DAYS, callBy: day + WINDOW_DAYS, tries: [], at: null })
    }
    for (const [i, part] of PARTS.entries()) {
      const now = momentAt(date, ['09:00', '12:00', '15:00'][i] ?? '09:00', DEFAULT_CALENDAR)
      const due = open.filter(({ at }) => at !== null && Temporal.Instant.compare(at, now) <= 0)
      const fresh = open.filter(({ tries }) => tries.length === 0)
      if (learning) {
        const gain = new Map(fresh.map((t) => [t, advantageNow(best(t.customer, now), part, t.callBy > day)]))
        fresh.sort((a, b) => (gain.get(b) ?? 0) - (gain.get(a) ?? 0))
      }
      for (const task of [...due, ...fresh].slice(0, capacity)) {
        const year = report[Math.floor(day / 365)]
        if (!year) continue
        const answered = luck('call', task.customer, task.round, task.tries.length, part) < answers(task.customer, part)
        const call: Attempt = { at: now, part, phoneId: 'a', result: answered ? 'reached' : 'no-answer' }
        year.calls++
        if (task.tries.length === 0) {
          year.tasks++
          year.firstCalls++
          if (answered) year.firstAnswered++
        }
        store[part].calls++
        if (answered) store[part].answered++
        const own = history.get(task.customer) ?? []
        own.push({ at: now, part, reached: answered })
        history.set(task.customer, own)
        if (answered) {
          year.reached++
          open = open.filter((one) => one !== task)
          continue
        }
        const decision = decideAfterAttempt(
          {
            policy: DEFAULT_POLICY,
            calendar: DEFAULT_CALENDAR,
            now,
            phones: [{ id: 'a', state: 'usable' }],
            earlier: task.tries,
            preferredPart: learning ? best(task.customer, now).part : null,
          },
          { ...call, result: 'no-answer' },
        )
        task.tries.push(call)
        if (decision.next === 'retry') task.at = decision.at
        else open = open.filter((one) => one !== task)
      }
    }
  }
  return report
}

const percent = (part: number, of: number) => (of === 0 ? 0 : Math.round((part / of) * 1000) / 10)
const plain = simulate(false)
const learnt = simulate(true)
const line = (year: Year) => ({
  calls: year.calls,
  firstCallAnswered: percent(year.firstAnswered, year.firstCalls),
  reachedInThreeTries: percent(year.reached, year.tasks),
  callsPerReached: Math.round((year.calls / Math.max(1, year.reached)) * 100) / 100,
})
const result = {
  customers,
  years,
  seed,
  byYear: plain.map((year, i) => ({ year: i + 1, plain: line(year), learnt: line(learnt[i] as Year) })),
}
if (values.json) console.log(JSON.stringify(result))
else
  for (const { year, plain: a, learnt: b } of result.byYear)
    console.log(
      `year ${year}: first call answered ${a.firstCallAnswered} % → ${b.firstCallAnswered} %, reached in three tries ` +
        `${a.reachedInThreeTries} % → ${b.reachedInThreeTries} %, calls per customer reached ${a.callsPerReached} → ${b.callsPerReached} (${a.calls} and ${b.calls} calls)`,
    )
