import type { ChannelSettings } from '@changhui/contract/channels'
import type { AccessToken, FreshToken } from './access-token.ts'
import type { ChannelAdapter, OutgoingMessage, RefusalKind, SendResult } from './channel.ts'
import { reserveCredits, type Wanted } from './credits.ts'
import { fillFields, templateFor } from './fill.ts'
import { askJson } from './http-json.ts'
import { kindOf, messageOf, neverLeft, refused, unknown } from './results.ts'

export type WechatSettings = Extract<ChannelSettings, { provider: 'wechat' }>

const publicAddress = 'https://api.weixin.qq.com'

/** A day: the customer stands at the desk, or gets the code sent. The provider takes 30 at most. */
const CODE_SECONDS = 86_400

/** The account's token is gone: fetched anew once, then tried again. */
const expired = new Set(['40001', '40014', '42001'])

/** Global return codes of the official account. */
const codes: readonly (readonly [RegExp, RefusalKind])[] = [
  [/^(40003|43004|43101|43019|43108|40165)$/, 'recipient'],
  [/^(45009|45011|45047|45064|43116)$/, 'limit'],
  [/^(45166|87014|45002|47003)$/, 'content'],
  [/^(40037|41028|41029|41030|40036|20013|45008)$/, 'template'],
  [/^(40001|40013|40014|40125|40164|42001|48001|48004|50001|50002|61004|89503|40243)$/, 'account'],
  [/^-1$/, 'system'],
]

/** Asks the provider for the account's token; `forced` only when the one it gave last is refused (20 times a day). */
export function fetchWechatToken(
  settings: WechatSettings,
  appSecret: string,
): (forced: boolean) => Promise<FreshToken> {
  return async (forced) => {
    const body = { grant_type: 'client_credential', appid: settings.appId, secret: appSecret, force_refresh: forced }
    const url = new URL('/cgi-bin/stable_token', settings.endpoint || publicAddress)
    const answer = await askJson(url, body, AbortSignal.timeout(8_000))
    if (typeof answer.access_token === 'string')
      return { token: answer.access_token, seconds: Number(answer.expires_in) || 7_200 }
    throw new TokenRefused(String(answer.errcode), String(answer.errmsg))
  }
}

/** What sending tells the ledger of subscriptions. */
export interface SubscriptionLedger {
  /** The provider knows of none left where we thought there was one. */
  nothingLeft(wanted: Wanted): Promise<void>
  /** The message was refused for good: its subscription is still there. */
  notUsed(wanted: Wanted): Promise<void>
}

/** The provider gave no token. */
export class TokenRefused extends Error {
  override name = 'TokenRefused'
  readonly code: string
  constructor(code: string, reason: string) {
    super(reason)
    this.code = code
  }
}

/**
 * A WeChat official account: template messages, and one-time subscription messages paid with a credit each. Its idempotency key
 * (`client_msg_id`, ten minutes) holds for template messages; a subscription message sent twice finds the second credit missing (43101).
 */
export function wechatAdapter(
  settings: WechatSettings,
  accessToken: AccessToken,
  ledger: SubscriptionLedger,
): ChannelAdapter {
  const lineOf = (message: OutgoingMessage) => templateFor(message, settings.templates)
  return {
    key: 'wechat',
    channel: 'wechat',
    reserve: (scope, messages) =>
      reserveCredits(
        scope,
        messages.flatMap((message) => {
          const line = lineOf(message)
          if (line?.kind !== 'subscription') return []
          return [{ messageId: message.id, openId: message.recipient, templateId: line.code }]
        }),
      ),
    send: async (message, signal) => {
      const line = lineOf(message)
      if (!line) return refused('settings', 'no-template', '未配置对应的微信模板 / no WeChat template is set up')
      const data = Object.fromEntries(fillFields(message, line, message.body).map(([name, value]) => [name, { value }]))
      const target = line.url ? { [line.kind === 'template' ? 'url' : 'page']: line.url } : {}
      const body = { touser: message.recipient, template_id: line.code, data, ...target }
      const path = line.kind === 'template' ? '/cgi-bin/message/template/send' : '/cgi-bin/message/subscribe/bizsend'
      const result = await sendWithToken(
        accessToken,
        expired,
        (token) => {
          const url = new URL(path, settings.endpoint || publicAddress)
          url.searchParams.set('access_token', token)
          return askJson(url, line.kind === 'template' ? { ...body, client_msg_id: message.id } : body, signal)
        },
        (answer) => ({ state: 'accepted', providerId: String(answer.msgid ?? message.id) }),
        codes,
      )
      if (result.state === 'refused' && result.permanent && line.kind === 'subscription') {
        const wanted = { messageId: message.id, openId: message.recipient, templateId: line.code }
        await (result.code === '43101' ? ledger.nothingLeft(wanted) : ledger.notUsed(wanted))
      }
      return result
    },
    followCode: async (scene, signal) => {
      const body = {
        expire_seconds: CODE_SECONDS,
        action_name: 'QR_STR_SCENE',
        action_info: { scene: { scene_str: scene } },
      }
      const made = await sendWithToken(
        accessToken,
        expired,
        (token) => {
          const url = new URL('/cgi-bin/qrcode/create', settings.endpoint || publicAddress)
          url.searchParams.set('access_token', token)
          return askJson(url, body, signal)
        },
        (answer) => ({ state: 'accepted', providerId: String(answer.url ?? '') }),
        codes,
      )
      return made.state === 'accepted' ? { state: 'made', address: made.providerId, seconds: CODE_SECONDS } : made
    },
  }
}

/** Sends with the account's token, once more with a fresh one when the provider says it has ended. */
export async function sendWithToken(
  accessToken: AccessToken,
  expiredCodes: ReadonlySet<string>,
  send: (token: string) => Promise<Record<string, unknown>>,
  accepted: (answer: Record<string, unknown>) => SendResult,
  table: readonly (readonly [RegExp, RefusalKind])[],
): Promise<SendResult> {
  let token: string
  try {
    token = await accessToken.get()
  } catch (error) {
    return noToken(error, table)
  }
  try {
    let answer = await send(token)
    if (expiredCodes.has(String(answer.errcode))) {
      try {
        token = await accessToken.get(token)
      } catch (error) {
        return noToken(error, table)
      }
      answer = await send(token)
    }
    const code = String(answer.errcode ?? 0)
    if (code === '0') return accepted(answer)
    return refused(kindOf(code, table) ?? 'content', code, String(answer.errmsg ?? ''))
  } catch (error) {
    if (neverLeft(error)) return refused('system', 'unreachable', messageOf(error))
    return unknown(messageOf(error))
  }
}

/** Without a token nothing was sent, whatever the reason. */
function noToken(error: unknown, table: readonly (readonly [RegExp, RefusalKind])[]): SendResult {
  if (!(error instanceof TokenRefused)) return refused('system', 'no-token', messageOf(error))
  return refused(kindOf(error.code, table) ?? 'account', error.code, error.message)
}
