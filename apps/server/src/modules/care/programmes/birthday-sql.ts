import { BIRTHDAY_DEFAULTS, birthdayContact } from '@changhui/rules/birthday'
import { momentAt } from '@changhui/rules/calendar'
import { type RawBuilder, sql } from 'kysely'
import type { DueParameters, ProgrammeValue } from '../engine/programme.ts'
import { dayOf } from './due-sql.ts'

/** The gift a member may be told of, by tier; the same words in the call and in the message. */
export const giftValue: ProgrammeValue = {
  key: 'gifts',
  default: '',
  zh: '生日礼遇，按会员等级填写，如：金卡=精洗一次；银卡=玻璃水一瓶',
  en: 'Birthday gift by member level, such as: gold=a car wash; silver=screen wash',
  source: 'CARE-07',
}

/** `金卡=精洗一次；银卡=玻璃水` as a map; what has no `=` is passed over. */
export function giftsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(/[;；\n]/)
    .map((one) => one.split(/[=＝:：]/).map((part) => part.trim()))
    .filter(([level, gift]) => level && gift)
  return Object.fromEntries(pairs)
}

/** A birthday in a year; 29 February on the 28th in common years, as adding years to a date gives it in both languages (`birthdayIn`). */
const keptIn = (year: number): RawBuilder<unknown> =>
  sql`(c.birthday + make_interval(years => ${year}::int - extract(year FROM c.birthday)::int))::date`

/**
 * Every customer with a birthday: the next one from the as-of day on, that day included (`nextBirthday`). On a day the store is
 * closed nobody calls, nor ever who refuses calls: `how` says whether the rows of that day are wanted as calls or as messages.
 */
export function birthdaySql(parameters: DueParameters, how: 'call' | 'message'): RawBuilder<unknown> {
  const { asOf, values, calendar, customers } = parameters
  const today = birthdayContact(asOf, calendar, {
    withinMinutes: Number(values.withinMinutes ?? BIRTHDAY_DEFAULTS.withinMinutes),
    closedMessageAt: BIRTHDAY_DEFAULTS.closedMessageAt,
  })
  const day = dayOf(asOf)
  const sendAt = momentAt(asOf, BIRTHDAY_DEFAULTS.closedMessageAt, calendar).toString()
  const moment = how === 'message' ? { sendAt } : today.how === 'call' ? { callUntil: today.by.toString() } : {}
  const kept = sql`CASE WHEN ${keptIn(asOf.year)} >= ${day} THEN ${keptIn(asOf.year)} ELSE ${keptIn(asOf.year + 1)} END`
  // who refused calls before one was planned
  const refuses = sql`d.refuses_calls AND NOT EXISTS (SELECT FROM task t WHERE t.store_id = d.store_id AND t.programme = 'birthday'
    AND t.customer_id = d.customer_id AND t.cycle = extract(year FROM d.due_on)::text)`
  // messages exist only for a day that has come and is closed, or for whom no call is wanted; calls for every day but a closed one
  const which =
    how === 'message'
      ? sql`d.due_on = ${day} AND (${today.how === 'message'} OR (${refuses}))`
      : today.how === 'call'
        ? sql`true`
        : sql`d.due_on <> ${day}`
  const gift = sql`${JSON.stringify(giftsOf(String(values.gifts ?? '')))}::jsonb ->> d.member_level`
  return sql`
    SELECT d.store_id, NULL::uuid AS vehicle_id, d.customer_id, extract(year FROM d.due_on)::text AS cycle, d.due_on, d.due_on AS opens_on,
      d.due_on AS call_by, d.due_on AS closes_on, 'expired' AS answer, 1::smallint AS priority,
      CASE WHEN d.due_on = ${day} THEN ${JSON.stringify(moment)}::jsonb ELSE '{}' END
        || jsonb_build_object('birthday', to_char(d.birthday, 'MM-DD'), 'variables', jsonb_build_object('提示',
          coalesce('我们为' || d.member_level || '会员准备了' || (${gift}) || '，欢迎来店领取', '愿您一路平安'))) AS why
    FROM (
      SELECT c.store_id, c.id AS customer_id, c.birthday, c.member_level, c.consents @> '{"call":false}' AS refuses_calls, ${kept} AS due_on
      FROM ${customers} c
      WHERE c.birthday IS NOT NULL AND c.merged_into IS NULL
    ) d
    WHERE ${which}`
}
