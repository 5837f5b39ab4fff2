import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import type { ChannelAdapter } from '../../apps/server/src/modules/messaging/channels/channel.ts'
import { deliverDue, queueMessages, receiveReply } from '../../apps/server/src/modules/messaging/service.ts'
import { deriveId } from '../../apps/server/src/platform/ids.ts'
import { systemActor, withStore } from '../../apps/server/src/platform/scope.ts'
import { axeFindings, type BrowserStage, openBrowserStage, overhang, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let customerId = ''
const refusing: ChannelAdapter = {
  key: 'aliyun',
  channel: 'sms',
  send: ({ id }) =>
    Promise.resolve(
      id.charCodeAt(0) % 2
        ? { state: 'accepted', providerId: id, segments: 2 }
        : { state: 'refused', code: 'isv.AMOUNT_NOT_ENOUGH', reason: '账户余额不足', permanent: true },
    ),
}

beforeAll(async () => {
  stage = await openBrowserStage('2026-11-19T01:30:00Z')
  await loadDemo(stage.platform, { customers: 120 })
  const { pool, clock } = stage.platform
  const { rows } = await pool.query<{ id: string; store: string; number: string }>(
    `SELECT c.id, c.store_id AS store, p.number FROM customer c
     JOIN customer_phone p ON p.store_id = c.store_id AND p.customer_id = c.id AND p.state = 'usable' AND p.number LIKE '1%'
     WHERE NOT c.do_not_disturb AND NOT EXISTS (SELECT FROM contact_history h WHERE h.store_id = c.store_id AND h.customer_id = c.id
       AND h.purpose <> 'greeting' AND h.at > '2026-10-10')
     ORDER BY c.id LIMIT 40`,
  )
  const people = rows.slice(0, 20)
  if (people.length < 20) throw new Error(`only ${people.length} of the demo's people may be written to`)
  const store = { id: people[0]?.store ?? '', timeZone: 'Asia/Shanghai' }
  const inStore = <T>(work: Parameters<typeof withStore<T>>[4]) => withStore(pool, clock, store, systemActor, work)
  const wishes = people.map(({ id }, n) => ({
    id: deriveId('picture', id),
    customerId: id,
    purpose: n % 5 === 4 ? ('marketing' as const) : ('reminder' as const),
    channels: ['sms' as const],
    body: '您的爱车预计 11 月 28 日到保养时间，欢迎来电预约，电话 0512-00000000。',
  }))
  await inStore((scope) => queueMessages(scope, wishes))
  const stillOwed = async () => new Set<string>()
  await deliverDue(stage.platform, store, { adapters: [refusing], stillOwed })
  const sent = await pool.query<{ customer_id: string }>(
    `SELECT customer_id FROM message WHERE provider = 'aliyun' AND state = 'sent' ORDER BY id LIMIT 1`,
  )
  customerId = sent.rows[0]?.customer_id ?? ''
  const body = '天冷了，出行前请检查胎压与防冻液。'
  const id = deriveId('second', customerId)
  await inStore((scope) =>
    queueMessages(scope, [{ id, customerId, purpose: 'reminder', channels: ['sms', 'email'], body }]),
  )
  await deliverDue(stage.platform, store, { adapters: [refusing], stillOwed })
  const from = rows.find((one) => one.id === customerId)?.number ?? ''
  await inStore((scope) => receiveReply(scope, { provider: 'aliyun', from, text: '周六上午可以吗', at: clock.now() }))
})
afterAll(() => stage.close())

async function shot(page: Page, name: string) {
  await page.waitForLoadState('networkidle')
  await page.locator('.ant-skeleton').first().waitFor({ state: 'detached' })
  await page.screenshot({ path: resolve(pictures, `${name}.png`), fullPage: true })
  expect(await overhang(page), 'nothing hangs over the edge').toBeLessThanOrEqual(0)
  expect(await axeFindings(page)).toEqual([])
}

test.each([
  ['zh', { locale: 'zh-CN', width: 1440 }],
  ['en', { locale: 'en-US', width: 1440 }],
  ['phone', { locale: 'zh-CN', width: 390 }],
] as const)('outbox, details, customer and settings: %s', async (label, look) => {
  const page = await stage.open(look)
  await signIn(page, stage.base, 'manager', demoPassword)
  await page.goto(`${stage.base}/s/DEMO/messages`)
  await page.locator('.message').first().waitFor()
  await shot(page, `outbox-${label}`)
  await page.goto(`${stage.base}/s/DEMO/messages?state=failed`)
  await page.locator('.messages-dead').waitFor()
  await shot(page, `outbox-dead-${label}`)
  await page.locator('.message-buttons button').last().click()
  await page.locator('.message-history').waitFor()
  // the drawer has come in
  await page.waitForTimeout(500)
  await shot(page, `outbox-detail-${label}`)
  await page.goto(`${stage.base}/s/DEMO/customers/${customerId}`)
  await page.locator('.contact-messages').waitFor()
  await shot(page, `customer-contact-${label}`)
  await page.goto(`${stage.base}/s/DEMO/settings/gate`)
  await page.locator('.gate-caps').waitFor()
  await shot(page, `settings-gate-${label}`)
  await page.context().close()
})

test('a dead letter is sent again from the page; quiet hours changed on the page are asked at once', async () => {
  const page = await stage.open()
  await signIn(page, stage.base, 'manager', demoPassword)
  await page.goto(`${stage.base}/s/DEMO/messages?state=failed`)
  await page.locator('.message').first().waitFor()
  const before = await page.locator('.message').count()
  expect(before).toBeGreaterThan(1)
  await page.locator('.message-buttons').first().getByRole('button', { name: '重新发送' }).click()
  await expect.poll(() => page.locator('.message').count(), { timeout: 10_000 }).toBe(before - 1)
  const { rows } = await stage.platform.pool.query(
    "SELECT id FROM message WHERE state = 'queued' AND attempts = 0 AND channel = 'sms'",
  )
  expect(rows.length).toBeGreaterThan(0)
  await page.goto(`${stage.base}/s/DEMO/settings/gate`)
  const hours = page.locator('.settings-numbers input').first()
  await hours.fill('96')
  await page.locator('.save-bar').getByRole('button', { name: '保存' }).click()
  await page.locator('.save-bar').waitFor({ state: 'detached' })
  await page.goto(`${stage.base}/s/DEMO/customers/${customerId}`)
  await page.locator('.contact-gate').waitFor()
  // four days instead of one
  expect(await page.locator('.contact-gate .chip-warning').first().textContent()).not.toContain('11-20')
  await page.context().close()
})
