import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { advisorValue, attemptPolicy, attemptValues } from './attempt-values.ts'
import { servedSince } from './due-sql.ts'
import { nextServiceSql, nextServiceValues } from './next-service.ts'
import { reminderOf, SECOND_SERVICE } from './service-stage.ts'
import { overdueDays, overdueValue } from './values.ts'

/** 二保 Second service of a new car (CARE-01), called by the customer's advisor. The cycle is the first service. */
export const secondService: Programme = {
  key: SECOND_SERVICE,
  zh: '二次保养',
  en: 'Second service',
  work: 'call',
  subject: 'vehicle',
  purpose: 'reminder',
  by: 'advisor',
  endsWhenBooked: true,
  values: [...nextServiceValues('CARE-01'), overdueValue, advisorValue, ...attemptValues],
  rising: [['callDaysBefore', 'opensDaysBefore']],
  lateCallDays: overdueDays,
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的服务顾问{{专员}}。您的{{车型}}（{{车牌}}）首保之后使用得怎么样？' +
    '预计{{到期日}}到第二次保养，来店请带上保养手册和行驶证。您看哪天方便，我现在为您预约？',
  standard: { reminded: 1 },
  gone: servedSince,
  notDue: (parameters) => sql`CASE
    WHEN v.delivered_on IS NULL THEN 'no-delivery'
    WHEN v.service_count = 0 THEN 'not-serviced-yet'
    WHEN v.service_count > 1 THEN 'serviced'
    WHEN NOT (${reminderOf(parameters).second}) THEN 'over' END`,
  dueSql: (parameters) => nextServiceSql(parameters, reminderOf(parameters).second),
}
