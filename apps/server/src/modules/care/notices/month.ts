import type { noticeMonth as noticeMonthForm } from '@changhui/contract/weather'
import { noticeMonth } from '@changhui/rules/festivals'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { Scope } from '../../../platform/scope.ts'
import { allInForce } from '../engine/store-values.ts'
import { chosenFestivals, festival } from '../programmes/festival.ts'

export type NoticesOfMonth = z.infer<typeof noticeMonthForm>

/** CARE-08: at least so many notices a month. */
const LEAST = 3

interface Occasion {
  readonly programme: string
  readonly cycle: string
  readonly sent: number
  readonly waiting: number
}

/**
 * The notices of a month (CARE-08): what was sent for festivals and weather, the festivals still to come, and how many more are needed.
 * An occasion counts once, however many customers it reached; one that reached nobody counts for nothing once its day is over.
 */
export async function noticesOf(scope: Scope, month: Temporal.PlainYearMonth): Promise<NoticesOfMonth> {
  const { enabled, values } = (await allInForce(scope))(festival)
  const occasions = await occasionsOf(scope, month)
  const weather = occasions
    .filter((one) => one.programme === 'weather' && one.sent + one.waiting > 0)
    .map(({ cycle, sent, waiting }) => {
      const [kind = '', day = ''] = cycle.split(':')
      return { kind, day, sent, waiting }
    })
  const plan = noticeMonth(month, weather.length, enabled ? chosenFestivals(values) : [], LEAST)
  const festivals = plan.festivals.map(({ day, zh, en }) => {
    const own = occasions.find((one) => one.programme === 'festival' && one.cycle === day.toString())
    const [sent, waiting] = [own?.sent ?? 0, own?.waiting ?? 0]
    const over = Temporal.PlainDate.compare(day, scope.today) < 0
    const state = sent > 0 ? ('sent' as const) : over && waiting === 0 ? ('missed' as const) : ('coming' as const)
    return { day: day.toString(), zh, en, sent, waiting, state }
  })
  const counted = festivals.filter(({ state }) => state !== 'missed').length + weather.length
  const done = [...festivals, ...weather].filter(({ sent }) => sent > 0).length
  return {
    month: month.toString(),
    least: LEAST,
    done,
    planned: counted,
    missing: Math.max(0, LEAST - counted),
    festivals,
    weather,
  }
}

async function occasionsOf({ tx, storeId }: Scope, month: Temporal.PlainYearMonth): Promise<readonly Occasion[]> {
  const [from, to] = [month.toPlainDate({ day: 1 }), month.toPlainDate({ day: month.daysInMonth })]
  const { rows } = await sql<Occasion>`
    SELECT t.programme, t.cycle, (count(*) FILTER (WHERE t.outcome = 'sent'))::int AS sent,
      (count(*) FILTER (WHERE t.state IN ('open', 'attempting')))::int AS waiting
    FROM task t
    WHERE t.store_id = ${storeId}::uuid AND t.programme IN ('festival', 'weather')
      AND t.due_on BETWEEN ${from.toString()}::date AND ${to.toString()}::date
    GROUP BY t.programme, t.cycle, t.due_on ORDER BY t.due_on, t.cycle`.execute(tx)
  return rows
}
