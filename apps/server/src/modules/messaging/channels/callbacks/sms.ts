import type { Scope } from '../../../../platform/scope.ts'
import { receiveReply, recordReceipt } from '../../service.ts'
import { type Callback, chinaTime, emptyNumber, field, jsonRecords, refusedCall } from './callback.ts'

type Fields = Record<string, unknown>

/** One for both kinds of push an SMS provider makes: what became of messages, and what people wrote back. */
function smsCallback(ok: string, take: (scope: Scope, record: Fields) => Promise<void>): Callback {
  return ({ method, body }) => {
    if (method !== 'POST') return refusedCall(405, 'POST')
    const records = jsonRecords(body)
    if (!records) return refusedCall(400, 'JSON')
    return {
      type: 'application/json',
      body: ok,
      work: async (scope) => {
        for (const record of records) await take(scope, record)
      },
    }
  }
}

/** Aliyun SmsReport and SmsUp (help.aliyun.com 101508, 101509). They are not signed: the address is the proof. */
export const aliyunCallback = smsCallback('{"code":0,"msg":"OK"}', async (scope, record) => {
  const at = chinaTime(record.report_time ?? record.send_time, scope.now)
  if ('content' in record) {
    const providerId = field(record, 'sequence_id')
    const [from, text] = [field(record, 'phone_number', 40), field(record, 'content')]
    const reply = { provider: 'aliyun', from, text, at, ...(providerId ? { providerId } : {}) }
    if (from) await receiveReply(scope, reply)
    return
  }
  const providerId = field(record, 'out_id', 64) || field(record, 'biz_id', 64)
  if (!providerId) return
  const [code, reason] = [field(record, 'err_code', 60), field(record, 'err_msg', 200)]
  const arrived = record.success === true || record.success === 'true'
  await recordReceipt(scope, {
    provider: 'aliyun',
    providerId,
    // sent again by hand, a message keeps its OutId
    sending: field(record, 'biz_id', 64),
    state: arrived ? 'delivered' : 'failed',
    code,
    reason,
    badAddress: !arrived && (emptyNumber.test(reason) || code === 'MOBILE_ACCOUNT_ABNORMAL'),
    at,
  })
})

/** Tencent's status and reply callbacks (cloud.tencent.com 382/37808, 382/37809). They are not signed: the address is the proof. */
export const tencentCallback = smsCallback('{"result":0,"errmsg":"OK"}', async (scope, record) => {
  if ('text' in record) {
    const [mobile, seconds] = [field(record, 'mobile', 40), Number(record.time)]
    const told = Number.isFinite(seconds) && seconds > 1e9 && seconds < 1e10
    const at = told ? Temporal.Instant.fromEpochMilliseconds(seconds * 1000) : scope.now
    if (mobile) await receiveReply(scope, { provider: 'tencent', from: mobile, text: field(record, 'text'), at })
    return
  }
  const providerId = field(record, 'sid', 100)
  if (!providerId) return
  const [code, reason] = [field(record, 'errmsg', 60), field(record, 'description', 200)]
  const arrived = record.report_status === 'SUCCESS'
  await recordReceipt(scope, {
    provider: 'tencent',
    providerId,
    state: arrived ? 'delivered' : 'failed',
    code,
    reason,
    badAddress: !arrived && emptyNumber.test(reason),
    at: chinaTime(record.user_receive_time, scope.now),
  })
})
