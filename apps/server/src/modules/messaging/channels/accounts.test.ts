import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { ChannelSettings } from '@changhui/contract/channels'
import { channelAccount } from '@changhui/contract/channels'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSeal } from '../../../platform/auth/seal.ts'
import { loadConfig } from '../../../platform/config.ts'
import { openDb } from '../../../platform/db.ts'
import { doOnce } from '../../../platform/http/once.ts'
import { Problem } from '../../../platform/problem.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { deliverDue } from '../service.ts'
import { allOwed, messageStore } from '../testing.ts'
import { type AccountInput, addAccount, changeAccount, listAccounts, removeAccount } from './accounts.ts'
import { adaptersOf, closeAdapters } from './adapters.ts'
import { type AliyunServer, startAliyun } from './testing/aliyun.ts'
import { tryOut } from './try-out.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-channels-'))
const config = loadConfig({ CHANGHUI_DATA: resolve(folder, 'one') }, folder)
const stage = await messageStore(await testDatabase(), 'CHAN')
const { pool, clock, store, scoped, rows } = stage
const platform = { config, pool, db: openDb(pool), clock }

let aliyun: AliyunServer
beforeAll(async () => {
  aliyun = await startAliyun('key-id', 'a-secret-of-the-provider')
})
beforeEach(async () => {
  aliyun.delivered.length = 0
  await pool.query('UPDATE channel_account SET removed_at = now() WHERE store_id = $1', [store.id])
})
afterAll(async () => {
  closeAdapters(platform)
  await aliyun.stop()
  rmSync(folder, { recursive: true, force: true })
})

const settings = (): ChannelSettings => ({
  provider: 'aliyun',
  accessKeyId: 'key-id',
  signature: '常回测试',
  endpoint: aliyun.url,
  templates: [{ template: '*', code: 'SMS_2', fields: [{ name: 'content', value: '{{body}}' }] }],
})
const input = (given: Partial<AccountInput> = {}): AccountInput => ({
  name: '阿里云',
  enabled: true,
  priority: 10,
  fenPerSegment: 5,
  settings: settings(),
  secrets: { accessKeySecret: 'a-secret-of-the-provider' },
  ...given,
})
const add = (given: Partial<AccountInput> = {}) => scoped((scope) => addAccount(scope, config, input(given)))
const listed = () => scoped((scope) => listAccounts(scope, config))
const problemOf = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? [error.data.problem, error.data.field] : error),
  )

