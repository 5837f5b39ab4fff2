import type { ChannelSettings } from '@changhui/contract/channels'
import { smsLength, withOptOut } from '@changhui/rules/sms'
import type { ChannelAdapter, OutgoingMessage, RefusalKind, SendResult } from './channel.ts'
import { endpointParts } from './endpoint.ts'
import { fillFields, isOneNumber, templateFor } from './fill.ts'
import { kindOf, messageOf, neverLeft, refused, unknown, untilAborted } from './results.ts'

export type TencentSettings = Extract<ChannelSettings, { provider: 'tencent' }>

/** Codes of SendSms (cloud.tencent.com 382/59177) and of the gateway before it. */
const codes: readonly (readonly [RegExp, RefusalKind])[] = [
  [/PhoneNumberInBlacklist|IncorrectPhoneNumber|PhoneNumberParseFail|ContainUnsupportedCountry/, 'recipient'],
  [/^LimitExceeded|^RequestLimitExceeded/, 'limit'],
  [
    /ContainSensitiveWord|RequestMarketingHours|TemplateParameterLengthLimit|MessageContentInIllegal|ProhibitedUseUrl/,
    'content',
  ],
  [
    /SignatureIncorrectOrUnapproved|TemplateIncorrectOrUnapproved|TemplateParameterFormatError|TemplateUnapproved|^InvalidParameter/,
    'template',
  ],
  [
    /InsufficientBalance|^AuthFailure|^UnauthorizedOperation|AppIdMismatch|^MissingParameter|^ResourceUnavailable/,
    'account',
  ],
  [/^InternalError|Timeout/, 'system'],
]

const load = () => import('tencentcloud-sdk-nodejs-sms')
type Client = InstanceType<Awaited<ReturnType<typeof load>>['sms']['v20210111']['Client']>

/**
 * Tencent Cloud SMS (SendSms, signed TC3-HMAC-SHA256 by the SDK). It has no idempotency key: the message's id travels as
 * SessionContext, and a second try asks for the phone's statuses first. Those come only once the operator has told one and where Tencent has
 * opened SessionContext for the account, so a message that timed out and is tried again at once may arrive twice.
 */
export function tencentAdapter(settings: TencentSettings, secretKey: string, nowSeconds: () => number): ChannelAdapter {
  let opened: Promise<Client> | undefined
  const open = async () => {
    const { sms } = await load()
    const { host, protocol } = endpointParts(settings.endpoint, 'sms.tencentcloudapi.com')
    return new sms.v20210111.Client({
      credential: { secretId: settings.secretId, secretKey },
      region: settings.region,
      profile: { httpProfile: { endpoint: host, protocol: `${protocol}://`, reqTimeout: 10 } },
    })
  }
  return {
    key: 'tencent',
    channel: 'sms',
    send: async (message, signal) => {
      if (!isOneNumber(message.recipient)) return refused('recipient', 'no-number', '不是手机号码 / not a phone number')
      const line = templateFor(message, settings.templates)
      if (!line)
        return refused('settings', 'no-template', '未配置对应的短信模板 / no template of the provider is set up')
      const body = message.purpose === 'marketing' ? withOptOut(message.body, 'tencent') : message.body
      try {
        opened ??= open()
        const client = await opened
        if (message.attempt > 1) {
          const before = await alreadySent(client, settings, message, nowSeconds(), signal)
          if (before) return before
        }
        const answer = await untilAborted(
          client.SendSms({
            PhoneNumberSet: [international(message.recipient)],
            SmsSdkAppId: settings.appId,
            SignName: settings.signature,
            TemplateId: line.code,
            TemplateParamSet: fillFields(message, line, body).map(([, value]) => value),
            SessionContext: message.id,
          }),
          signal,
        )
        const { Code = '', Message = '', SerialNo = '', Fee } = answer.SendStatusSet?.[0] ?? {}
        const segments = Fee || smsLength(body, settings.signature).segments
        if (Code === 'Ok') return { state: 'accepted', providerId: SerialNo, segments }
        return refused(kindOf(Code, codes) ?? 'content', Code, Message)
      } catch (error) {
        return failure(error)
      }
    },
  }
}

const international = (phone: string) => (/^1\d{10}$/.test(phone) ? `+86${phone}` : phone)

function failure(error: unknown): SendResult {
  if (neverLeft(error)) return refused('system', 'unreachable', messageOf(error))
  const { code } = error as { code?: string }
  // without a code nobody answered, or no API did
  if (!code) return unknown(messageOf(error))
  const kind = kindOf(code, codes) ?? 'account'
  return kind === 'system' ? unknown(`${code}: ${messageOf(error)}`) : refused(kind, code, messageOf(error))
}

async function alreadySent(
  client: Client,
  settings: TencentSettings,
  message: OutgoingMessage,
  now: number,
  signal: AbortSignal,
): Promise<SendResult | undefined> {
  const asked = client.PullSmsSendStatusByPhoneNumber({
    PhoneNumber: international(message.recipient),
    SmsSdkAppId: settings.appId,
    BeginTime: now - 24 * 3600,
    EndTime: now,
    Offset: 0,
    Limit: 100,
  })
  try {
    const { PullSmsSendStatusSet = [] } = await untilAborted(asked, signal)
    const known = PullSmsSendStatusSet.find(({ SessionContext }) => SessionContext === message.id)
    return known ? { state: 'accepted', providerId: known.SerialNo ?? message.id } : undefined
  } catch (error) {
    // an account without the right to ask must still be able to send
    if ((error as { code?: string }).code) return undefined
    throw error
  }
}
