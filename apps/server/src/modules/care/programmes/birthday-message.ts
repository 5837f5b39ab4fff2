import type { Programme } from '../engine/programme.ts'
import { birthdaySql, giftValue } from './birthday-sql.ts'
import { channelValues, messageChannels, noCalls } from './message-values.ts'

/** 生日祝福 Birthday on a day the store is closed (CARE-07): a message that morning, and nobody calls. */
export const birthdayMessage: Programme = {
  key: 'birthday-message',
  zh: '生日祝福（休息日）',
  en: 'Birthday on a closed day',
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
