import type { Scope } from '../../../../platform/scope.ts'
import { recordReceipt } from '../../service.ts'
import { grantCredit, voidCredits } from '../credits.ts'
import { noteAddress } from '../followers.ts'
import { type Callback, type CallbackRequest, refusedCall } from './callback.ts'
import { isWeixinSigned, openWeixin } from './weixin-signature.ts'
import { happenedAt, takeText } from './weixin-text.ts'
import { readWeixinXml, type WeixinXml } from './xml.ts'

/** The official account's server callback: plain and encrypted, the check of the address by GET, events and texts by POST. */
export const wechatCallback: Callback = (request) => {
  const { method, query, secret } = request
  const token = secret('callbackToken')
  const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? '']
  if (!token || !isWeixinSigned(query.get('signature'), token, timestamp, nonce)) return refusedCall(403, 'signature')
  if (method === 'GET') return { type: 'text/plain', body: (query.get('echostr') ?? '').slice(0, 200) }
  if (method !== 'POST') return refusedCall(405, 'POST')
  const plain = query.get('encrypt_type') === 'aes' ? decrypted(request, token, timestamp, nonce) : request.body
  if (plain === undefined) return refusedCall(403, 'signature')
  const xml = readWeixinXml(plain)
  const openId = xml?.fields.FromUserName
  if (!xml || !openId || openId.length > 64) return refusedCall(400, 'XML')
  return { type: 'text/plain', body: 'success', work: (scope) => takeEvent(scope, openId, xml) }
}

function decrypted(
  { body, query, secret, account }: CallbackRequest,
  token: string,
  timestamp: string,
  nonce: string,
): string | undefined {
  const encrypted = readWeixinXml(body)?.fields.Encrypt
  if (!encrypted || account.settings.provider !== 'wechat') return undefined
  if (!isWeixinSigned(query.get('msg_signature'), token, timestamp, nonce, encrypted)) return undefined
  return openWeixin(secret('encodingAesKey'), encrypted, account.settings.appId)
}

const uuid = /^(?:qrscene_)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i

async function takeEvent(scope: Scope, openId: string, { fields, lists }: WeixinXml): Promise<void> {
  const at = happenedAt(scope, fields)
  if (fields.MsgType === 'text') return takeText(scope, 'wechat', openId, fields, at)
  if (fields.MsgType !== 'event') return
  switch (fields.Event) {
    case 'subscribe':
    case 'SCAN': {
      // a QR code made for a customer carries the customer's id
      const customerId = uuid.exec(fields.EventKey ?? '')?.[1]
      await noteAddress(scope, { channel: 'wechat', address: openId, reachable: true, customerId }, at)
      return
    }
    case 'unsubscribe':
      await noteAddress(scope, { channel: 'wechat', address: openId, reachable: false }, at)
      return
    case 'TEMPLATESENDJOBFINISH':
      await receipt(scope, fields.MsgID, fields.Status === 'success', fields.Status ?? '', at)
      return
    case 'subscribe_msg_popup_event':
      for (const { TemplateId = '', SubscribeStatusString } of lists)
        if (TemplateId && SubscribeStatusString === 'accept')
          await grantCredit(scope, openId, TemplateId.slice(0, 120), `${Number(fields.CreateTime)}`)
      return
    case 'subscribe_msg_change_event':
      for (const { TemplateId = '', SubscribeStatusString } of lists)
        if (TemplateId && SubscribeStatusString === 'reject')
          await voidCredits(scope, openId, TemplateId, `${Number(fields.CreateTime)}`)
      return
    case 'subscribe_msg_sent_event':
      for (const { MsgID, ErrorCode, ErrorStatus = '' } of lists)
        await receipt(scope, MsgID, ErrorCode === '0', ErrorStatus, at)
      return
  }
}

async function receipt(
  scope: Scope,
  providerId: string | undefined,
  arrived: boolean,
  status: string,
  at: Temporal.Instant,
): Promise<void> {
  if (!providerId) return
  const state = arrived ? 'delivered' : 'failed'
  await recordReceipt(scope, { provider: 'wechat', providerId, state, code: status.slice(0, 60), reason: status, at })
}
