import { sql } from 'kysely'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'

/** 号码更正 A dead or wrong number is to be replaced (CARE-14); made by the call that found it, done when a number is added. */
export const numberCorrection: Programme = {
  key: 'number-correction',
  zh: '号码更正',
  en: 'Number correction',
  work: 'desk',
  subject: 'customer',
  purpose: 'reminder',
  values: attemptValues,
  policy: attemptPolicy,
  script: '{{客户姓名}}的电话无法联系。请在系统、工单或销售顾问处查找新号码；保养提醒会在登记新号码后自动恢复。',
  // any usable number that came, or was found usable again, after the correction was asked for
  answered: sql`CASE
    WHEN c.do_not_disturb OR c.merged_into IS NOT NULL THEN 'withdrawn'
    WHEN EXISTS (
      SELECT FROM customer_phone p
      WHERE p.store_id = t.store_id AND p.customer_id = t.customer_id AND p.state = 'usable'
        AND p.updated_at > (t.why ->> 'at')::timestamptz) THEN 'corrected'
  END`,
  standard: { reminded: 1 },
}
