import { type ProviderAnswer, type ProviderRequest, startProvider } from './provider.ts'

interface Accounts {
  readonly wechat?: { appId: string; appSecret: string }
  readonly wecom?: { corpId: string; corpSecret: string }
}

export interface WeixinServer {
  readonly url: string
  readonly delivered: { path: string; body: Record<string, unknown>; id: string }[]
  /** Tokens handed out so far; the last one is in force. */
  readonly tokens: string[]
  /** How the next sending answers, once. */
  next: ProviderAnswer | undefined
  /** The token in force ends, as when somebody else fetched one. */
  expire(): void
  stop(): Promise<void>
}

/** WeChat's and WeCom's servers: a token for the right secret, messages for the right token, one message for each idempotency key. */
export async function startWeixin({ wechat, wecom }: Accounts): Promise<WeixinServer> {
  let valid = ''
  const state: Omit<WeixinServer, 'url' | 'stop' | 'expire'> = { delivered: [], tokens: [], next: undefined }
  const failed = (errcode: number, errmsg: string): ProviderAnswer => ({ body: { errcode, errmsg } })
  const granted = (again: boolean): ProviderAnswer => {
    // asked again it gives the same token, unless it is told that one is of no use any more
    if (!valid || !again) {
      valid = `token-${state.tokens.length + 1}`
      state.tokens.push(valid)
    }
    return { body: { access_token: valid, expires_in: 7200, errcode: 0 } }
  }
  function token({ url, body }: ProviderRequest): ProviderAnswer | undefined {
    if (url.pathname === '/cgi-bin/stable_token') {
      const asked = JSON.parse(body) as { appid: string; secret: string; force_refresh?: boolean }
      if (asked.appid !== wechat?.appId) return failed(40013, 'invalid appid')
      if (asked.secret !== wechat.appSecret) return failed(40125, 'invalid appsecret')
      return granted(!asked.force_refresh)
    }
    if (url.pathname !== '/cgi-bin/gettoken') return undefined
    if (url.searchParams.get('corpid') !== wecom?.corpId) return failed(40013, 'invalid corpid')
    if (url.searchParams.get('corpsecret') !== wecom?.corpSecret) return failed(40001, 'invalid credential')
    return granted(true)
  }
  const { url, stop } = await startProvider((request) => {
    const asked = token(request)
    if (asked) return asked
    const path = request.url.pathname
    if (!valid || request.url.searchParams.get('access_token') !== valid) return failed(42001, 'access_token expired')
    const now = state.next
    state.next = undefined
    if (now && now !== 'hang') return now
    const body = JSON.parse(request.body) as Record<string, unknown>
    if (path === '/cgi-bin/qrcode/create') {
      const { scene_str: scene } = (body.action_info as { scene: { scene_str: string } }).scene
      const address = `http://weixin.qq.com/q/${scene}`
      return { body: { ticket: 'gQH', expire_seconds: body.expire_seconds, url: address } }
    }
    const key = String(
      body.client_msg_id ?? (body.enable_duplicate_check ? JSON.stringify(body) : state.delivered.length),
    )
    const before = state.delivered.find((one) => one.path === path && one.id === key)
    if (!before) state.delivered.push({ path, body, id: key })
    // nineteen digits, as they are today
    return now ?? { body: `{"errcode":0,"errmsg":"ok","msgid":387216847138471936${state.delivered.length % 10}}` }
  })
  return Object.assign(state, {
    url,
    stop,
    expire: () => {
      valid = ''
    },
  })
}
