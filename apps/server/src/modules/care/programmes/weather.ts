import { ALERT_LEVELS, type AlertLevel, NOTICE_KINDS } from '@changhui/rules/weather'
import { sql } from 'kysely'
import type { Programme, ProgrammeValues } from '../engine/programme.ts'
import { dayOf } from './due-sql.ts'
import { channelValues, LOOK_BACK_DAYS, messageChannels, noCalls } from './message-values.ts'

const kinds = Object.keys(NOTICE_KINDS)
const levelWords = { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' } as const
const OFF = 'off'

/** The levels of a kind that a store sends notices for, mildest first. */
const levelsOf = (values: ProgrammeValues, kind: string): readonly AlertLevel[] => {
  const chosen: readonly unknown[] = ALERT_LEVELS
  const least = chosen.indexOf(values[`least-${kind}`])
  return least < 0 ? [] : ALERT_LEVELS.slice(least)
}

/** From which level on, for the settings page. */
const levelOptions = [
  { value: OFF, zh: '不发送', en: 'Never' },
  { value: 'blue', zh: '蓝色及以上', en: 'Blue and above' },
  { value: 'yellow', zh: '黄色及以上', en: 'Yellow and above' },
  { value: 'orange', zh: '橙色及以上', en: 'Orange and above' },
  { value: 'red', zh: '红色', en: 'Red' },
]

/** A kind in English, for the settings page. */
const KINDS_EN: Readonly<Record<string, string>> = {
  暴雨: 'Rainstorm',
  暴雪: 'Snowstorm',
  台风: 'Typhoon',
  寒潮: 'Cold wave',
  道路结冰: 'Road icing',
  冰雹: 'Hail',
  高温: 'Heat',
  大雾: 'Fog',
  沙尘暴: 'Sandstorm',
  霾: 'Haze',
}

/**
 * 特殊天气 Special weather (CARE-08): a notice to every customer whose region a warning in force reaches; one a kind and day, however
 * many warnings of city and district reach him. A lifted warning takes its notices with it.
 */
export const weather: Programme = {
  key: 'weather',
  zh: '特殊天气关怀',
  en: 'Special weather',
  work: 'message',
  subject: 'customer',
  purpose: 'greeting',
  rounds: 'many',
  values: [
    ...kinds.map((kind) => ({
      key: `least-${kind}`,
      default: NOTICE_KINDS[kind] ?? OFF,
      options: levelOptions,
      zh: kind,
      en: KINDS_EN[kind] ?? kind,
      source: 'CARE-08',
    })),
    ...channelValues,
  ],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}您好，{{天气}}，请谨慎驾驶。如需救援请致电{{门店电话}}。',
  standard: { reminded: 1 },
  dueSql: ({ storeId, asOf, values, calendar, customers }) => {
    const wanted = kinds.flatMap((kind) =>
      levelsOf(values, kind).map((level) => ({
        kind,
        level,
        rank: ALERT_LEVELS.indexOf(level),
        word: levelWords[level],
      })),
    )
    const local = (moment: ReturnType<typeof sql>) => sql`(${moment} AT TIME ZONE ${calendar.timeZone}::text)::date`
    return sql`
      SELECT DISTINCT ON (c.id, d.cycle) c.store_id, NULL::uuid AS vehicle_id, c.id AS customer_id, d.cycle, d.issued_on AS due_on, d.issued_on AS opens_on,
        d.issued_on AS call_by, d.ends_on AS closes_on, 'expired' AS answer, 1::smallint AS priority,
        jsonb_build_object('alertId', d.alert_id, 'kind', d.kind, 'level', d.level, 'endsAt', d.ends_at,
          'variables', jsonb_build_object('天气', d.area || '发布' || d.kind || d.word || '预警')) AS why
      FROM ${customers} c
      JOIN (
        SELECT r.*, w.rank, w.word, ${local(sql`r.issued_at`)} AS issued_on, ${local(sql`r.ends_at`)} AS ends_on,
          r.kind || ':' || ${local(sql`r.issued_at`)} AS cycle
        FROM weather_reach r
        JOIN jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (kind text, level text, rank int, word text) ON w.kind = r.kind AND w.level = r.level
        WHERE r.store_id = ${storeId}::uuid
      ) d ON d.region = coalesce(btrim(c.region), '') AND d.out_of_town = coalesce(c.locality = 'out-of-town', false)
      WHERE c.merged_into IS NULL AND d.issued_on <= ${dayOf(asOf)} AND d.ends_on >= ${dayOf(asOf)} - ${LOOK_BACK_DAYS}::int
      ORDER BY c.id, d.cycle, d.rank DESC, d.ends_at DESC, d.alert_id`
  },
}
