import { FESTIVALS, type Festival, type FestivalKey, festivals } from '@changhui/rules/festivals'
import { sql } from 'kysely'
import type { Programme, ProgrammeValues } from '../engine/programme.ts'
import { channelValues, LOOK_BACK_DAYS, messageChannels, noCalls } from './message-values.ts'
import { nobody } from './nobody.ts'

const keys = Object.keys(FESTIVALS) as FestivalKey[]
const switchOf = (key: FestivalKey) => `on-${key}`

/** The festivals a store keeps (CARE-08). */
export const chosenFestivals = (values: ProgrammeValues): FestivalKey[] =>
  keys.filter((key) => values[switchOf(key)] === true)

interface GreetingDay {
  readonly day: string
  readonly names: string
  readonly words: string
  readonly keys: readonly FestivalKey[]
}

/** Two festivals on one day (Mid-Autumn on National Day) are one greeting. */
function greetingDays(list: readonly Festival[]): GreetingDay[] {
  const days = [...new Set(list.map(({ day }) => day.toString()))]
  return days.map((day) => {
    const here = list.filter((one) => one.day.toString() === day)
    const words = here.some(({ greeting }) => greeting)
      ? '祝您和家人平安喜乐！'
      : '提醒您假期出行先检查车况，注意行车安全。'
    return { day, names: here.map(({ zh }) => zh).join('、'), words, keys: here.map(({ key }) => key) }
  })
}

/**
 * 节日 Festivals (CARE-08): a greeting to every customer before each festival the store keeps, solar and lunar. The cycle is the day; the
 * days are worked out here and given to the query as constants.
 */
export const festival: Programme = {
  key: 'festival',
  zh: '节日关怀',
  en: 'Festivals',
  work: 'message',
  subject: 'customer',
  purpose: 'greeting',
  rounds: 'many',
  values: [
    {
      key: 'daysBefore',
      default: 1,
      min: 0,
      max: 7,
      unit: 'day',
      zh: '节日前几天起发送',
      en: 'Sent from, days before',
      source: 'CARE-08',
    },
    ...keys.map((key) => ({
      key: switchOf(key),
      default: FESTIVALS[key].usual,
      zh: FESTIVALS[key].zh,
      en: FESTIVALS[key].en,
      source: 'CARE-08',
    })),
    ...channelValues,
  ],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}，值此{{节日}}，{{门店}}全体同事{{提示}}',
  standard: { reminded: 1 },
  dueSql: ({ asOf, values, customers }) => {
    const before = Number(values.daysBefore)
    const list = festivals(asOf.subtract({ days: LOOK_BACK_DAYS }), asOf.add({ days: before }), chosenFestivals(values))
    if (list.length === 0) return nobody
    return sql`
      SELECT c.store_id, NULL::uuid AS vehicle_id, c.id AS customer_id, f.day::text AS cycle, f.day AS due_on, f.day - ${before}::int AS opens_on,
        f.day AS call_by, f.day AS closes_on, 'expired' AS answer, 3::smallint AS priority,
        jsonb_build_object('festivals', f.keys, 'variables', jsonb_build_object('节日', f.names, '提示', f.words)) AS why
      FROM ${customers} c
      CROSS JOIN jsonb_to_recordset(${JSON.stringify(greetingDays(list))}::jsonb) AS f (day date, names text, words text, keys jsonb)
      WHERE c.merged_into IS NULL`
  },
}
