import type { AttemptPolicy } from '@changhui/rules/attemptPolicy'
import type { ProgrammeValue, ProgrammeValues } from '../engine/programme.ts'

/** The values of the attempt policy (CARE-14), the same in every programme that calls. */
export const attemptValues: readonly ProgrammeValue[] = [
  {
    key: 'tries',
    default: 3,
    min: 1,
    max: 6,
    zh: '未接通时拨打次数',
    en: 'Calls when nobody answers',
    source: 'CARE-14',
  },
  {
    key: 'withinDays',
    default: 3,
    min: 1,
    max: 14,
    unit: 'day',
    zh: '拨打分布在几天内',
    en: 'Calls spread over, days',
    source: 'CARE-14',
  },
  {
    key: 'distinctParts',
    default: true,
    zh: '每次在不同时段拨打',
    en: 'Each call in another part of the day',
    source: 'CARE-14',
  },
  {
    key: 'message',
    default: true,
    zh: '联系不上时发送短信（无手机号发邮件）',
    en: 'Send a message when nobody answers (SMS, else mail)',
    source: 'CARE-14',
  },
]

/** Whether a programme's tasks are the customer's advisor's own, or anybody's in the care department (CARE-01). */
export const advisorValue: ProgrammeValue = {
  key: 'advisorCalls',
  default: true,
  zh: '由客户的服务顾问致电（关闭后由客服致电）',
  en: "Called by the customer's advisor (off: by care agents)",
  source: 'CARE-01',
}

/** The policy the values stand for. */
export function attemptPolicy(values: ProgrammeValues): AttemptPolicy {
  return {
    tries: Number(values.tries),
    withinDays: Number(values.withinDays),
    dayCount: 'calendar',
    distinctParts: values.distinctParts === true,
    fallback: values.message === true ? 'sms' : 'none',
  }
}
