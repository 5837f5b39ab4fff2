import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSeal } from '../../../platform/auth/seal.ts'
import { fixedClock } from '../../../platform/clock.ts'
import { loadConfig } from '../../../platform/config.ts'
import { openDb, openPool } from '../../../platform/db.ts'
import { type Scope, systemActor, withStore } from '../../../platform/scope.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { addStore } from '../../stores/service.ts'
import type { ChannelAdapter } from './channel.ts'
import { creditsOf, grantCredit } from './credits.ts'
import { makeAdapter } from './providers.ts'
import { outgoing } from './testing/message.ts'
import { startWeixin, type WeixinServer } from './testing/weixin.ts'
import type { WechatSettings } from './wechat.ts'

const { connection } = await testDatabase()
const pool = openPool(connection, 8)
const clock = fixedClock('2026-11-20T01:00:00Z')
const platform = { config: loadConfig({}), pool, db: openDb(pool), clock }
const seal = createSeal('x'.repeat(32))
const storeId = '019a0000-0000-7000-8000-00000000000b'
const accountId = '019a0000-0000-7000-8000-0000000000b1'
const wecomId = '019a0000-0000-7000-8000-0000000000b2'
const inStore = <T>(work: (scope: Scope) => Promise<T>) =>
  withStore(pool, clock, { id: storeId, timeZone: 'Asia/Shanghai' }, systemActor, work)
const soon = () => AbortSignal.timeout(5_000)
const openId = 'oABCdef123'

let server: WeixinServer
beforeAll(async () => {
  await addStore(platform.db, { id: storeId, code: 'WX', name: 'WX' }, clock.now())
  for (const [id, provider] of [
    [accountId, 'wechat'],
    [wecomId, 'wecom'],
  ])
    await pool.query(
      `INSERT INTO channel_account (store_id, id, provider, channel, name, secrets, created_at) VALUES ($1, $2, $3, $3, 'x', '', $4)`,
      [storeId, id, provider, clock.now().toString()],
    )
})
beforeEach(async () => {
  await server?.stop()
  server = await startWeixin({
    wechat: { appId: 'wx-app', appSecret: 'app-secret' },
    wecom: { corpId: 'corp', corpSecret: 'corp-secret' },
  })
  await pool.query('UPDATE channel_account SET access_token = NULL, access_token_until = NULL')
  await pool.query('DELETE FROM wechat_credit')
  clock.set('2026-11-20T01:00:00Z')
})
afterAll(async () => {
  await server.stop()
  await pool.end()
})

function wechat(appSecret = 'app-secret'): ChannelAdapter {
  const templates: WechatSettings['templates'] = [
    {
      template: 'car-ready',
      code: 'SUB-1',
      kind: 'subscription',
      url: '',
      fields: [{ name: 'thing1', value: '{{body}}' }],
    },
    {
      template: '*',
      code: 'TPL-1',
      kind: 'template',
      url: 'https://m.example.cn/',
      fields: [{ name: 'thing1', value: '{{body}}' }],
    },
  ]
  const settings: WechatSettings = { provider: 'wechat', appId: 'wx-app', endpoint: server.url, templates }
  const place = { platform, seal, storeId, timeZone: 'Asia/Shanghai', accountId, origin: undefined }
  return makeAdapter({ ...place, settings, secrets: { appSecret } })
}

function wecom(corpSecret = 'corp-secret'): ChannelAdapter {
  const settings = { provider: 'wecom' as const, corpId: 'corp', agentId: 1000002, endpoint: server.url }
  const place = { platform, seal, storeId, timeZone: 'Asia/Shanghai', accountId: wecomId, origin: undefined }
  return makeAdapter({ ...place, settings, secrets: { corpSecret } })
}

const toFollower = (given = {}) => outgoing({ channel: 'wechat', recipient: openId, storeId, ...given })
const carReady = { key: 'car-ready', version: 1, variables: {} }

