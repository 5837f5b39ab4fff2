import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { deliverDue } from '../service.ts'
import { allOwed, messageStore, provider } from '../testing.ts'
import { addAccount } from './accounts.ts'
import { adaptersOf } from './adapters.ts'
import { creditsOf, grantCredit } from './credits.ts'
import { startWeixin } from './testing/weixin.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-subscriptions-'))
const config = loadConfig({ CHANGHUI_DATA: folder }, folder)
const shop = await messageStore(await testDatabase(), 'SUBSCRIBE')
const { pool, clock, store, scoped } = shop
const platform = { config, pool, db: openDb(pool), clock }
const server = await startWeixin({ wechat: { appId: 'wx-app', appSecret: 'app-secret' } })
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('one subscription carries one message through the outbox; the next goes to the next channel', async () => {
  const line = { template: '*', code: 'SUB-1', kind: 'subscription' as const, url: '' }
  await scoped((scope) =>
    addAccount(scope, config, {
      ...{ name: '公众号', enabled: true, priority: 1, fenPerSegment: 0, secrets: { appSecret: 'app-secret' } },
      settings: {
        ...{ provider: 'wechat', appId: 'wx-app', endpoint: server.url },
        templates: [{ ...line, fields: [{ name: 'thing1', value: '{{body}}' }] }],
      },
    }),
  )
  const customer = await shop.person()
  await pool.query(
    `INSERT INTO channel_address (store_id, channel, address, customer_id, changed_at) VALUES ($1, 'wechat', 'oOpen', $2, now())`,
    [store.id, customer],
  )
  await scoped((scope) => grantCredit(scope, 'oOpen', 'SUB-1', 'popup'))
  const sms = provider('sms')
  const wishes = ['第一条', '第二条'].map((body) =>
    shop.wish(customer, { body, purpose: 'progress', waitedFor: true, channels: ['wechat', 'sms'] }),
  )
  await shop.queue(...wishes)
  await deliverDue(platform, store, {
    adapters: [...(await adaptersOf(platform, store)), sms.adapter],
    stillOwed: allOwed,
  })
  const [first, second] = await Promise.all(wishes.map(({ id }) => shop.message(id)))
  expect([first, second].map((one) => [one?.state, one?.channel]).sort()).toEqual([
    ['sent', 'sms'],
    ['sent', 'wechat'],
  ])
  expect(server.delivered.map(({ path }) => path)).toEqual(['/cgi-bin/message/subscribe/bizsend'])
  expect(sms.handed.size).toBe(1)
  expect(await scoped((scope) => creditsOf(scope, 'oOpen', 'SUB-1'))).toBe(0)
})
