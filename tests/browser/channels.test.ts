import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { type AliyunServer, startAliyun } from '../../apps/server/src/modules/messaging/channels/testing/aliyun.ts'
import { axeFindings, type BrowserStage, type Look, openBrowserStage, overhang, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let aliyun: AliyunServer
beforeAll(async () => {
  stage = await openBrowserStage('2026-11-19T01:30:00Z')
  await loadDemo(stage.platform, { customers: 40 })
  aliyun = await startAliyun('key-id', 'a-secret-of-the-provider')
})
afterAll(async () => {
  await stage.close()
  await aliyun.stop()
})

async function openTab(look: Look): Promise<Page> {
  const page = await stage.open(look)
  await signIn(page, stage.base, 'admin', demoPassword)
  await page.goto(`${stage.base}/s/DEMO/settings/channels`)
  await page.locator('.settings .panel h2').waitFor()
  return page
}
async function look(page: Page, name: string) {
  await page.waitForLoadState('networkidle')
  // what fades in has arrived: half-way its words are too faint
  await page.waitForTimeout(800)
  await page.screenshot({ path: resolve(pictures, `channels-${name}.png`) })
  expect(await overhang(page)).toBeLessThanOrEqual(0)
  expect(await axeFindings(page)).toEqual([])
}

test('an account is added with a wrong secret, told so by a test message, repaired, and never shows its secret', async () => {
  const page = await openTab({})
  await page.getByRole('button', { name: '添加账号' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.locator('.settings-wrong').first().waitFor()
  await look(page, 'missing')
  await dialog.getByLabel('AccessKey ID').fill('key-id')
  await dialog.getByLabel('短信签名').fill('常回测试')
  await dialog.getByLabel('接口地址').fill(aliyun.url)
  await dialog.getByLabel('服务商模板编号').fill('SMS_1')
  await dialog.getByLabel('AccessKey Secret').fill('a-wrong-secret-of-it')
  await look(page, 'form')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '测试 阿里云短信' }).click()
  await dialog.getByLabel('手机号').fill('13800138000')
  await dialog.getByRole('button', { name: '发送' }).click()
  await dialog.getByText('请核对密钥').waitFor()
  await look(page, 'refused')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await look(page, 'list')
  await page.getByRole('button', { name: '修改 阿里云短信' }).click()
  expect(await dialog.getByLabel('AccessKey Secret').inputValue()).toBe('')
  await dialog.getByText('尾号 f-it').waitFor()
  await dialog.getByLabel('AccessKey Secret').fill('a-secret-of-the-provider')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '测试 阿里云短信' }).click()
  await dialog.getByLabel('手机号').fill('13800138000')
  await dialog.getByRole('button', { name: '发送' }).click()
  await dialog.getByText('服务商已受理').waitFor()
  await look(page, 'accepted')
  expect(aliyun.delivered).toMatchObject([{ phone: '13800138000', params: { content: '这是一条测试消息。' } }])
  expect(await page.content()).not.toContain('a-secret-of')
  await page.context().close()
})

test.each([
  ['en', { locale: 'en-US' }, 'Add account', 'WeChat official account'],
  ['phone', { width: 390 }, '添加账号', '微信公众号'],
  ['dark', { dark: true }, '添加账号', '邮件（SMTP）'],
] as const)('the list and the form in %s', async (name, look_, add, provider) => {
  const page = await openTab(look_)
  await page.locator('.channel-row').waitFor()
  await look(page, `list-${name}`)
  await page.getByRole('button', { name: add }).click()
  await page.getByRole('dialog').locator('.ant-select').first().click()
  await page.getByTitle(provider).last().click()
  await look(page, `form-${name}`)
  await page.context().close()
})