describe('a WeChat template message', () => {
  it('is sent with the token of the account; the nineteen digits of its id stay whole', async () => {
    const answer = await wechat().send(toFollower(), soon())
    expect(answer).toEqual({ state: 'accepted', providerId: '3872168471384719361' })
    expect(server.delivered).toMatchObject([
      {
        path: '/cgi-bin/message/template/send',
        body: {
          touser: openId,
          template_id: 'TPL-1',
          url: 'https://m.example.cn/',
          client_msg_id: outgoing().id,
          data: { thing1: { value: '您的爱车保养将到期' } },
        },
      },
    ])
  })

  it('is one message when it is tried again after a time-out', async () => {
    server.next = 'hang'
    expect(await wechat().send(toFollower(), AbortSignal.timeout(300))).toMatchObject({ state: 'unknown' })
    expect(await wechat().send(toFollower({ attempt: 2 }), soon())).toMatchObject({ state: 'accepted' })
    expect(server.delivered).toHaveLength(1)
  })

  it('with a wrong secret is refused and nothing is sent', async () => {
    const answer = await wechat('wrong').send(toFollower(), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'account', code: '40125', permanent: false })
    expect(server.delivered).toEqual([])
  })

  it.each([
    [45009, 'limit', false],
    [45011, 'limit', false],
    [43004, 'recipient', true],
    [40003, 'recipient', true],
    [40037, 'template', true],
    [47003, 'content', true],
    [48001, 'account', false],
    [-1, 'system', false],
  ])('understands %s', async (errcode, kind, permanent) => {
    server.next = { body: { errcode, errmsg: 'no' } }
    const answer = await wechat().send(toFollower(), soon())
    expect(answer).toMatchObject({ state: 'refused', code: String(errcode), kind, permanent })
  })

  it('an answer that is none leaves open whether it was sent', async () => {
    server.next = { status: 502, body: 'bad gateway' }
    expect(await wechat().send(toFollower(), soon())).toMatchObject({ state: 'unknown' })
  })
})

describe('the access token', () => {
  it('is fetched once by many at once, in one process and in several', async () => {
    const processes = Array.from({ length: 4 }, () => wechat())
    const ids = Array.from(
      { length: 40 },
      (_, at) => `019a0000-0000-7000-8000-0000000001${String(at).padStart(2, '0')}`,
    )
    await Promise.all(ids.map((id, at) => processes[at % 4]?.send(toFollower({ id }), soon())))
    expect(server.tokens).toHaveLength(1)
    expect(server.delivered).toHaveLength(40)
  })

  it('that somebody else ended is fetched anew once, and the message sent', async () => {
    const adapter = wechat()
    await adapter.send(toFollower(), soon())
    server.expire()
    const ids = ['01', '02', '03'].map((end) => `019a0000-0000-7000-8000-0000000002${end}`)
    const answers = await Promise.all(ids.map((id) => adapter.send(toFollower({ id }), soon())))
    expect(answers.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(server.tokens).toHaveLength(2)
  })

  it('is not used in its last minutes, and lies sealed in the database', async () => {
    const adapter = wechat()
    await adapter.send(toFollower(), soon())
    clock.set(clock.now().add({ seconds: 6_800 }))
    await adapter.send(toFollower({ id: '019a0000-0000-7000-8000-000000000301' }), soon())
    expect(server.tokens).toHaveLength(1)
    clock.set(clock.now().add({ seconds: 101 }))
    server.expire()
    await adapter.send(toFollower({ id: '019a0000-0000-7000-8000-000000000302' }), soon())
    expect(server.tokens).toHaveLength(2)
    const { rows } = await pool.query<{ access_token: string }>(
      'SELECT access_token FROM channel_account WHERE id = $1',
      [accountId],
    )
    expect(rows[0]?.access_token).toMatch(/^v1\./)
    expect(rows[0]?.access_token).not.toContain('token-')
  })
})

describe('a one-time subscription', () => {
  const reserve = (id: string) =>
    inStore(async (scope) => {
      const without = await wechat().reserve?.(scope, [toFollower({ id, template: carReady })])
      return without?.get(id)
    })

  it('is worth one message, and spent once however often the message is claimed', async () => {
    await inStore((scope) => grantCredit(scope, openId, 'SUB-1', 'event-1'))
    await inStore((scope) => grantCredit(scope, openId, 'SUB-1', 'event-1'))
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(1)
    const id = '019a0000-0000-7000-8000-000000000401'
    expect(await reserve(id)).toBeUndefined()
    expect(await reserve(id)).toBeUndefined()
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(0)
    const next = await reserve('019a0000-0000-7000-8000-000000000402')
    expect(next).toMatchObject({ state: 'refused', code: 'no-credit', permanent: true })
    expect(await wechat().send(toFollower({ id, template: carReady }), soon())).toMatchObject({ state: 'accepted' })
    expect(server.delivered[0]).toMatchObject({
      path: '/cgi-bin/message/subscribe/bizsend',
      body: { template_id: 'SUB-1' },
    })
  })

  it('two claims at once share what there is', async () => {
    for (const event of ['a', 'b', 'c']) await inStore((scope) => grantCredit(scope, openId, 'SUB-1', event))
    const ids = Array.from({ length: 8 }, (_, at) => `019a0000-0000-7000-8000-00000000050${at}`)
    const answers = await Promise.all(ids.map(reserve))
    expect(answers.filter((one) => one === undefined)).toHaveLength(3)
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(0)
  })

  it('is spent in the transaction of the claim: one that rolls back spends nothing', async () => {
    await inStore((scope) => grantCredit(scope, openId, 'SUB-1', 'event-1'))
    const failing = inStore(async (scope) => {
      await wechat().reserve?.(scope, [toFollower({ template: carReady })])
      throw new Error('the claim failed')
    })
    await expect(failing).rejects.toThrow('the claim failed')
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(1)
  })

  it('where the provider knows of none, ours are void', async () => {
    for (const event of ['a', 'b']) await inStore((scope) => grantCredit(scope, openId, 'SUB-1', event))
    server.next = { body: { errcode: 43101, errmsg: 'user refuse to accept the msg' } }
    const answer = await wechat().send(toFollower({ template: carReady }), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'recipient', permanent: true })
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(0)
  })

  it('comes back when the provider takes the message for no other reason, and can be spent again', async () => {
    await inStore((scope) => grantCredit(scope, openId, 'SUB-1', 'event-1'))
    const id = '019a0000-0000-7000-8000-000000000601'
    expect(await reserve(id)).toBeUndefined()
    server.next = { body: { errcode: 47003, errmsg: 'argument invalid' } }
    expect(await wechat().send(toFollower({ id, template: carReady }), soon())).toMatchObject({ kind: 'content' })
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(1)
    expect(await reserve(id)).toBeUndefined()
    expect(await inStore((scope) => creditsOf(scope, openId, 'SUB-1'))).toBe(0)
  })

  it('the ledger cannot be rewritten', async () => {
    await inStore((scope) => grantCredit(scope, openId, 'SUB-1', 'event-1'))
    const rewriting = inStore((scope) => scope.tx.updateTable('wechatCredit').set({ change: 9 }).execute())
    await expect(rewriting).rejects.toThrow(/permission denied/)
  })
})