describe('an account', () => {
  it('gives its secret back to nobody: last four characters, sealed in the database, absent from the log', async () => {
    const { id } = await add()
    const [one] = await listed()
    expect(one).toMatchObject({ id, secretTails: { accessKeySecret: 'ider' }, readable: true, version: 1 })
    expect(channelAccount.safeParse(one).success).toBe(true)
    const kept = [
      ...(await rows('SELECT * FROM channel_account WHERE store_id = $1')),
      ...(await rows(`SELECT * FROM audit_entry WHERE store_id = $1`)),
    ]
    expect(JSON.stringify([one, kept])).not.toContain('a-secret-of')
    expect(kept.map(({ action }) => action)).toContain('channel.added')
  })

  it('keeps a secret that is not entered again; of a short one not a character is shown', async () => {
    const { id } = await add()
    const changed = input({ name: '备用', secrets: {} })
    await scoped((scope) => changeAccount(scope, config, id, 1, changed))
    expect(await listed()).toMatchObject([{ name: '备用', secretTails: { accessKeySecret: 'ider' }, version: 2 }])
    await scoped((scope) => changeAccount(scope, config, id, 2, input({ secrets: { accessKeySecret: 'short' } })))
    expect(await listed()).toMatchObject([{ secretTails: { accessKeySecret: '' } }])
    expect(await problemOf(scoped((scope) => changeAccount(scope, config, id, 2, changed)))).toEqual([
      'version.changed',
      undefined,
    ])
  })

  it('needs its secret, a provider that stays, and an address that is not inside the cloud', async () => {
    expect(await problemOf(add({ secrets: {} }))).toEqual(['channel.secret-missing', 'accessKeySecret'])
    const inner = { ...settings(), endpoint: 'http://169.254.169.254/latest' } as ChannelSettings
    expect(await problemOf(add({ settings: inner }))).toEqual(['channel.endpoint-refused', 'settings.endpoint'])
    const { id } = await add()
    const wecom: ChannelSettings = { provider: 'wecom', corpId: 'c', agentId: 1, endpoint: '' }
    const change = scoped((scope) => changeAccount(scope, config, id, 1, input({ settings: wecom })))
    expect(await problemOf(change)).toEqual(['channel.provider-fixed', undefined])
  })

  it('whose secret another installation sealed says so, sends nothing and can be given a new one', async () => {
    const { id } = await add()
    const moved = { ...platform, config: loadConfig({ CHANGHUI_DATA: resolve(folder, 'two') }, folder) }
    expect(await scoped((scope) => listAccounts(scope, moved.config))).toMatchObject([{ readable: false }])
    const trial = { channelId: id, to: '13800138000', body: '测试' }
    expect(await scoped((scope) => tryOut(scope, moved, trial))).toMatchObject({
      state: 'refused',
      code: 'secret-unreadable',
    })
    const without = scoped((scope) => changeAccount(scope, moved.config, id, 1, input({ secrets: {} })))
    expect(await problemOf(without)).toEqual(['channel.secret-unreadable', 'accessKeySecret'])
    await scoped((scope) => changeAccount(scope, moved.config, id, 1, input()))
    expect(await scoped((scope) => tryOut(scope, moved, trial))).toMatchObject({ state: 'accepted' })
  })

  it('is tried out with a real message, and the try is on record without the number', async () => {
    const { id } = await add({ enabled: false })
    const trial = { channelId: id, to: '13800138000', body: '测试一下' }
    // as the page sends it again when the answer was lost on the way
    for (let times = 0; times < 2; times++) {
      const once = { key: 'somebody:key', hash: 'of the request', calls: 0 }
      const answer = await scoped((scope) => doOnce(once, scope, true, (inner) => tryOut(inner, platform, trial)))
      expect(answer).toMatchObject({ state: 'accepted', kind: null })
    }
    const answers = await rows('SELECT response FROM idempotency_key WHERE store_id = $1')
    expect(JSON.stringify(answers)).not.toContain('a-secret-of')
    expect(aliyun.delivered).toMatchObject([{ phone: '13800138000', params: { content: '测试一下' } }])
    const [tried] = await rows("SELECT detail FROM audit_entry WHERE store_id = $1 AND action = 'channel.tested'")
    expect(JSON.stringify(tried)).not.toContain('13800138000')
    expect(await listed()).toMatchObject([{ lastAcceptedAt: clock.now().toString(), lastRefusal: null }])
  })
})

describe('the adapters of a store', () => {
  it('are those of its accounts in force, in their order; changing one takes effect at once', async () => {
    expect(await adaptersOf(platform, store)).toEqual([])
    const { id } = await add()
    await add({ enabled: false, name: 'off' })
    expect((await adaptersOf(platform, store)).map(({ key, channel }) => [key, channel])).toEqual([['aliyun', 'sms']])
    const wrong = input({ secrets: { accessKeySecret: 'wrong-secret-of-it' } })
    const [customer = ''] = await stage.crowd(1)
    await stage.queue(stage.wish(customer))
    await scoped((scope) => changeAccount(scope, config, id, 1, wrong))
    await deliverDue(platform, store, { adapters: await adaptersOf(platform, store), stillOwed: allOwed })
    expect(await listed()).toMatchObject([
      { lastRefusal: { code: 'SignatureDoesNotMatch', kind: 'account' } },
      { name: 'off', lastRefusal: null },
    ])
    await scoped((scope) => changeAccount(scope, config, id, 2, input()))
    clock.set(clock.now().add({ minutes: 30 }))
    await deliverDue(platform, store, { adapters: await adaptersOf(platform, store), stillOwed: allOwed })
    expect(aliyun.delivered).toHaveLength(1)
    await scoped((scope) => removeAccount(scope, id))
    expect(await adaptersOf(platform, store)).toEqual([])
    expect(await rows('SELECT secrets FROM channel_account WHERE store_id = $1 AND id = $2', id)).toEqual([
      { secrets: '' },
    ])
  })
})

describe('a seal', () => {
  const seal = createSeal('s'.repeat(32))
  it('opens only with its key, in its place, unchanged', () => {
    const sealed = seal.close('row 1', '秘密')
    expect(seal.open('row 1', sealed)).toBe('秘密')
    expect(seal.open('row 2', sealed)).toBeUndefined()
    expect(createSeal('t'.repeat(32)).open('row 1', sealed)).toBeUndefined()
    for (const at of [5, 20, sealed.length - 2]) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
      expect(seal.open('row 1', changed)).toBeUndefined()
    }
    expect(seal.open('row 1', '')).toBeUndefined()
    expect(seal.close('row 1', '秘密')).not.toBe(sealed)
  })
})
