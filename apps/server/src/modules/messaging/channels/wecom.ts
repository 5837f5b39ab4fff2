import type { ChannelSettings } from '@changhui/contract/channels'
import type { AccessToken, FreshToken } from './access-token.ts'
import type { ChannelAdapter, RefusalKind } from './channel.ts'
import { askJson } from './http-json.ts'
import { refused } from './results.ts'
import { sendWithToken, TokenRefused } from './wechat.ts'

export type WecomSettings = Extract<ChannelSettings, { provider: 'wecom' }>

const publicAddress = 'https://qyapi.weixin.qq.com'
const expired = new Set(['40014', '42001', '41001'])

/** Global error codes of WeCom (developer.work.weixin.qq.com/document/path/90313). */
const codes: readonly (readonly [RegExp, RefusalKind])[] = [
  [/^(40003|60111|60121|81013|84061|46004)$/, 'recipient'],
  [/^(45009|45024|45033|45026|40096)$/, 'limit'],
  [/^(44004|45002|40058|40008|45008)$/, 'content'],
  [/^(40001|40013|40014|40056|42001|48002|48004|50001|60011|60020|301002|301021|41001|41011)$/, 'account'],
  [/^(-1|-22|80001)$/, 'system'],
]
/** The longest text of an application message in bytes; what is beyond would be cut off silently. */
const longest = 2_048
/** The provider drops the same text to the same person within this time: the longest it offers. */
const duplicateSeconds = 14_400

/** A member, not several and not everybody (`@all`). */
const oneMember = /^(?!@all$)[\w.@-]{1,64}$/i

export function fetchWecomToken(settings: WecomSettings, corpSecret: string): () => Promise<FreshToken> {
  return async () => {
    const url = new URL('/cgi-bin/gettoken', settings.endpoint || publicAddress)
    url.search = new URLSearchParams({ corpid: settings.corpId, corpsecret: corpSecret }).toString()
    const answer = await askJson(url, undefined, AbortSignal.timeout(8_000))
    if (typeof answer.access_token === 'string')
      return { token: answer.access_token, seconds: Number(answer.expires_in) || 7_200 }
    throw new TokenRefused(String(answer.errcode), String(answer.errmsg))
  }
}

/**
 * Messages of a WeCom application (企业微信应用消息) to the user ids its visible range knows. It has no idempotency key: the provider's
 * own check for the same text to the same person within four hours is switched on for every message.
 */
export function wecomAdapter(settings: WecomSettings, accessToken: AccessToken): ChannelAdapter {
  return {
    key: 'wecom',
    channel: 'wecom',
    send: async (message, signal) => {
      if (!oneMember.test(message.recipient)) return refused('recipient', 'no-member', '不是成员账号 / not a user id')
      const content = message.subject ? `${message.subject}\n${message.body}` : message.body
      if (Buffer.byteLength(content) > longest)
        return refused('content', 'too-long', '超过 2048 字节 / longer than 2048 bytes')
      return sendWithToken(
        accessToken,
        expired,
        (token) => {
          const url = new URL('/cgi-bin/message/send', settings.endpoint || publicAddress)
          url.searchParams.set('access_token', token)
          const body = {
            touser: message.recipient,
            msgtype: 'text',
            agentid: settings.agentId,
            text: { content },
            enable_duplicate_check: 1,
            duplicate_check_interval: duplicateSeconds,
          }
          return askJson(url, body, signal)
        },
        (answer) =>
          answer.invaliduser || answer.unlicenseduser
            ? refused('recipient', 'invaliduser', `成员不在应用可见范围 / not in the application's visible range`)
            : { state: 'accepted', providerId: String(answer.msgid ?? message.id) },
        codes,
      )
    },
  }
}
