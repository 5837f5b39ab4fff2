import { calendarTips, TIP_DEFAULTS, TIP_RANGES, TIPS, type Tip, type TipSettings } from '@changhui/rules/seasons'
import { solarTermDay } from '@changhui/rules/solarTerms'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters, Programme, ProgrammeValues } from '../engine/programme.ts'
import { dayOf, monthsAfter, privateCar, whole } from './due-sql.ts'
import { channelValues, LOOK_BACK_DAYS, messageChannels, noCalls } from './message-values.ts'
import { nobody } from './nobody.ts'
import { settingsOf, wholeValues } from './values.ts'

/** What a tip says; `{}` stands for its occasion or mileage. */
const WORDS: Readonly<Record<string, string>> = {
  'season-change:spring': '春季多雨潮湿，建议检查雨刮、空调滤芯与底盘',
  'season-change:summer': '夏季高温，建议检查空调、胎压与冷却液',
  'season-change:autumn': '秋季早晚温差大，建议检查电瓶、灯光与轮胎',
  'season-change:winter': '冬季低温，建议检查电瓶、防冻液与玻璃水',
  mileage: '您的爱车行驶已满{}公里，建议检查刹车片、轮胎与各项油液',
  tyres: '您的轮胎已使用多年或里程较长，建议检查花纹深度与老化情况',
  antifreeze: '入冬前建议检测防冻液冰点，使用两年以上请考虑更换',
  'pre-trip': '{}长途出行前，建议做一次全车检查',
  'safe-driving': '{}出行车多，请勿疲劳驾驶，保持车距，平安往返',
}
const wordsOf = (tip: Tip, occasion: string | null): string =>
  (WORDS[`${tip}:${occasion}`] ?? WORDS[tip] ?? '').replace('{}', occasion ?? '')

const NAMES: Readonly<Record<Tip, readonly [zh: string, en: string]>> = {
  'season-change': ['换季提醒', 'Change of season'],
  mileage: ['里程提醒', 'Mileage'],
  tyres: ['轮胎提醒', 'Tyres'],
  antifreeze: ['防冻液提醒', 'Antifreeze'],
  'safe-driving': ['节假日安全驾驶提醒', 'Safe driving on holidays'],
  'pre-trip': ['长假出行前检查', 'Check before long holidays'],
}
const switchOf = (tip: Tip) => `on-${tip}`
const wanted = (values: ProgrammeValues, tip: Tip) => values[switchOf(tip)] === true

/**
 * 用车提醒 Use tips (CARE-09): by season, mileage, age of tyres and antifreeze, and before long holidays. A tip that is the same for
 * every car goes once to each owner, for the car he has had in the books longest. The cycle is the tip with what makes it a new one.
 */
export const useTips: Programme = {
  key: 'use-tips',
  zh: '用车提醒',
  en: 'Tips for use',
  work: 'message',
  subject: 'vehicle',
  purpose: 'greeting',
  rounds: 'many',
  rising: [['preTripToDays', 'preTripFromDays']],
  values: [
    ...TIPS.map((tip) => ({
      key: switchOf(tip),
      default: true,
      zh: NAMES[tip][0],
      en: NAMES[tip][1],
      source: 'CARE-09',
    })),
    ...wholeValues(TIP_DEFAULTS, TIP_RANGES, 'CARE-09', {
      seasonDays: ['day', '换季提醒在季节开始后几天内发送', 'Season tip within, days'],
      mileageStepKm: ['km', '每行驶多少公里提醒一次', 'A tip each, kilometres'],
      tyreYears: ['year', '轮胎使用几年后提醒', 'Tyres older than, years'],
      tyreKm: ['km', '轮胎行驶多少公里后提醒', 'Tyres beyond, kilometres'],
      antifreezeYears: ['year', '防冻液使用几年后提醒', 'Antifreeze older than, years'],
      antifreezeDaysBefore: ['day', '立冬前几天起提醒防冻液', 'Antifreeze tip, days before winter'],
      longHolidayDays: ['day', '连休几天以上算长假', 'A holiday is long from, days'],
      preTripFromDays: ['day', '长假前几天起提醒检查', 'Check offered from, days before'],
      preTripToDays: ['day', '长假前几天止', 'Check offered until, days before'],
    }),
    ...channelValues,
  ],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}您好，{{用车提示}}。如有疑问请致电{{门店电话}}。',
  standard: { reminded: 1 },
  dueSql: (parameters) => {
    const settings = settingsOf(TIP_DEFAULTS, parameters.values)
    const on = TIPS.filter((tip) => wanted(parameters.values, tip))
    const calendar = sameForAll(parameters, settings, on)
    const parts = [
      ...(calendar ? [calendar] : []),
      ...(on.includes('mileage') ? [mileage(parameters, settings)] : []),
      ...(on.includes('tyres') ? [tyres(parameters, settings)] : []),
      ...(on.includes('antifreeze') ? antifreeze(parameters, settings) : []),
    ]
    if (parts.length === 0) return nobody
    return sql`
      SELECT d.store_id, d.vehicle_id, d.customer_id, d.tip || ':' || d.round AS cycle, d.opens_on AS due_on, d.opens_on, d.last_on AS call_by,
        d.last_on AS closes_on, 'expired' AS answer, 4::smallint AS priority,
        jsonb_build_object('tip', d.tip, 'variables', jsonb_build_object('用车提示', d.words)) AS why
      FROM (${sql.join(parts, sql` UNION ALL `)}) d`
  },
}

