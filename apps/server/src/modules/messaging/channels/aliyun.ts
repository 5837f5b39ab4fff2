import { createRequire } from 'node:module'
import type { ChannelSettings } from '@changhui/contract/channels'
import { smsLength, withOptOut } from '@changhui/rules/sms'
import type { ChannelAdapter, OutgoingMessage, RefusalKind, SendResult } from './channel.ts'
import { endpointParts } from './endpoint.ts'
import { fillFields, isOneNumber, templateFor } from './fill.ts'
import { kindOf, messageOf, neverLeft, refused, unknown, untilAborted } from './results.ts'

export type AliyunSettings = Extract<ChannelSettings, { provider: 'aliyun' }>

/** Codes of SendSms (help.aliyun.com 101346) and of the gateway before it. */
const codes: readonly (readonly [RegExp, RefusalKind])[] = [
  [
    /^isv\.(MOBILE_NUMBER_ILLEGAL|MOBILE_COUNT_OVER_LIMIT|DOMESTIC_NUMBER_NOT_SUPPORTED|BLACKLIST|UNSUBSCRIBE)/,
    'recipient',
  ],
  [/^isv\.(BUSINESS_LIMIT_CONTROL|DAY_LIMIT_CONTROL|MONTH_LIMIT_CONTROL|SMS_TEST_SIGN_TEMPLATE_LIMIT)/, 'limit'],
  [/^Throttling/, 'limit'],
  [/^isv\.(SMS_CONTENT|BLACK_KEY|PARAM_NOT_SUPPORT_URL|PARAM_LENGTH_LIMIT|CONTENT_)/, 'content'],
  [/^isv\.(SMS_(TEMPLATE|SIGN)|TEMPLATE_|INVALID_JSON_PARAM|INVALID_PARAMETERS|ERROR_EMPTY|SIGN_)/, 'template'],
  [/^isv\.(AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE|PRODUCT_|ACCOUNT_|DENY_IP_RANGE)/, 'account'],
  [
    /^(isp\.RAM_PERMISSION_DENY|SignatureDoesNotMatch|InvalidAccessKeyId|Forbidden|InvalidTimeStamp|IncompleteSignature)/,
    'account',
  ],
  [/^isp\./, 'system'],
]

type Sdk = typeof import('@alicloud/dysmsapi20170525')
type Client = InstanceType<Sdk['default']>

/**
 * Aliyun SMS (SendSms, signed ACS3-HMAC-SHA256 by the SDK). It has no idempotency key, so the message's id travels as OutId and
 * a second try asks QuerySendDetails first: what it finds there is not sent again. `today` is the day in China, `2026-11-21`.
 */
export function aliyunAdapter(settings: AliyunSettings, accessKeySecret: string, today: () => string): ChannelAdapter {
  let opened: Promise<{ sdk: Sdk; client: Client }> | undefined
  const open = async () => {
    // read when the first message goes out (44 MB, 0.2 s, which nobody without it need pay); a plain require, since bundlers and
    // Node do not agree on what `default` of such a module is
    const sdk = createRequire(import.meta.url)('@alicloud/dysmsapi20170525') as Sdk
    const { host, protocol } = endpointParts(settings.endpoint, 'dysmsapi.aliyuncs.com')
    const config = { accessKeyId: settings.accessKeyId, accessKeySecret, endpoint: host, protocol, ...timeouts }
    return { sdk, client: new sdk.default(config as unknown as ConstructorParameters<Sdk['default']>[0]) }
  }
  return {
    key: 'aliyun',
    channel: 'sms',
    send: async (message, signal) => {
      if (!isOneNumber(message.recipient)) return refused('recipient', 'no-number', '不是手机号码 / not a phone number')
      const line = templateFor(message, settings.templates)
      if (!line)
        return refused('settings', 'no-template', '未配置对应的短信模板 / no template of the provider is set up')
      const body = message.purpose === 'marketing' ? withOptOut(message.body, 'aliyun') : message.body
      try {
        opened ??= open()
        const { sdk, client } = await opened
        if (message.attempt > 1) {
          const before = await untilAborted(alreadySent(sdk, client, message, today()), signal)
          if (before) return before
        }
        const request = new sdk.SendSmsRequest({
          phoneNumbers: message.recipient,
          signName: settings.signature,
          templateCode: line.code,
          templateParam: JSON.stringify(Object.fromEntries(fillFields(message, line, body))),
          outId: message.id,
        })
        const { body: answer } = await untilAborted(client.sendSms(request), signal)
        const { code = '', message: reason = '' } = answer ?? {}
        // receipts carry the OutId: known even of a message whose own answer was lost
        const { segments } = smsLength(body, settings.signature)
        if (code === 'OK') return { state: 'accepted', providerId: message.id, segments }
        return refused(kindOf(code, codes) ?? 'content', code, reason)
      } catch (error) {
        return failure(error)
      }
    },
  }
}

const timeouts = { connectTimeout: 5_000, readTimeout: 10_000 }

/** What the gateway answered with an error status, or nothing at all. */
function failure(error: unknown): SendResult {
  if (neverLeft(error)) return refused('system', 'unreachable', messageOf(error))
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  // an answer of 5xx does not say whether the message was taken
  if (typeof statusCode !== 'number' || statusCode >= 500) return unknown(messageOf(error))
  return refused(kindOf(code ?? '', codes) ?? 'account', code ?? String(statusCode), messageOf(error))
}

/** SendStatus of QuerySendDetails: 1 waits for the operator, 2 failed, 3 arrived. One that failed may be sent again. */
const FAILED = 2

async function alreadySent(
  sdk: Sdk,
  client: Client,
  message: OutgoingMessage,
  today: string,
): Promise<SendResult | undefined> {
  const request = new sdk.QuerySendDetailsRequest({
    phoneNumber: message.recipient,
    sendDate: today.replaceAll('-', ''),
    pageSize: 50,
    currentPage: 1,
  })
  const { body } = await client.querySendDetails(request).catch((error: { statusCode?: number }) => {
    // a key without the right to ask must still be able to send
    if ((error.statusCode ?? 500) < 500) return { body: undefined }
    throw error
  })
  const known = body?.smsSendDetailDTOs?.smsSendDetailDTO?.some(
    ({ outId, sendStatus }) => outId === message.id && sendStatus !== FAILED,
  )
  return known ? { state: 'accepted', providerId: message.id } : undefined
}
