import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { advisorValue, attemptPolicy, attemptValues } from './attempt-values.ts'
import { toldSelect } from './told.ts'
import { waitingOrders } from './waiting-sql.ts'

/** 交车邀约 Invitation to the delivery of the new car (CARE-24): a call in the days before the promised one. */
export const newCarInvitation: Programme = {
  key: 'new-car-invitation',
  zh: '交车邀约',
  en: 'Invitation to the delivery',
  work: 'call',
  subject: 'customer',
  purpose: 'progress',
  by: 'advisor',
  rounds: 'many',
  values: [advisorValue, ...attemptValues],
  policy: attemptPolicy,
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。您订购的{{车型}}预计{{到期日}}可以交车，想邀请您来店验车提车。' +
    '请带上身份证和购车合同，交车大约需要两小时。您看哪天方便，我为您安排？',
  standard: { reminded: 1 },
  dueSql: (parameters) => {
    const { storeId, calendar } = parameters
    const days = Number(parameters.other('waiting-new-car').values.inviteDaysBefore)
    return sql`
      WITH told AS (${toldSelect(storeId, calendar.timeZone)})
      SELECT o.store_id, NULL::uuid AS vehicle_id, o.customer_id, o.id || ':invitation' AS cycle, o.promised_on AS due_on, o.invite_on AS opens_on,
        o.promised_on - 1 AS call_by, o.promised_on - 1 AS closes_on, 'expired' AS answer, 2::smallint AS priority,
        jsonb_build_object('orderId', o.id, 'about', 'invitation', 'variables', jsonb_build_object('车型', o.model)) AS why
      FROM (${waitingOrders(parameters, days)}) o
      WHERE o.inviting OR o.promised_on BETWEEN ${parameters.asOf.toString()}::date - 14 AND ${parameters.asOf.toString()}::date`
  },
}
