import type { Programme } from '../engine/programme.ts'
import { birthdaySql, giftValue } from './birthday-sql.ts'
import { channelValues, messageChannels, noCalls } from './message-values.ts'

/** 生日祝福 Birthday on a day the store is closed, or of one who refuses calls (CARE-07): a message that morning, and nobody calls. */
export const birthdayMessage: Programme = {
  key: 'birthday-message',
  zh: '生日祝福（不打电话时）',
  en: 'Birthday without a call',
  work: 'message',
  subject: 'customer',
  purpose: 'greeting',
  values: [giftValue, ...channelValues],
  policy: noCalls,
  channels: messageChannels,
  script: '',
  template: '{{称呼}}，{{门店}}祝您生日快乐，平安顺遂！{{提示}}。',
  standard: { reminded: 1 },
  dueSql: (parameters) => birthdaySql(parameters, 'message'),
}
