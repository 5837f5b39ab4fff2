import { WELCOME_DEFAULTS, WELCOME_RANGES } from '@changhui/rules/newOwner'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { advisorValue, attemptPolicy, attemptValues } from './attempt-values.ts'
import { dayOf, privateCar, whole, windowColumns } from './due-sql.ts'
import { LOOK_BACK_DAYS } from './message-values.ts'
import { settingsOf, wholeValues } from './values.ts'

const { welcomeWithinDays } = WELCOME_DEFAULTS

/** 新车主欢迎 Welcome at delivery (CARE-13): a call within three days; who is not reached gets the message. The cycle is the delivery. */
export const welcome: Programme = {
  key: 'welcome',
  zh: '新车主欢迎',
  en: 'Welcome at delivery',
  work: 'call',
  subject: 'vehicle',
  purpose: 'greeting',
  by: 'advisor',
  values: [
    ...wholeValues({ welcomeWithinDays }, { welcomeWithinDays: WELCOME_RANGES.welcomeWithinDays }, 'CARE-13', {
      welcomeWithinDays: ['day', '交车后几天内欢迎', 'Welcomed within, days of delivery'],
    }),
    advisorValue,
    ...attemptValues,
  ],
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}，恭喜您喜提{{车型}}！新车用得还习惯吗？' +
    '首次保养我们会提前提醒您；平时有任何用车问题，随时打{{门店电话}}找我们。',
  standard: { reminded: 1 },
  dueSql: (parameters) => {
    const settings = settingsOf({ welcomeWithinDays }, parameters.values)
    const within = whole(settings.welcomeWithinDays)
    const dueOn = sql`(v.delivered_on + ${within})`
    const days = { dueOn, opensOn: sql`v.delivered_on`, callDaysBefore: 0, lateDays: 0 }
    return sql`
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, v.delivered_on::text AS cycle, ${windowColumns(parameters, days)},
        'superseded' AS answer, jsonb_build_object('deliveredOn', v.delivered_on) AS why
      FROM ${parameters.vehicles} v
      WHERE ${privateCar} AND v.delivered_on <= ${dayOf(parameters.asOf)}
        AND v.delivered_on >= ${dayOf(parameters.asOf)} - ${within} - ${LOOK_BACK_DAYS}::int`
  },
}
