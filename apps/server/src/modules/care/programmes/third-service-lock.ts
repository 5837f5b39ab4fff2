import { NEXT_SERVICE_DEFAULTS } from '@changhui/rules/newCar'
import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy } from './attempt-values.ts'
import { servedSince } from './due-sql.ts'
import { nextServiceSql, nextServiceValues } from './next-service.ts'
import { newCar } from './service-stage.ts'
import { settingsOf } from './values.ts'

/**
 * 三保锁定 Third service lock (CARE-02): a flag with the fair-price offer for the reception, from the second service on, so that it
 * shows whenever the car comes; regular service makes the call. It ends when the third service is done, here or elsewhere.
 */
export const thirdServiceLock: Programme = {
  key: 'third-service-lock',
  zh: '三保锁定',
  en: 'Third service lock',
  work: 'reception',
  subject: 'vehicle',
  purpose: 'reminder',
  values: nextServiceValues('CARE-02'),
  policy: attemptPolicy,
  script:
    '{{客户姓名}}的{{车型}}（{{车牌}}）将做第三次保养（{{到期日}}）。请在接待时介绍三保优惠价格与后续保养套餐，争取客户在本店继续保养。',
  standard: { reminded: 1 },
  gone: servedSince,
  notDue: ({ values }) => sql`CASE
    WHEN v.service_count < 2 THEN 'not-serviced-yet'
    WHEN v.service_count > 2 THEN 'serviced'
    WHEN v.delivered_on IS NULL THEN 'no-delivery'
    WHEN NOT (${newCar(settingsOf(NEXT_SERVICE_DEFAULTS, values).newCarMonths)}) THEN 'not-new' END`,
  dueSql: (parameters) => {
    const { newCarMonths } = settingsOf(NEXT_SERVICE_DEFAULTS, parameters.values)
    // behind every call: it waits for the car
    return nextServiceSql(parameters, sql`v.service_count = 2 AND ${newCar(newCarMonths)}`, sql`d.anchor_on`, 9)
  },
}
