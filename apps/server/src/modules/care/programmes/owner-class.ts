import { WELCOME_DEFAULTS, WELCOME_RANGES } from '@changhui/rules/newOwner'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { dayOf, privateCar, whole } from './due-sql.ts'
import { channelValues, messageChannels, noCalls } from './message-values.ts'
import { settingsOf, wholeValues } from './values.ts'

const { classFromDays, classToDays } = WELCOME_DEFAULTS
const defaults = { classFromDays, classToDays }

/**
 * 新车主讲堂 Owner class (CARE-13): new owners are invited to the next planned class that falls 14 to 60 days after their delivery and
 * has seats left. The cycle is the day of the class.
 */
export const ownerClass: Programme = {
  key: 'owner-class',
  zh: '新车主讲堂邀请',
  en: 'Owner class invitation',
  work: 'message',
  subject: 'vehicle',
  purpose: 'reminder',
  values: [
    ...wholeValues(
      defaults,
      { classFromDays: WELCOME_RANGES.classFromDays, classToDays: WELCOME_RANGES.classToDays },
      'CARE-13',
      {
        classFromDays: ['day', '交车几天后起邀请', 'Invited from, days after delivery'],
        classToDays: ['day', '交车几天内邀请', 'Invited until, days after delivery'],
      },
    ),
    ...channelValues,
  ],
  rising: [['classFromDays', 'classToDays']],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}您好，诚邀您参加{{活动时间}}在{{活动地点}}举行的{{活动名称}}，报名请致电{{门店电话}}。',
  standard: { reminded: 1 },
  dueSql: (parameters) => {
    const { storeId, asOf, vehicles, calendar } = parameters
    const settings = settingsOf(defaults, parameters.values)
    const from = sql`(v.delivered_on + ${whole(settings.classFromDays)})`
    const until = sql`(v.delivered_on + ${whole(settings.classToDays)})`
    return sql`
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, k.day::text AS cycle, k.day AS due_on, ${from} AS opens_on,
        greatest(k.day - 3, ${from}) AS call_by, k.day AS closes_on, 'expired' AS answer, 3::smallint AS priority,
        jsonb_build_object('classId', k.id, 'endsAt', (k.day + k.at_time) AT TIME ZONE ${calendar.timeZone}::text, 'variables', jsonb_build_object(
          '活动名称', coalesce(k.topic, '新车主讲堂'), '活动地点', k.place,
          '活动时间', to_char(k.day, 'FMMM') || '月' || to_char(k.day, 'FMDD') || '日' || to_char(k.at_time, 'HH24:MI'))) AS why
      FROM ${vehicles} v
      JOIN LATERAL (
        SELECT k.* FROM owner_class k
        WHERE k.store_id = ${storeId}::uuid AND k.state = 'planned' AND k.day >= ${dayOf(asOf)} AND k.day BETWEEN ${from} AND ${until}
        ORDER BY k.day, k.at_time, k.id LIMIT 1
      ) k ON true
      WHERE ${privateCar} AND v.delivered_on BETWEEN ${dayOf(asOf)} - ${whole(settings.classToDays)} AND ${dayOf(asOf)}
        AND NOT EXISTS (
          SELECT FROM owner_class_seat s WHERE s.store_id = v.store_id AND s.class_id = k.id AND s.customer_id = v.owner_id)
        AND (SELECT count(*) FROM owner_class_seat s WHERE s.store_id = k.store_id AND s.class_id = k.id) < k.capacity`
  },
}
