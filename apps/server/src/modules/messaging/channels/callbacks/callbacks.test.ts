import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { ChannelSettings } from '@changhui/contract/channels'
import { encrypt } from '@wecom/crypto'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sealOf } from '../../../../platform/auth/seal.ts'
import { loadConfig } from '../../../../platform/config.ts'
import { openDb } from '../../../../platform/db.ts'
import { testDatabase } from '../../../../platform/testing/test-database.ts'
import { messageStore, provider } from '../../testing.ts'
import { addAccount, removeAccount } from '../accounts.ts'
import { callbackPath, leaveMark } from '../callback-address.ts'
import type { ChannelAdapter } from '../channel.ts'
import { creditsOf } from '../credits.ts'
import { createCallbacks } from './answer.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-callbacks-'))
const config = loadConfig({ CHANGHUI_DATA: folder }, folder)
const stage = await messageStore(await testDatabase(), 'CALLBACK')
const { pool, clock, store, scoped, rows } = stage
const platform = { config, pool, db: openDb(pool), clock }
const seal = sealOf(config)
const answer = createCallbacks(platform)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const callbackToken = 'callback-token'
const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const all: Record<string, { settings: ChannelSettings; secrets: Record<string, string> }> = {
  aliyun: {
    settings: { provider: 'aliyun', accessKeyId: 'k', signature: 's', endpoint: '', templates: [] },
    secrets: { accessKeySecret: 'x' },
  },
  tencent: {
    settings: {
      ...{ provider: 'tencent', secretId: 'k', appId: '1400000001', signature: 's', region: 'ap-guangzhou' },
      ...{ endpoint: '', templates: [] },
    },
    secrets: { secretKey: 'x' },
  },
  wechat: {
    settings: { provider: 'wechat', appId: 'wx-app', endpoint: '', templates: [] },
    secrets: { appSecret: 'x', callbackToken, encodingAesKey },
  },
  wecom: {
    settings: { provider: 'wecom', corpId: 'corp', agentId: 1, endpoint: '' },
    secrets: { corpSecret: 'x', callbackToken, encodingAesKey },
  },
  smtp: {
    settings: {
      ...{ provider: 'smtp', host: 'mail.example.cn', port: 465, encryption: 'tls', username: '' },
      ...{ from: 'care@dealer.example', fromName: '', replyTo: '' },
    },
    secrets: {},
  },
}

const accounts: Record<string, string> = {}
async function pathOf(name: keyof typeof channelNames): Promise<string> {
  const { settings, secrets } = all[name] ?? { settings: undefined, secrets: {} }
  if (!settings) throw new Error(name)
  const common = { name, enabled: false, priority: 1, fenPerSegment: 0 }
  accounts[name] ??= (await scoped((scope) => addAccount(scope, config, { ...common, settings, secrets }))).id
  return callbackPath(seal, { provider: settings.provider, storeId: store.id, accountId: accounts[name] ?? '' })
}
const channelNames = { aliyun: 1, tencent: 1, wechat: 1, wecom: 1, smtp: 1 }

