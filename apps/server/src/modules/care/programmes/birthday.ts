import { BIRTHDAY_DEFAULTS, birthdayContact } from '@changhui/rules/birthday'
import type { Programme } from '../engine/programme.ts'
import { attemptPolicy, attemptValues } from './attempt-values.ts'
import { birthdaySql, giftValue } from './birthday-sql.ts'

/**
 * 生日 Birthday (CARE-07): a call on the day within two opening hours of opening; who was not reached, or not called in time, gets the
 * message. On a closed day `birthday-message` sends it instead. The cycle is the year.
 */
export const birthday: Programme = {
  key: 'birthday',
  zh: '生日关怀',
  en: 'Birthday',
  work: 'call',
  subject: 'customer',
  purpose: 'greeting',
  values: [
    {
      key: 'withinMinutes',
      default: BIRTHDAY_DEFAULTS.withinMinutes,
      min: 30,
      max: 600,
      unit: 'minute',
      zh: '开门后多少分钟内致电',
      en: 'Called within, minutes after opening',
      source: 'CARE-07',
    },
    giftValue,
    // two hours hold one part of the day: one try, then the message
    ...attemptValues.map((one) => (one.key === 'tries' || one.key === 'withinDays' ? { ...one, default: 1 } : one)),
  ],
  policy: attemptPolicy,
  messageAfter: (day, calendar, values) => {
    const contact = birthdayContact(day, calendar, {
      ...BIRTHDAY_DEFAULTS,
      withinMinutes: Number(values.withinMinutes),
    })
    return contact.how === 'call' ? contact.by : null
  },
  script:
    '您好，请问是{{客户姓名}}吗？我是{{门店}}的{{专员}}。今天是您的生日，我们全体同事祝您生日快乐、平安顺遂！{{提示}}。不打扰您了，祝您生活愉快。',
  template: '{{称呼}}，{{门店}}祝您生日快乐，平安顺遂！{{提示}}。',
  channels: () => ['wechat', 'sms'],
  elsewhere: 'nothing',
  standard: { reminded: 1 },
  dueSql: (parameters) => birthdaySql(parameters, 'call'),
}