describe('a WeCom application message', () => {
  it('is sent with the duplicate check on: the same again within hours is one', async () => {
    const message = outgoing({ channel: 'wecom', recipient: 'zhangsan', subject: '保养提醒' })
    expect(await wecom().send(message, soon())).toMatchObject({ state: 'accepted' })
    expect(server.delivered[0]).toMatchObject({
      path: '/cgi-bin/message/send',
      body: {
        touser: 'zhangsan',
        agentid: 1000002,
        msgtype: 'text',
        text: { content: '保养提醒\n您的爱车保养将到期' },
      },
    })
    server.next = 'hang'
    expect(await wecom().send(message, AbortSignal.timeout(300))).toMatchObject({ state: 'unknown' })
    expect(await wecom().send({ ...message, attempt: 2 }, soon())).toMatchObject({ state: 'accepted' })
    expect(server.delivered).toHaveLength(1)
  })

  it('with a wrong secret is refused; an ended token is fetched anew', async () => {
    const message = outgoing({ channel: 'wecom', recipient: 'zhangsan' })
    expect(await wecom('wrong').send(message, soon())).toMatchObject({
      state: 'refused',
      kind: 'account',
      code: '40001',
    })
    const adapter = wecom()
    await adapter.send(message, soon())
    server.expire()
    expect(await adapter.send({ ...message, body: '另一条' }, soon())).toMatchObject({ state: 'accepted' })
    expect(server.tokens).toHaveLength(2)
  })

  it.each([
    [{ errcode: 45009, errmsg: 'api freq out of limit' }, 'limit', false],
    [{ errcode: 81013, errmsg: 'user & party & tag all invalid' }, 'recipient', true],
    [{ errcode: 0, errmsg: 'ok', invaliduser: 'zhangsan' }, 'recipient', true],
    [{ errcode: 60020, errmsg: 'not allow to access from your ip' }, 'account', false],
  ])('understands %j', async (body, kind, permanent) => {
    server.next = { body }
    const answer = await wecom().send(outgoing({ channel: 'wecom', recipient: 'zhangsan' }), soon())
    expect(answer).toMatchObject({ state: 'refused', kind, permanent })
  })

  it.each(['@all', '@ALL', 'zhangsan|lisi', ''])('goes to one member, not to %s', async (recipient) => {
    const answer = await wecom().send(outgoing({ channel: 'wecom', recipient }), soon())
    expect(answer).toMatchObject({ state: 'refused', kind: 'recipient', permanent: true })
    expect(server.delivered).toEqual([])
  })

  it('too long for one message is refused rather than cut off', async () => {
    const answer = await wecom().send(
      outgoing({ channel: 'wecom', recipient: 'zhangsan', body: '长'.repeat(700) }),
      soon(),
    )
    expect(answer).toMatchObject({ state: 'refused', kind: 'content', permanent: true })
  })
})
