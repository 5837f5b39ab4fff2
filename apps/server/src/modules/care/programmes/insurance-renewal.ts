import { RENEWAL_DEFAULTS, RENEWAL_RANGES } from '@changhui/rules/insuranceRenewal'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValuesByWechat } from './attempt-values.ts'
import { monthsBefore, whole, windowColumns } from './due-sql.ts'
import { overdueDays, overdueValue, settingsOf, wholeValues } from './values.ts'

/** An expiry that moved on by more than this is a new policy; by less, a correction. */
const RENEWED_DAYS = 180

/**
 * 续保 Insurance renewal (CARE-06), by the renewal specialist: compulsory and commercial policy, in one talk when they expire close
 * together. The cycle is the first expiry of the talk; it is answered when that expiry moves on.
 */
export const insuranceRenewal: Programme = {
  key: 'insurance-renewal',
  zh: '续保',
  en: 'Insurance renewal',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  by: 'insurance',
  rounds: 'many',
  values: [
    ...wholeValues(RENEWAL_DEFAULTS, RENEWAL_RANGES, 'CARE-06', {
      monthsBefore: ['month', '到期前几个月开始', 'Taken up, months before the expiry'],
      callDaysBefore: ['day', '最迟在到期前几天致电', 'Call made at least, days before'],
      togetherDays: ['day', '两份保单相差几天内一起谈', 'Both policies in one talk, days apart at most'],
      lateDays: ['day', '脱保几天内仍提醒', 'Still offered, days after the expiry'],
    }),
    overdueValue,
    {
      key: 'careCalls',
      default: false,
      zh: '客服也可以打续保电话（关闭时由续保专员负责）',
      en: 'Care agents make renewal calls as well (off: the insurance specialists)',
      source: 'CARE-06',
    },
    ...attemptValuesByWechat,
  ],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的续保专员{{专员}}。您的{{车型}}（{{车牌}}）的保险将于{{到期日}}到期。' +
    '现在续保可以为您核算报价并赠送门店权益，请问您方便了解一下吗？到期脱保期间车辆不能上路。',
  elsewhere: 'nothing',
  standard: { reminded: 1 },
  // the policies of the talk are gone from their day: to a new year, or corrected
  gone: sql`CASE WHEN least(v.compulsory_expiry_on, v.commercial_expiry_on) > t.due_on + ${whole(RENEWED_DAYS)}
    OR (t.why -> 'policies' @> '["compulsory"]' AND v.compulsory_expiry_on > t.due_on + ${whole(RENEWED_DAYS)})
    OR (t.why -> 'policies' @> '["commercial"]' AND v.commercial_expiry_on > t.due_on + ${whole(RENEWED_DAYS)}) THEN 'renewed' END`,
  notDue: () => sql`CASE WHEN v.compulsory_expiry_on IS NULL AND v.commercial_expiry_on IS NULL THEN 'no-policy' END`,
  dueSql: (parameters) => {
    const settings = settingsOf(RENEWAL_DEFAULTS, parameters.values)
    const [compulsory, commercial] = [sql`v.compulsory_expiry_on`, sql`v.commercial_expiry_on`]
    const days = {
      dueOn: sql`r.due_on`,
      opensOn: monthsBefore(sql`r.due_on`, whole(settings.monthsBefore)),
      callDaysBefore: settings.callDaysBefore,
      lateDays: settings.lateDays,
    }
    const together = sql`abs(${compulsory} - ${commercial}) <= ${whole(settings.togetherDays)}`
    // greatest() and least() pass over NULL: a single policy stands in the first row alone
    return sql`
      SELECT v.store_id, v.id AS vehicle_id, v.owner_id AS customer_id, r.due_on::text AS cycle, ${windowColumns(parameters, days)},
        'renewed' AS answer, jsonb_build_object('by', 'time', 'policies', r.policies) AS why
      FROM ${parameters.vehicles} v
      CROSS JOIN LATERAL (VALUES
        (least(${compulsory}, ${commercial}), CASE
          WHEN ${together} THEN CASE WHEN ${commercial} < ${compulsory} THEN '["commercial","compulsory"]' ELSE '["compulsory","commercial"]' END
          WHEN ${commercial} IS NULL OR ${compulsory} < ${commercial} THEN '["compulsory"]' ELSE '["commercial"]' END::jsonb),
        (CASE WHEN NOT ${together} THEN greatest(${compulsory}, ${commercial}) END,
          CASE WHEN ${compulsory} > ${commercial} THEN '["compulsory"]' ELSE '["commercial"]' END::jsonb)
      ) r (due_on, policies)
      WHERE v.state = 'active' AND r.due_on IS NOT NULL`
  },
}