/** Season and holidays: the tips of the calendar, worked out here, for one car of each owner; undefined on a day without any. */
function sameForAll(
  { asOf, vehicles }: DueParameters,
  settings: TipSettings,
  on: readonly Tip[],
): RawBuilder<unknown> | undefined {
  const found = new Map<string, object>()
  for (let back = 0; back <= LOOK_BACK_DAYS; back++) {
    for (const { tip, cycle, opensOn, lastOn, occasion } of calendarTips(asOf.subtract({ days: back }), settings)) {
      const row = {
        tip,
        round: cycle,
        opensOn: opensOn.toString(),
        lastOn: lastOn.toString(),
        words: wordsOf(tip, occasion),
      }
      if (on.includes(tip)) found.set(`${tip}:${cycle}`, row)
    }
  }
  if (found.size === 0) return undefined
  return sql`
    SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, f.tip, f.round, f."opensOn" AS opens_on, f."lastOn" AS last_on, f.words
    FROM ${vehicles} v
    CROSS JOIN jsonb_to_recordset(${JSON.stringify([...found.values()])}::jsonb) AS f (tip text, round text, "opensOn" date, "lastOn" date, words text)
    WHERE ${privateCar} AND NOT EXISTS (
      SELECT FROM vehicle o
      WHERE o.store_id = v.store_id AND o.owner_id = v.owner_id AND o.state = 'active' AND o.purpose = 'private' AND o.id < v.id)`
}

/** A round mileage that the newest reading is the first to have passed. */
function mileage({ asOf, vehicles }: DueParameters, { mileageStepKm }: TipSettings): RawBuilder<unknown> {
  const step = whole(mileageStepKm)
  return sql`
    SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, 'mileage' AS tip, ((v.odometer_km / ${step}) * ${step})::text AS round,
      v.odometer_on AS opens_on, v.odometer_on + 30 AS last_on,
      replace(${WORDS.mileage ?? ''}::text, '{}', ((v.odometer_km / ${step}) * ${step})::text) AS words
    FROM ${vehicles} v
    WHERE ${privateCar} AND v.odometer_on BETWEEN ${dayOf(asOf)} - ${30 + LOOK_BACK_DAYS}::int AND ${dayOf(asOf)}
      AND v.odometer_km / ${step} > coalesce((
        SELECT r.km FROM odometer_reading r
        WHERE r.store_id = v.store_id AND r.vehicle_id = v.id AND r.refused IS NULL AND (r.read_on, r.km) < (v.odometer_on, v.odometer_km)
        ORDER BY r.read_on DESC, r.km DESC LIMIT 1), 0) / ${step}`
}

/** Tyres count from delivery: nobody tells when others were fitted. */
function tyres({ asOf, vehicles }: DueParameters, { tyreYears, tyreKm }: TipSettings): RawBuilder<unknown> {
  const byAge = monthsAfter(sql`v.delivered_on`, whole(12 * tyreYears))
  return sql`
    SELECT t.store_id, t.vehicle_id, t.customer_id, 'tyres' AS tip, t.delivered_on::text AS round, t.opens_on, t.opens_on + 90 AS last_on,
      ${WORDS.tyres ?? ''}::text AS words
    FROM (
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.delivered_on,
        CASE WHEN v.odometer_km >= ${whole(tyreKm)} AND v.odometer_on < ${byAge} THEN v.odometer_on ELSE ${byAge} END AS opens_on
      FROM ${vehicles} v
      WHERE ${privateCar} AND v.delivered_on IS NOT NULL
    ) t
    WHERE t.opens_on BETWEEN ${dayOf(asOf)} - ${90 + LOOK_BACK_DAYS}::int AND ${dayOf(asOf)}`
}

/** Antifreeze counts from delivery, likewise; a tip in the weeks before the beginning of winter 立冬. */
function antifreeze({ asOf, vehicles }: DueParameters, settings: TipSettings): RawBuilder<unknown>[] {
  const lastOn = solarTermDay('winter-begins', asOf.year)
  const opensOn = lastOn.subtract({ days: settings.antifreezeDaysBefore })
  const near =
    Temporal.PlainDate.compare(opensOn, asOf) <= 0 &&
    Temporal.PlainDate.compare(asOf, lastOn.add({ days: LOOK_BACK_DAYS })) <= 0
  if (!near) return []
  const part = sql`
    SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, 'antifreeze' AS tip, ${String(asOf.year)}::text AS round,
      ${dayOf(opensOn)} AS opens_on, ${dayOf(lastOn)} AS last_on, ${WORDS.antifreeze ?? ''}::text AS words
    FROM ${vehicles} v
    WHERE ${privateCar} AND ${monthsAfter(sql`v.delivered_on`, whole(12 * settings.antifreezeYears))} <= ${dayOf(lastOn)}`
  return [part]
}