const call = (path: string, body?: unknown) =>
  answer(
    new Request(`http://localhost${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      body: typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body),
    }),
    { requestId: 'test' },
  )
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex')
const state = async (id: string) => (await stage.message(id))?.state

/** A message that was handed to this provider, which calls it `providerId`. */
async function sentBy(key: string, channel: 'sms' | 'wechat', providerId?: string) {
  const [customer = ''] = await stage.crowd(1)
  if (channel === 'wechat') {
    await pool.query(
      `INSERT INTO channel_address (store_id, channel, address, customer_id, changed_at) VALUES ($1, 'wechat', $2, $3, now())`,
      [store.id, `o-${customer}`, customer],
    )
  }
  const wish = stage.wish(customer, { channels: [channel] })
  await stage.queue(wish)
  const { adapter } = provider(channel, ({ id }) => ({ state: 'accepted', providerId: providerId ?? id }))
  const named: ChannelAdapter = { ...adapter, key }
  await stage.deliver([named])
  expect(await state(wish.id)).toBe('sent')
  return { id: wish.id, customer }
}

beforeEach(() => clock.set('2026-11-21T02:00:00Z'))

describe('an address nobody made', () => {
  it('is turned away: another token, another provider, another store, an account that is gone', async () => {
    const path = await pathOf('aliyun')
    expect((await call(path, [])).status).toBe(200)
    const token = path.split('/').at(-1) ?? ''
    const other = `${token.slice(0, 60)}${token[60] === 'A' ? 'B' : 'A'}${token.slice(61)}`
    for (const wrong of [path.replace(token, other), path.replace('aliyun', 'tencent'), `${path}/leave`, `${path}x`])
      expect([wrong, (await call(wrong, [])).status]).toEqual([wrong, 404])
    const gone = accounts.aliyun ?? ''
    await scoped((scope) => removeAccount(scope, gone))
    delete accounts.aliyun
    expect((await call(path, [])).status).toBe(404)
  })

  it('reads no more than half a megabyte, no other language and no other method', async () => {
    const path = await pathOf('tencent')
    expect((await call(path, 'x'.repeat(600_000))).status).toBe(413)
    for (const body of ['', '{', '[1]', '<xml>', JSON.stringify(Array(1_001).fill({}))])
      expect((await call(path, body)).status).toBe(400)
    expect((await call(path)).status).toBe(405)
  })
})

describe('Aliyun', () => {
  it('a failure of a message that was sent again by hand counts, though its code is the same', async () => {
    const path = await pathOf('aliyun')
    const { id } = await sentBy('aliyun', 'sms')
    const report = (bizId: string) =>
      call(path, [
        {
          phone_number: '13900000001',
          success: false,
          err_code: 'UNDELIV',
          err_msg: '失败',
          biz_id: bizId,
          out_id: id,
        },
      ])
    await report('11')
    expect(await state(id)).toBe('failed')
    // accepted once more under the same OutId
    await stage.rows(`UPDATE message SET state = 'sent', ended_at = NULL WHERE store_id = $1 AND id = $2`, id)
    await report('11')
    expect(await state(id)).toBe('sent')
    await report('12')
    expect(await state(id)).toBe('failed')
  })

  it('reports what became of a message, twice', async () => {
    const path = await pathOf('aliyun')
    const [good, bad] = [await sentBy('aliyun', 'sms'), await sentBy('aliyun', 'sms')]
    const report = { phone_number: '13900000001', send_time: '2026-11-21 10:00:01', report_time: '2026-11-21 10:00:09' }
    const body = [
      {
        ...report,
        success: true,
        err_code: 'DELIVERED',
        err_msg: '用户接收成功',
        sms_size: '1',
        biz_id: '1',
        out_id: good.id,
      },
      {
        ...report,
        success: false,
        err_code: 'MOBILE_ACCOUNT_ABNORMAL',
        err_msg: '号码状态异常',
        biz_id: '2',
        out_id: bad.id,
      },
    ]
    for (let times = 0; times < 2; times++) {
      const said = await call(path, body)
      expect([said.status, await said.json()]).toEqual([200, { code: 0, msg: 'OK' }])
    }
    expect([await state(good.id), await state(bad.id)]).toEqual(['delivered', 'failed'])
    expect((await stage.message(good.id))?.ended_at).toBe('2026-11-21T02:00:09Z')
    const told = await rows(
      "SELECT kind FROM timeline_event WHERE store_id = $1 AND customer_id = $2 AND kind = 'message.bad-address'",
      bad.customer,
    )
    expect(told).toHaveLength(1)
  })

  it('brings what people write back: 退订 ends it', async () => {
    const customer = await stage.person({ phone: '13911112222' })
    const up = {
      phone_number: '13911112222',
      send_time: '2026-11-21 10:05:00',
      content: ' 退订 ',
      sign_name: 's',
      dest_code: '1',
      sequence_id: 77,
    }
    for (let times = 0; times < 2; times++) expect((await call(await pathOf('aliyun'), [up])).status).toBe(200)
    const inbound = await rows(
      'SELECT body, opt_out FROM inbound_message WHERE store_id = $1 AND sender = $2',
      '13911112222',
    )
    expect(inbound).toMatchObject([{ opt_out: true }])
    const [one] = await rows<{ consents: Record<string, boolean> }>(
      'SELECT consents FROM customer WHERE store_id = $1 AND id = $2',
      customer,
    )
    expect(one?.consents.sms).toBe(false)
  })
})

describe('Tencent', () => {
  it('reports statuses and replies', async () => {
    const path = await pathOf('tencent')
    const { id } = await sentBy('tencent', 'sms', '2640:serial')
    const status = {
      user_receive_time: '2026-11-21 10:00:04',
      nationcode: '86',
      mobile: '13900000001',
      report_status: 'SUCCESS',
    }
    const said = await call(path, [
      { ...status, errmsg: 'DELIVRD', description: '用户短信送达成功', sid: '2640:serial' },
    ])
    expect(await said.json()).toEqual({ result: 0, errmsg: 'OK' })
    expect(await state(id)).toBe('delivered')
    await stage.person({ phone: '13911113333' })
    const reply = { extend: '1', mobile: '13911113333', nationcode: '86', sign: 's', text: 'TD', time: 1795226700 }
    for (let times = 0; times < 2; times++) expect((await call(path, reply)).status).toBe(200)
    expect(
      await rows('SELECT opt_out FROM inbound_message WHERE store_id = $1 AND sender = $2', '13911113333'),
    ).toEqual([{ opt_out: true }])
  })
})

const [timestamp, nonce] = ['1795226700', 'n-1']
const openId = 'oFollower1'
const event = (name: string, more = '') =>
  `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${openId}]]></FromUserName><CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${name}]]></Event>${more}</xml>`

describe('WeChat', () => {
  const signed = async (more: Record<string, string> = {}) => {
    const signature = sha1(callbackToken, timestamp, nonce)
    return `${await pathOf('wechat')}?${new URLSearchParams({ signature, timestamp, nonce, ...more })}`
  }
  const tell = async (xml: string) => {
    const said = await call(await signed(), xml)
    expect([said.status, await said.text()]).toEqual([200, 'success'])
  }
  const credits = () => scoped((scope) => creditsOf(scope, openId, 'SUB-1'))

  it('checks the address by a signed echo; anybody else is refused', async () => {
    const echo = await call(await signed({ echostr: '123456' }))
    expect([echo.status, await echo.text()]).toEqual([200, '123456'])
    const forged = (await signed()).replace(/signature=[0-9a-f]{4}/, 'signature=0000')
    expect((await call(forged, event('subscribe'))).status).toBe(403)
    expect((await call(await pathOf('wechat'), event('subscribe'))).status).toBe(403)
    expect((await call(await signed(), 'no xml')).status).toBe(400)
  })

  it('a follower who scanned a customer’s code is that customer; who leaves cannot be reached', async () => {
    const [customer = ''] = await stage.crowd(1)
    await tell(event('subscribe', `<EventKey><![CDATA[qrscene_${customer}]]></EventKey>`))
    const known = () =>
      rows('SELECT customer_id, reachable FROM channel_address WHERE store_id = $1 AND address = $2', openId)
    expect(await known()).toEqual([{ customer_id: customer, reachable: true }])
    await tell(event('unsubscribe'))
    expect(await known()).toEqual([{ customer_id: customer, reachable: false }])
    await tell(event('subscribe', '<EventKey>qrscene_019a0000-0000-7000-8000-ffffffffffff</EventKey>'))
    expect(await known()).toEqual([{ customer_id: customer, reachable: true }])
  })

  it('each accepted subscription is one credit, told twice or not; switching off voids them', async () => {
    const list = (id: string, status: string) =>
      `<List><TemplateId><![CDATA[${id}]]></TemplateId><SubscribeStatusString><![CDATA[${status}]]></SubscribeStatusString></List>`
    const popup = `<SubscribeMsgPopupEvent>${list('SUB-1', 'accept')}${list('SUB-2', 'reject')}</SubscribeMsgPopupEvent>`
    await tell(event('subscribe_msg_popup_event', popup))
    await tell(event('subscribe_msg_popup_event', popup))
    expect(await credits()).toBe(1)
    await tell(
      event(
        'subscribe_msg_change_event',
        `<SubscribeMsgChangeEvent>${list('SUB-1', 'reject')}</SubscribeMsgChangeEvent>`,
      ),
    )
    expect(await credits()).toBe(0)
  })

  it('tells when a template message has arrived, and when a subscription message has not', async () => {
    const [arrived, blocked] = [
      await sentBy('wechat', 'wechat', '3872168471384719361'),
      await sentBy('wechat', 'wechat', '9001'),
    ]
    await tell(event('TEMPLATESENDJOBFINISH', '<MsgID>3872168471384719361</MsgID><Status><![CDATA[success]]></Status>'))
    const sent =
      '<List><TemplateId>SUB-1</TemplateId><MsgID>9001</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>refuse</ErrorStatus></List>'
    await tell(event('subscribe_msg_sent_event', `<SubscribeMsgSentEvent>${sent}</SubscribeMsgSentEvent>`))
    expect([await state(arrived.id), await state(blocked.id)]).toEqual(['delivered', 'failed'])
  })

  it('understands encrypted calls, and only those made for it', async () => {
    const encrypted = (receiver: string) => encrypt(encodingAesKey, event('unsubscribe'), receiver)
    const send = async (text: string, key = callbackToken) => {
      const path = await signed({ encrypt_type: 'aes', msg_signature: sha1(key, timestamp, nonce, text) })
      return (await call(path, `<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[${text}]]></Encrypt></xml>`)).status
    }
    expect(await send(encrypted('wx-app'))).toBe(200)
    expect(await send(encrypted('wx-other'))).toBe(403)
    expect(await send(encrypted('wx-app'), 'forged')).toBe(403)
    expect(await send('bm90IGVuY3J5cHRlZA==')).toBe(403)
  })
})

describe('WeCom', () => {
  it('checks the address and takes texts, all of it encrypted', async () => {
    const path = await pathOf('wecom')
    const query = (text: string, more: Record<string, string> = {}, key = callbackToken) =>
      `${path}?${new URLSearchParams({ msg_signature: sha1(key, timestamp, nonce, text), timestamp, nonce, ...more })}`
    const echo = encrypt(encodingAesKey, '8001', 'corp')
    const said = await call(query(echo, { echostr: echo }))
    expect([said.status, await said.text()]).toEqual([200, '8001'])
    expect((await call(query(echo, { echostr: echo }, 'forged'))).status).toBe(403)
    const other = encrypt(encodingAesKey, '8001', 'another-corp')
    expect((await call(query(other, { echostr: other }))).status).toBe(403)
    const text = encrypt(
      encodingAesKey,
      `<xml><FromUserName>zhangsan</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>text</MsgType><Content>好的</Content><MsgId>55</MsgId></xml>`,
      'corp',
    )
    for (let times = 0; times < 2; times++)
      expect((await call(query(text), `<xml><Encrypt>${text}</Encrypt></xml>`)).status).toBe(200)
    expect(await rows("SELECT body FROM inbound_message WHERE store_id = $1 AND provider = 'wecom'")).toEqual([
      { body: '好的' },
    ])
  })
})

describe('leaving mails with a click', () => {
  it('takes a POST of the link that was sent to that address; opening it only asks', async () => {
    const customer = await stage.person({ email: 'wang@customer.example' })
    const path = await pathOf('smtp')
    const link = (to: string) =>
      `${path}/leave?${new URLSearchParams({ to, mark: leaveMark(seal, store.id, 'wang@customer.example') })}`
    const consent = async () =>
      (
        await rows<{ consents: Record<string, boolean> }>(
          'SELECT consents FROM customer WHERE store_id = $1 AND id = $2',
          customer,
        )
      )[0]?.consents.email
    expect((await call(link('li@customer.example'), '')).status).toBe(403)
    const shown = await call(link('wang@customer.example'))
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('<form method="post">')])
    expect(await consent()).toBeUndefined()
    expect((await call(link('wang@customer.example'), 'List-Unsubscribe=One-Click')).status).toBe(200)
    expect(await consent()).toBe(false)
  })
})
