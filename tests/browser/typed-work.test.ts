import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCustomer } from '../../apps/server/src/modules/base/customers/edit.ts'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { systemActor, withStore } from '../../apps/server/src/platform/scope.ts'
import { type BrowserStage, openBrowserStage, signIn } from './stage.ts'

/** What is typed stays until it is sent, and goes where it was meant. */
let stage: BrowserStage
let customerId: string
beforeAll(async () => {
  stage = await openBrowserStage('2026-11-19T01:30:00Z')
  const { storeId: id } = await loadDemo(stage.platform, { customers: 120 })
  const store = { id, timeZone: 'Asia/Shanghai' }
  customerId = await withStore(stage.platform.pool, stage.platform.clock, store, systemActor, async (scope) => {
    await createCustomer(scope, { name: '虚构韩梅', phones: ['13900007002'] })
    return (await createCustomer(scope, { name: '虚构李雷', phones: ['13900007001'] })).id
  })
})
afterAll(() => stage.close())

/** A window of this person, on a page. */
async function open(who: string, path: string): Promise<Page> {
  const page = await stage.open()
  await signIn(page, stage.base, who, demoPassword)
  await page.goto(`${stage.base}/s/DEMO/${path}`)
  await page.waitForLoadState('networkidle')
  return page
}

test('a form left open over one customer is not there for the next', async () => {
  const page = await open('manager', `customers/${customerId}`)
  await page.keyboard.press('/')
  await page.keyboard.type('虚构韩梅')
  await page.locator('.search-hit').filter({ hasText: '虚构韩梅' }).click()
  await page.getByRole('heading', { level: 1, name: '虚构韩梅' }).waitFor()
  await page.keyboard.press('e')
  const name = page.getByRole('dialog').getByLabel('姓名')
  await expect.poll(() => name.inputValue()).toBe('虚构韩梅')
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: '虚构李雷' }).waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.keyboard.press('e')
  await expect.poll(() => name.inputValue()).toBe('虚构李雷')
  await page.context().close()
})

test('a time is sent as it was typed, also with Enter at once; what is no time is refused', async () => {
  const page = await open('manager', 'new-cars')
  await page.getByRole('button', { name: '安排讲堂' }).click()
  await page.getByLabel('地点').fill('客户休息区')
  const time = page.getByLabel('时间')
  await time.fill('25')
  await time.press('Enter')
  await page.getByRole('alert').filter({ hasText: '请写成 9:30 或 930' }).waitFor()
  expect(await time.inputValue()).toBe('25')
  await time.fill('930')
  await time.press('Enter')
  await page.locator('.order').filter({ hasText: '客户休息区' }).getByText('09:30').waitFor()
  await page.context().close()
})

test('the call in hand is not taken once more: the note and the form stay', async () => {
  const page = await open('agent1', 'calls')
  await page.keyboard.press('n')
  await page.getByText('这次电话的结果').waitFor()
  await page.getByLabel('备注').fill('家人接的，晚上再打')
  const row = page.locator('.call-row[aria-current=true]')
  await row.click()
  const { rows } = await stage.platform.pool.query<{ id: string }>(
    `SELECT t.id FROM task t JOIN customer c ON c.store_id = t.store_id AND c.id = t.customer_id
     WHERE t.claimed_by IS NOT NULL AND c.name = $1 ORDER BY t.claimed_until DESC LIMIT 1`,
    [await page.locator('.call-card h2 a').textContent()],
  )
  await page.evaluate(`window.history.pushState(null, '', '?task=${rows[0]?.id}')`)
  await page.waitForURL(/calls$/)
  await page.waitForLoadState('networkidle')
  expect(await page.getByLabel('备注').inputValue()).toBe('家人接的，晚上再打')
  await page.context().close()
})
