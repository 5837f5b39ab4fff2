import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadConfig } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import { Problem } from '../../../platform/problem.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { messageStore } from '../testing.ts'
import { addAccount } from './accounts.ts'
import { closeAdapters } from './adapters.ts'
import { followCode, linkAddress, linksOf, unlinkAddress } from './links.ts'
import { startWeixin } from './testing/weixin.ts'

const stage = await messageStore(await testDatabase(), 'LINKS')
const { pool, clock, scoped, rows } = stage
const folder = mkdtempSync(resolve(tmpdir(), 'changhui-links-'))
const config = loadConfig({ CHANGHUI_DATA: folder }, folder)
const platform = { config, pool, db: openDb(pool), clock }
const server = await startWeixin({ wechat: { appId: 'wx-app', appSecret: 'app-secret' } })
afterAll(async () => {
  closeAdapters(platform)
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const [one = '', other = ''] = await stage.crowd(2)
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? error.data : error),
  )
const code = () => scoped((scope) => followCode(scope, platform, one))

it('a code for a customer carries him, with the account in force; without one, or refused, the reason is told', async () => {
  expect(await scoped((scope) => linksOf(scope, one))).toEqual({ links: [], codes: false })
  expect(await problemOf(code())).toMatchObject({ problem: 'link.no-account' })
  await scoped((scope) =>
    addAccount(scope, config, {
      name: '公众号',
      enabled: true,
      priority: 1,
      fenPerSegment: 0,
      settings: { provider: 'wechat', appId: 'wx-app', endpoint: server.url, templates: [] },
      secrets: { appSecret: 'app-secret', callbackToken: 'a-callback-token' },
    }),
  )
  expect((await scoped((scope) => linksOf(scope, one))).codes).toBe(true)
  expect(await code()).toMatchObject({ address: `http://weixin.qq.com/q/${one}` })
  // a token that ended meanwhile is fetched anew
  server.expire()
  expect(await code()).toMatchObject({ address: `http://weixin.qq.com/q/${one}` })
  server.next = { body: { errcode: 48001, errmsg: 'api unauthorized' } }
  expect(await problemOf(code())).toMatchObject({ problem: 'link.refused', values: { reason: 'api unauthorized' } })
})

it('an id written down is the customer’s, one customer’s at a time, until it is taken away', async () => {
  const wecom = { channel: 'wecom', address: 'wm-guest-7' } as const
  await scoped((scope) => linkAddress(scope, { customerId: one, ...wecom }))
  expect((await scoped((scope) => linksOf(scope, one))).links).toMatchObject([{ ...wecom, reachable: true }])
  const taken = scoped((scope) => linkAddress(scope, { customerId: other, ...wecom }))
  expect(await problemOf(taken)).toMatchObject({ problem: 'link.taken', field: 'address' })
  await scoped((scope) => unlinkAddress(scope, { customerId: other, ...wecom }))
  expect((await scoped((scope) => linksOf(scope, one))).links).toHaveLength(1)
  await scoped((scope) => unlinkAddress(scope, { customerId: one, ...wecom }))
  expect((await scoped((scope) => linksOf(scope, one))).links).toEqual([])
  await scoped((scope) => linkAddress(scope, { customerId: other, ...wecom }))
  const audit = await rows<{ detail: object }>(
    `SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'customer.link' ORDER BY id`,
  )
  expect(audit.map(({ detail }) => detail)).toEqual([
    { channel: 'wecom', what: 'linked' },
    { channel: 'wecom', what: 'unlinked' },
    { channel: 'wecom', what: 'linked' },
  ])
  const nobody = scoped((scope) => linkAddress(scope, { customerId: stage.store.id, ...wecom }))
  expect(await problemOf(nobody)).toMatchObject({ problem: 'not-found' })
})
