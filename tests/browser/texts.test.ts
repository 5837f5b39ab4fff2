import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programmeDefinitions } from '../../apps/server/src/modules/care/service.ts'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { noticesSettled } from '../../apps/server/src/modules/messaging/audience/work.ts'
import { axeFindings, type BrowserStage, openBrowserStage, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let agent: Page
let manager: Page
beforeAll(async () => {
  stage = await openBrowserStage('2026-11-19T01:30:00Z')
  await loadDemo(stage.platform, { customers: 120 })
  agent = await stage.open()
  manager = await stage.open()
  await signIn(agent, stage.base, 'agent1', demoPassword)
  await signIn(manager, stage.base, 'manager', demoPassword)
})
afterAll(() => stage.close())

const picture = async (page: Page, name: string) => {
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: resolve(pictures, `texts-${name}.png`), fullPage: true })
  expect(await axeFindings(page)).toEqual([])
}
const go = (page: Page, path: string) => page.goto(`${stage.base}/s/DEMO/${path}`)

/** The card of the agent's call, opened anew. */
async function again(name: string): Promise<void> {
  await agent.reload()
  await agent.locator('.call-row').filter({ hasText: name }).first().click()
  await agent.locator('.call-script').waitFor()
}

/** Picks a customer in a preview by typing. */
async function previewOf(page: Page, typed: string): Promise<void> {
  await page.locator('.text-customer input').fill(typed)
  await page.locator('.ant-select-item-option').filter({ hasText: typed }).first().click()
}

test('an agent drafts a script, the manager approves it, and only then the agent reads it beside the call', async () => {
  await go(agent, 'calls')
  await agent.getByRole('button', { name: /开始下一位/ }).click()
  await agent.locator('.call-script').waitFor()
  const { rows } = await stage.platform.pool.query<{ programme: string; name: string }>(
    `SELECT t.programme, c.name FROM task t JOIN customer c ON c.store_id = t.store_id AND c.id = t.customer_id
     WHERE t.claimed_by IS NOT NULL AND t.state IN ('open', 'attempting') ORDER BY t.claimed_until DESC LIMIT 1`,
  )
  const { programme = '', name = '' } = rows[0] ?? {}
  const label = programmeDefinitions().find((one) => one.key === programme)?.zh ?? ''

  const writer = await agent.context().newPage()
  await go(writer, 'settings/scripts')
  await writer.getByLabel('关怀项目').click()
  await writer.locator('.ant-select-item-option').getByText(label, { exact: true }).click()
  await writer.getByRole('textbox', { name: '话术内容' }).fill('新话术：')
  await writer.getByRole('button', { name: '称呼' }).click()
  await previewOf(writer, name)
  await writer
    .locator('.text-script')
    .getByText(`新话术：${name.slice(0, 1)}`)
    .waitFor()
  await picture(writer, 'script-draft')
  await writer.getByRole('button', { name: '保存为待审核版本' }).click()
  await writer.locator('.settings-versions').getByText('待审核').waitFor()
  expect(await writer.getByRole('button', { name: '审核通过并启用' }).count()).toBe(0)
  await again(name)
  expect(await agent.locator('.call-script').textContent()).not.toContain('新话术')

  await go(manager, 'settings/scripts')
  await manager.getByLabel('关怀项目').click()
  await manager.locator('.ant-select-item-option').getByText(`${label} · 1 个待审核`).click()
  await manager.getByRole('button', { name: '审核通过并启用' }).click()
  await manager.getByText(/审核通过于/).waitFor()
  await picture(manager, 'script-approved')
  await again(name)
  await agent
    .locator('.call-script')
    .getByText(`新话术：${name.slice(0, 1)}`)
    .waitFor()
})

test('a text is written, its risk shown, tried on a number and approved', async () => {
  await go(manager, 'templates?key=notice&channel=sms')
  const body = manager.getByLabel('内容', { exact: true })
  await body.fill('{{称呼}}您好，到店有礼，赠送洗车券')
  const findings = manager.getByRole('region', { name: '短信审核风险' })
  await findings.getByText('邀约到店').waitFor()
  await findings.getByText('改用微信、企业微信发送，或改为电话').first().waitFor()
  await picture(manager, 'template-risk')
  await body.fill('{{称呼}}您好，本店明日停电，暂停营业一天。')
  await findings.getByText('没有发现短信审核风险').waitFor()
  await manager.getByRole('button', { name: '测试发送' }).click()
  await manager.getByLabel('手机号').fill('139 0000 1234')
  await manager.getByRole('dialog').getByRole('button', { name: '发送', exact: true }).click()
  await manager.getByRole('dialog').getByText('没有真正发出').waitFor()
  await manager.keyboard.press('Escape')
  await manager.getByRole('dialog').waitFor({ state: 'hidden' })
  await manager.getByRole('button', { name: '保存为待审核版本' }).click()
  await manager.getByRole('button', { name: '审核通过并启用' }).click()
  await manager.getByText(/审核通过于/).waitFor()
  const { rows } = await stage.platform.pool.query(
    `SELECT state, decided_by IS NOT NULL AS decided FROM message_template`,
  )
  expect(rows).toEqual([{ state: 'approved', decided: true }])
})

test('a notice goes to the customers that were counted, with the approved text, and its progress is shown', async () => {
  await go(manager, 'audiences')
  await manager.locator('.audience-samples').getByText('本店明日停电').first().waitFor()
  await manager.getByLabel('通知名称').fill('停业通知')
  await manager.getByRole('button', { name: /^排队发送给/ }).click()
  await picture(manager, 'notice-ask')
  await manager
    .locator('.ant-popconfirm')
    .getByRole('button', { name: /^排队发送给/ })
    .click()
  const notice = manager.locator('.audience-notice')
  await notice.getByText('停业通知').waitFor()
  await noticesSettled()
  await notice.getByText('已全部排队').waitFor()
  await picture(manager, 'notice-queued')
  const { rows } = await stage.platform.pool.query<{ customers: number; messages: number }>(
    `SELECT count(*) FILTER (WHERE a.state = 'queued')::int AS customers, count(m.id)::int AS messages
     FROM audience_member a LEFT JOIN message m ON m.store_id = a.store_id AND m.id = a.message_id AND m.body LIKE '%停电%'`,
  )
  expect(rows[0]?.messages).toBeGreaterThan(50)
  expect(rows[0]?.messages).toBe(rows[0]?.customers)
})
