import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AliyunSettings, aliyunAdapter } from './aliyun.ts'
import type { ChannelAdapter } from './channel.ts'
import { type TencentSettings, tencentAdapter } from './tencent.ts'
import { type AliyunServer, startAliyun } from './testing/aliyun.ts'
import { outgoing } from './testing/message.ts'
import { startTencent, type TencentServer, tencentError, tencentStatus } from './testing/tencent.ts'

const soon = () => AbortSignal.timeout(5_000)
const seconds = () => Math.floor(Date.now() / 1000)
const body = '您的爱车保养将到期'
const filed = { signature: '常回测试', templates: [] }

let aliyun: AliyunServer
let tencent: TencentServer
beforeAll(async () => {
  aliyun = await startAliyun('key-id', 'key-secret')
  tencent = await startTencent('secret-id', 'secret-key')
})
beforeEach(() => {
  for (const one of [aliyun, tencent]) {
    one.next = undefined
    one.delivered.length = 0
    for (const action of Object.keys(one.asked)) delete one.asked[action]
  }
  tencent.reported = true
})
afterAll(async () => {
  await aliyun.stop()
  await tencent.stop()
})

function onAliyun(secret = 'key-secret', endpoint = aliyun.url): ChannelAdapter {
  const templates: AliyunSettings['templates'] = [
    { template: 'first-service', code: 'SMS_1', fields: [{ name: 'plate', value: '{{plate}}' }] },
    { template: '*', code: 'SMS_2', fields: [{ name: 'content', value: '{{body}}' }] },
  ]
  const settings: AliyunSettings = { provider: 'aliyun', accessKeyId: 'key-id', ...filed, endpoint, templates }
  return aliyunAdapter(settings, secret, () => '2026-11-22')
}

function onTencent(key = 'secret-key', endpoint = tencent.url): ChannelAdapter {
  const templates: TencentSettings['templates'] = [
    { template: '*', code: '1001', fields: [{ name: '1', value: '{{body}}' }] },
  ]
  const account = { secretId: 'secret-id', appId: '1400000001', region: 'ap-guangzhou' }
  const settings: TencentSettings = { provider: 'tencent', ...account, ...filed, endpoint, templates }
  return tencentAdapter(settings, key, seconds)
}

it('the providers’ SDKs are read with the first message, not before', async () => {
  const read = () =>
    ['@alicloud/dysmsapi', 'tencentcloud-sdk-nodejs-sms'].map((name) =>
      Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(name)),
    )
  const adapters = [onAliyun(), onTencent()]
  expect(read()).toEqual([false, false])
  for (const adapter of adapters) await adapter.send(outgoing(), soon())
  expect(read()).toEqual([true, true])
})

describe('Aliyun SMS', () => {
  it('sends a signed request with the variables of its own template', async () => {
    const template = { key: 'first-service', version: 1, variables: { plate: '粤B12345' } }
    const message = outgoing({ template })
    expect(await onAliyun().send(message, soon())).toEqual({ state: 'accepted', providerId: message.id, segments: 1 })
    const sms = { phone: '13800138000', sign: '常回测试', template: 'SMS_1', params: { plate: '粤B12345' } }
    expect(aliyun.delivered).toEqual([{ ...sms, outId: message.id }])
  })

  it('puts the whole text, with opt-out words for marketing, into the template for all', async () => {
    await onAliyun().send(outgoing({ purpose: 'marketing', body: '冬季换胎八折' }), soon())
    expect(aliyun.delivered[0]).toMatchObject({ template: 'SMS_2', params: { content: '冬季换胎八折，拒收请回复R' } })
  })

  it('with a wrong secret is refused, and tried again once somebody has repaired it', async () => {
    const answer = await onAliyun('wrong').send(outgoing(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'account', code: 'SignatureDoesNotMatch', permanent: false })
    expect(aliyun.delivered).toEqual([])
  })

  it.each([
    ['isv.BUSINESS_LIMIT_CONTROL', 'limit', false],
    ['isv.DAY_LIMIT_CONTROL', 'limit', false],
    ['isv.AMOUNT_NOT_ENOUGH', 'account', false],
    ['isv.OUT_OF_SERVICE', 'account', false],
    ['isp.SYSTEM_ERROR', 'system', false],
    ['isv.MOBILE_NUMBER_ILLEGAL', 'recipient', true],
    ['isv.BLACK_KEY_CONTROL_LIMIT', 'content', true],
    ['isv.SMS_TEMPLATE_ILLEGAL', 'template', true],
    ['isv.SMS_SIGNATURE_ILLEGAL', 'template', true],
    ['isv.SOMETHING_NEW', 'content', true],
  ])('understands %s', async (Code, kind, permanent) => {
    aliyun.next = { body: { Code, Message: Code } }
    expect(await onAliyun().send(outgoing(), soon())).toMatchObject({ state: 'refused', code: Code, kind, permanent })
  })

  it('throttled by the gateway it waits, once', async () => {
    aliyun.next = { status: 429, body: { Code: 'Throttling.User', Message: 'slow down' } }
    const answer = await onAliyun().send(outgoing(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'limit', permanent: false })
    expect(aliyun.asked.SendSms).toBe(1)
  })

  it('without an answer it may have been sent: the next try asks first and sends nothing twice', async () => {
    aliyun.next = 'hang'
    expect(await onAliyun().send(outgoing(), AbortSignal.timeout(300))).toMatchObject({ state: 'unknown' })
    expect(aliyun.asked.SendSms).toBe(1)
    aliyun.next = undefined
    const again = await onAliyun().send(outgoing({ attempt: 2 }), soon())
    expect(again).toEqual({ state: 'accepted', providerId: outgoing().id })
    expect(aliyun.delivered).toHaveLength(1)
    // a message that never arrived there is sent
    await onAliyun().send(outgoing({ attempt: 2, id: '019a0000-0000-7000-8000-0000000000ab' }), soon())
    expect(aliyun.delivered).toHaveLength(2)
  })

  it('one that failed at the operator is sent again when somebody asks for it', async () => {
    await onAliyun().send(outgoing(), soon())
    aliyun.failed.add(outgoing().id)
    expect(await onAliyun().send(outgoing({ attempt: 2 }), soon())).toMatchObject({ state: 'accepted' })
    expect(aliyun.delivered).toHaveLength(2)
  })

  it('a key without the right to ask what was sent can still send', async () => {
    aliyun.mayAsk = false
    expect(await onAliyun().send(outgoing({ attempt: 2 }), soon())).toMatchObject({ state: 'accepted' })
    aliyun.mayAsk = true
  })

  it('a server error leaves open whether it was sent; a closed port does not', async () => {
    aliyun.next = { status: 503, body: { Code: 'ServiceUnavailable', Message: 'busy' } }
    expect(await onAliyun().send(outgoing(), soon())).toMatchObject({ state: 'unknown' })
    const closed = await onAliyun('key-secret', 'http://127.0.0.1:9').send(outgoing(), soon())
    expect(closed).toMatchObject({ state: 'refused', kind: 'system', permanent: false })
  })

  it('goes to one number: a list where one is asked for is refused, by both', async () => {
    for (const adapter of [onAliyun(), onTencent()]) {
      const answer = await adapter.send(outgoing({ recipient: '13800138000,13900139000' }), soon())
      expect(answer).toMatchObject({ state: 'refused', kind: 'recipient', permanent: true })
    }
    expect([aliyun.asked, tencent.asked]).toEqual([{}, {}])
  })

  it('says so when no template is set up', async () => {
    const settings: AliyunSettings = { provider: 'aliyun', accessKeyId: 'key-id', ...filed, endpoint: aliyun.url }
    const answer = await aliyunAdapter(settings, 'key-secret', () => '2026-11-22').send(outgoing(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'settings', code: 'no-template' })
  })
})

