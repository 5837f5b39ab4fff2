import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { repositoryRoot } from '../../apps/server/src/platform/config.ts'
import { axeFindings, type BrowserStage, type Look, openBrowserStage, overhang, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let customerId: string
beforeAll(async () => {
  // A Thursday morning in the store.
  stage = await openBrowserStage('2026-11-19T01:30:00Z')
  await loadDemo(stage.platform, { customers: 240 })
  const { rows } = await stage.platform.pool.query(
    `SELECT customer_id FROM task WHERE programme = 'regular-service' AND state = 'done' ORDER BY id LIMIT 1`,
  )
  customerId = rows[0].customer_id
})
afterAll(() => stage.close())

/** Every page of the console, with the role that lands there and something that must stand on it. */
const pages: readonly { name: string; path: () => string; who: string; shows: string }[] = [
  { name: 'calls', path: () => 'calls', who: 'agent1', shows: '.ant-tabs' },
  { name: 'failures', path: () => 'calls?tab=failures', who: 'manager', shows: '.call-list-bar' },
  { name: 'board', path: () => 'board', who: 'manager', shows: 'section h2' },
  { name: 'insurance', path: () => 'insurance', who: 'manager', shows: '.insurance-bar' },
  { name: 'insurance-audit', path: () => 'insurance-audit', who: 'manager', shows: 'h1' },
  { name: 'appointments', path: () => 'appointments', who: 'manager', shows: 'h1' },
  { name: 'customers', path: () => 'customers', who: 'manager', shows: 'table' },
  { name: 'customer', path: () => `customers/${customerId}`, who: 'manager', shows: 'h1' },
  { name: 'duplicates', path: () => 'customers/duplicates', who: 'manager', shows: 'h1' },
  { name: 'merges', path: () => 'customers/duplicates?tab=done', who: 'clerk', shows: 'h1' },
  { name: 'sharing', path: () => 'sharing', who: 'clerk', shows: 'h1' },
  { name: 'register', path: () => 'appointments/register', who: 'manager', shows: 'h1' },
  { name: 'new-cars', path: () => 'new-cars', who: 'manager', shows: '.order' },
  { name: 'weather', path: () => 'weather', who: 'manager', shows: '.notice-figures' },
  { name: 'imports', path: () => 'imports', who: 'clerk', shows: 'input[type=file]' },
  { name: 'messages', path: () => 'messages', who: 'manager', shows: 'h1' },
  { name: 'templates', path: () => 'templates', who: 'manager', shows: '.settings-versions' },
  {
    name: 'templates-refused',
    path: () => 'templates?key=inspection&channel=sms',
    who: 'manager',
    shows: '.text-findings .mark-danger',
  },
  { name: 'audiences', path: () => 'audiences', who: 'manager', shows: '.audience-figures' },
  { name: 'analysis', path: () => 'analysis', who: 'manager', shows: 'table' },
  { name: 'base-analysis', path: () => 'base-analysis', who: 'manager', shows: '.share-table' },
  { name: 'settings', path: () => 'settings', who: 'admin', shows: 'input' },
  ...['closures', 'programmes', 'scripts', 'gate', 'churn', 'staff', 'call-centre', 'channels', 'integrations'].map(
    (tab) => ({
      name: `settings-${tab}`,
      path: () => `settings/${tab}`,
      who: 'admin',
      shows: 'h1',
    }),
  ),
  { name: 'audit', path: () => 'audit', who: 'admin', shows: 'table' },
]

/** What the first page costs before anything is cached; the design aims at 350 kB. */
test('the first load stays within 320 kB of packed JavaScript', () => {
  const run = spawnSync(process.execPath, [resolve(repositoryRoot, 'apps/console/size.ts')], { encoding: 'utf8' })
  const { firstLoadJsGzKb } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
  expect(firstLoadJsGzKb).toBeGreaterThan(50)
  expect(firstLoadJsGzKb).toBeLessThanOrEqual(320)
})

const looks: readonly (Look & { label: string })[] = [
  { label: 'zh', locale: 'zh-CN', width: 1440 },
  { label: 'en', locale: 'en-US', width: 1440 },
  { label: 'phone', locale: 'zh-CN', width: 390 },
  { label: 'dark', locale: 'zh-CN', width: 1440, dark: true },
]

describe.each(looks)('$label', ({ label, ...look }) => {
  let page: Page
  let signedIn = ''
  const errors: string[] = []
  beforeAll(async () => {
    page = await stage.open(look)
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
  })
  afterAll(() => page.context().close())

  test('sign-in', async () => {
    await page.goto(`${stage.base}/sign-in`)
    await page.locator('input[type="password"]').waitFor()
    await page.screenshot({ path: resolve(pictures, `sign-in-${label}.png`) })
    expect(await axeFindings(page)).toEqual([])
    errors.length = 0
  })

  test.each(pages)('$name', async ({ name, path, who, shows }) => {
    if (signedIn !== who) {
      await page.context().clearCookies()
      await signIn(page, stage.base, who, demoPassword)
      signedIn = who
    }
    errors.length = 0
    await page.goto(`${stage.base}/s/DEMO/${path()}`)
    await page.locator(shows).first().waitFor({ state: 'attached' })
    await page.waitForLoadState('networkidle')
    await page.locator('.ant-skeleton').first().waitFor({ state: 'detached' })
    await page.screenshot({ path: resolve(pictures, `${name}-${label}.png`) })
    expect(await overhang(page), 'nothing hangs over the edge').toBeLessThanOrEqual(0)
    expect(await axeFindings(page)).toEqual([])
    expect(errors).toEqual([])
    if (look.locale === 'en-US' && name !== 'customer')
      expect(await chineseWords(page), 'everything of ours is translated').toEqual([])
  })
})

/** Chinese on an English page that is not a name, a plate or something a person wrote. */
async function chineseWords(page: Page): Promise<string[]> {
  const texts = await page
    .locator('nav a, header h1, h2, h3, th[scope=col], label, button, .ant-tabs-tab, .ant-segmented-item, dt')
    .allInnerTexts()
  return texts.filter((text) => /\p{Script=Han}/u.test(text) && !/演示|虚构|苏Z|简体|中文|常回/.test(text))
}
