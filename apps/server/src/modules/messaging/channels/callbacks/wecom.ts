import type { Scope } from '../../../../platform/scope.ts'
import { noteAddress } from '../followers.ts'
import { type Callback, refusedCall } from './callback.ts'
import { isWeixinSigned, openWeixin } from './weixin-signature.ts'
import { happenedAt, takeText } from './weixin-text.ts'
import { readWeixinXml, type WeixinXml } from './xml.ts'

/** WeCom's callback: always encrypted, its address checked by GET, texts and events by POST. */
export const wecomCallback: Callback = ({ method, query, body, secret, account }) => {
  if (account.settings.provider !== 'wecom') return refusedCall(403, 'signature')
  if (method !== 'GET' && method !== 'POST') return refusedCall(405, 'POST')
  const token = secret('callbackToken')
  const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? '']
  const encrypted = method === 'GET' ? query.get('echostr') : readWeixinXml(body)?.fields.Encrypt
  if (!token || !encrypted || !isWeixinSigned(query.get('msg_signature'), token, timestamp, nonce, encrypted))
    return refusedCall(403, 'signature')
  const plain = openWeixin(secret('encodingAesKey'), encrypted, account.settings.corpId)
  if (plain === undefined) return refusedCall(403, 'signature')
  if (method === 'GET') return { type: 'text/plain', body: plain.slice(0, 200) }
  const xml = readWeixinXml(plain)
  const userId = xml?.fields.FromUserName
  if (!xml || !userId || userId.length > 64) return refusedCall(400, 'XML')
  return { type: 'text/plain', body: '', work: (scope) => takeEvent(scope, userId, xml) }
}

async function takeEvent(scope: Scope, userId: string, { fields }: WeixinXml): Promise<void> {
  const at = happenedAt(scope, fields)
  if (fields.MsgType === 'text') return takeText(scope, 'wecom', userId, fields, at)
  if (fields.MsgType !== 'event') return
  if (fields.Event === 'subscribe' || fields.Event === 'unsubscribe')
    await noteAddress(scope, { channel: 'wecom', address: userId, reachable: fields.Event === 'subscribe' }, at)
}