describe('Tencent SMS', () => {
  it('sends a signed request', async () => {
    const answer = await onTencent().send(outgoing(), soon())
    expect(answer).toEqual({ state: 'accepted', providerId: 'S-1', segments: 1 })
    const sms = { phone: '+8613800138000', sign: '常回测试', template: '1001', params: [body] }
    expect(tencent.delivered).toEqual([{ ...sms, session: outgoing().id }])
  })

  it('with a wrong secret is refused', async () => {
    const answer = await onTencent('wrong').send(outgoing(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'account', code: 'AuthFailure.SignatureFailure' })
    expect(tencent.delivered).toEqual([])
  })

  it.each([
    ['LimitExceeded.PhoneNumberDailyLimit', 'limit', false],
    ['LimitExceeded.DeliveryFrequencyLimit', 'limit', false],
    ['FailedOperation.InsufficientBalanceInSmsPackage', 'account', false],
    ['UnauthorizedOperation.SmsSdkAppIdVerifyFail', 'account', false],
    ['FailedOperation.PhoneNumberInBlacklist', 'recipient', true],
    ['InvalidParameterValue.IncorrectPhoneNumber', 'recipient', true],
    ['FailedOperation.ContainSensitiveWord', 'content', true],
    ['FailedOperation.TemplateIncorrectOrUnapproved', 'template', true],
    ['FailedOperation.SignatureIncorrectOrUnapproved', 'template', true],
  ])('understands %s', async (code, kind, permanent) => {
    for (const next of [tencentStatus(code), tencentError(code)]) {
      tencent.next = next
      expect(await onTencent().send(outgoing(), soon())).toMatchObject({ state: 'refused', code, kind, permanent })
    }
  })

  it('throttled by the gateway it waits; after an inner error nobody knows', async () => {
    tencent.next = tencentError('RequestLimitExceeded')
    expect(await onTencent().send(outgoing(), soon())).toMatchObject({ state: 'refused', kind: 'limit' })
    tencent.next = tencentError('InternalError.Timeout')
    expect(await onTencent().send(outgoing(), soon())).toMatchObject({ state: 'unknown' })
    tencent.next = { status: 502, body: 'bad gateway' }
    expect(await onTencent().send(outgoing(), soon())).toMatchObject({ state: 'unknown' })
  })

  it('without an answer the next try asks the statuses first', async () => {
    tencent.next = 'hang'
    expect(await onTencent().send(outgoing(), AbortSignal.timeout(300))).toMatchObject({ state: 'unknown' })
    expect(tencent.asked.SendSms).toBe(1)
    tencent.next = undefined
    expect(await onTencent().send(outgoing({ attempt: 2 }), soon())).toEqual({ state: 'accepted', providerId: 'S-1' })
    expect(tencent.delivered).toHaveLength(1)
  })

  it('before the operator has reported, the provider knows of nothing: a second SMS is what we accept', async () => {
    tencent.next = 'hang'
    tencent.reported = false
    await onTencent().send(outgoing(), AbortSignal.timeout(300))
    tencent.next = undefined
    await onTencent().send(outgoing({ attempt: 2 }), soon())
    expect(tencent.delivered.map(({ session }) => session)).toEqual([outgoing().id, outgoing().id])
  })

  it('a closed port is no unknown', async () => {
    const closed = await onTencent('secret-key', 'http://127.0.0.1:9').send(outgoing(), soon())
    expect(closed).toMatchObject({ state: 'refused', kind: 'system', permanent: false })
  })
})
