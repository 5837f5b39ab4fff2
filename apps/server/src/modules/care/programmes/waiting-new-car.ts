import { WAITING_DEFAULTS, WAITING_RANGES } from '@changhui/rules/newOwner'
import type { Programme } from '../engine/programme.ts'
import { channelValues, messageChannels, noCalls } from './message-values.ts'
import { settingsOf, wholeValues } from './values.ts'
import { waitingSql } from './waiting-sql.ts'

/**
 * 待交车 Waiting for the new car (CARE-24): each step of the order is told on time, and after a long silence a greeting. A step that
 * a later one has overtaken is not told any more. The invitation to the delivery is a call: `new-car-invitation`.
 */
export const waitingNewCar: Programme = {
  key: 'waiting-new-car',
  zh: '待交车关怀',
  en: 'Waiting for the new car',
  work: 'message',
  subject: 'customer',
  purpose: 'progress',
  rounds: 'many',
  values: [
    ...wholeValues(WAITING_DEFAULTS, WAITING_RANGES, 'CARE-24', {
      tellWithinDays: ['workday', '新进展几个工作日内告知', 'A step is told within, working days'],
      quietDays: ['day', '多少天没有消息后问候', 'A greeting after, days of silence'],
      inviteDaysBefore: ['day', '交车前几天邀约', 'Invited, days before the delivery'],
    }),
    ...channelValues,
  ],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}您好，您订购的{{车型}}，{{用车提示}}。如有疑问请致电{{门店电话}}。',
  standard: { reminded: 1 },
  dueSql: (parameters) => waitingSql(parameters, settingsOf(WAITING_DEFAULTS, parameters.values)),
}
