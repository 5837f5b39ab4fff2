import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type ProviderAnswer, type ProviderRequest, startProvider } from './provider.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** Whether a request carries an ACS3-HMAC-SHA256 signature of this key, by the provider's own description of it. */
function isSigned({ method, url, headers, body }: ProviderRequest, keyId: string, secret: string): boolean {
  const given = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  )
  const [, id, names = '', signature = ''] = given ?? []
  if (id !== keyId || headers['x-acs-content-sha256'] !== sha256(body)) return false
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
  const signed = names.split(';')
  const lines = signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('')
  const hashed = String(headers['x-acs-content-sha256'])
  const canonical = [method, url.pathname, query.join('&'), lines, signed.join(';'), hashed].join('\n')
  const own = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest()
  return timingSafeEqual(own, Buffer.from(signature, 'hex'))
}

export interface AliyunServer {
  readonly url: string
  /** What was delivered, in order. */
  readonly delivered: { phone: string; sign: string; template: string; params: Record<string, string>; outId: string }[]
  /** Requests by action. */
  readonly asked: Record<string, number>
  /** How SendSms answers from now on. `hang` delivers without an answer. */
  next: ProviderAnswer | undefined
  /** OutIds of messages the operator did not deliver. */
  readonly failed: Set<string>
  /** Whether the key has the right to ask what was sent. */
  mayAsk: boolean
  stop(): Promise<void>
}

/** Aliyun's SMS service: checks the signature, delivers, and knows what it delivered. */
export async function startAliyun(keyId: string, secret: string): Promise<AliyunServer> {
  const state: Omit<AliyunServer, 'url' | 'stop'> = {
    delivered: [],
    asked: {},
    next: undefined,
    failed: new Set(),
    mayAsk: true,
  }
  const error = (status: number, Code: string) => ({ status, body: { Code, Message: Code, RequestId: 'R-1' } })
  const { url, stop } = await startProvider((request) => {
    const action = String(request.headers['x-acs-action'])
    state.asked[action] = (state.asked[action] ?? 0) + 1
    if (request.headers['x-acs-version'] !== '2017-05-25') return error(404, 'InvalidVersion')
    if (!isSigned(request, keyId, secret)) return error(400, 'SignatureDoesNotMatch')
    const asked = (name: string) => request.url.searchParams.get(name) ?? ''
    if (action === 'QuerySendDetails') {
      if (!state.mayAsk) return error(403, 'Forbidden.RAM')
      const found = state.delivered.filter(({ phone }) => phone === asked('PhoneNumber'))
      const SmsSendDetailDTO = found.map(({ phone, outId }) => ({
        PhoneNum: phone,
        OutId: outId,
        SendStatus: state.failed.has(outId) ? 2 : 1,
      }))
      return { body: { Code: 'OK', TotalCount: found.length, SmsSendDetailDTOs: { SmsSendDetailDTO } } }
    }
    if (state.next && state.next !== 'hang') return state.next
    state.delivered.push({
      phone: asked('PhoneNumbers'),
      sign: asked('SignName'),
      template: asked('TemplateCode'),
      params: JSON.parse(asked('TemplateParam')) as Record<string, string>,
      outId: asked('OutId'),
    })
    return state.next ?? { body: { Code: 'OK', Message: 'OK', BizId: `B-${state.delivered.length}`, RequestId: 'R-1' } }
  })
  return Object.assign(state, { url, stop })
}
