import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type ProviderAnswer, type ProviderRequest, startProvider } from './provider.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Whether a request carries a TC3-HMAC-SHA256 signature of this key, by the provider's own description of it. */
function isSigned({ method, url, headers, body }: ProviderRequest, secretId: string, secretKey: string): boolean {
  const given =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/([\d-]+)\/(\w+)\/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, id, date = '', service = '', names = '', signature = ''] = given.exec(headers.authorization ?? '') ?? []
  const seconds = Number(headers['x-tc-timestamp'])
  if (id !== secretId || date !== new Date(seconds * 1000).toISOString().slice(0, 10)) return false
  const headerOf = (name: string) => (name === 'host' ? url.hostname : String(headers[name] ?? ''))
  const lines = names
    .split(';')
    .map((name) => `${name}:${headerOf(name)}\n`)
    .join('')
  const canonical = [method, url.pathname, url.search.slice(1), lines, names, sha256(body)].join('\n')
  const text = `TC3-HMAC-SHA256\n${seconds}\n${date}/${service}/tc3_request\n${sha256(canonical)}`
  const own = hmac(hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request'), text)
  return timingSafeEqual(own, Buffer.from(signature, 'hex'))
}

interface Delivered {
  readonly phone: string
  readonly sign: string
  readonly template: string
  readonly params: string[]
  readonly session: string
}

export interface TencentServer {
  readonly url: string
  readonly delivered: Delivered[]
  readonly asked: Record<string, number>
  next: ProviderAnswer | undefined
  /** Whether the operator has told how it went, so that the statuses know of it. */
  reported: boolean
  stop(): Promise<void>
}

/** Tencent's SMS service: checks the signature, delivers, and tells statuses once the operator did. */
export async function startTencent(secretId: string, secretKey: string): Promise<TencentServer> {
  const state: Omit<TencentServer, 'url' | 'stop'> = { delivered: [], asked: {}, next: undefined, reported: true }
  const { url, stop } = await startProvider((request) => {
    const action = String(request.headers['x-tc-action'])
    state.asked[action] = (state.asked[action] ?? 0) + 1
    if (!isSigned(request, secretId, secretKey)) return tencentError('AuthFailure.SignatureFailure')
    const asked = JSON.parse(request.body) as Record<string, unknown>
    if (action === 'PullSmsSendStatusByPhoneNumber') {
      const found = state.reported ? state.delivered.filter(({ phone }) => phone === asked.PhoneNumber) : []
      const PullSmsSendStatusSet = found.map(({ session }, at) => ({
        SerialNo: `S-${at + 1}`,
        SessionContext: session,
      }))
      return { body: { Response: { PullSmsSendStatusSet, RequestId: 'R-1' } } }
    }
    if (state.next && state.next !== 'hang') return state.next
    const [phone = ''] = asked.PhoneNumberSet as string[]
    state.delivered.push({
      phone,
      sign: String(asked.SignName),
      template: String(asked.TemplateId),
      params: asked.TemplateParamSet as string[],
      session: String(asked.SessionContext),
    })
    return state.next ?? tencentStatus('Ok', `S-${state.delivered.length}`)
  })
  return Object.assign(state, { url, stop })
}

export const tencentError = (Code: string): ProviderAnswer => ({
  body: { Response: { Error: { Code, Message: Code }, RequestId: 'R-1' } },
})

export const tencentStatus = (Code: string, SerialNo = ''): ProviderAnswer => ({
  body: { Response: { SendStatusSet: [{ SerialNo, Fee: 1, Code, Message: Code }], RequestId: 'R-1' } },
})
