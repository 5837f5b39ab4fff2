import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../../apps/server/src/platform/config.ts'
import { axeFindings, type BrowserStage, openBrowserStage, pictures } from './stage.ts'

const file = resolve(repositoryRoot, '../shared/data/jobcards/service_lines_2017-05_2018-06.csv')
const password = 'window above harbour 7'

/**
 * The main job as a person does it, from an empty system to the analysis: the file's last visits lie in June 2018, so the
 * store lives on a Monday morning in that month.
 */
describe.skipIf(!existsSync(file))('the main job, on ../shared/data/jobcards', () => {
  let stage: BrowserStage
  let page: Page
  beforeAll(async () => {
    stage = await openBrowserStage('2018-06-25T01:00:00Z')
    page = await stage.open()
  })
  afterAll(() => stage.close())

  const picture = (name: string) => page.screenshot({ path: resolve(pictures, `main-${name}.png`) })
  const go = (path: string) => page.goto(`${stage.base}/s/JN01/${path}`)
  /** The sentence that says what followed from the call. */
  const said = (words: RegExp) => page.locator('.call-saying').filter({ hasText: words }).waitFor()

  test('the first person makes the store and signs in', async () => {
    await page.goto(stage.base)
    await page.waitForURL(/setup/)
    await page.getByLabel('门店名称').fill('测试门店')
    await page.getByLabel('门店编码').fill('JN01')
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByLabel('您的姓名').fill('测试管理员')
    await page.getByLabel('登录名').fill('boss')
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByLabel('再输一次密码').fill(password)
    await picture('1-setup')
    await page.getByRole('button', { name: '完成并登录' }).click()
    await page.waitForURL(/\/s\/JN01/)
  })

  test('the real file is mapped, tried and imported', async () => {
    await go('imports')
    await page.getByText('进厂记录', { exact: true }).first().click()
    await page.locator('input[type=file]').setInputFiles(file)
    await page.waitForURL(/imports\/.+/)
    await page.getByRole('button', { name: '试运行' }).waitFor()
    await picture('2-mapping')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: '试运行' }).click()
    const run = page.getByRole('button', { name: /开始导入/ })
    await run.waitFor({ timeout: 60_000 })
    await picture('3-dry-run')
    expect(await axeFindings(page)).toEqual([])
    await run.click()
    await page.getByText('导入完成').first().waitFor({ timeout: 90_000 })
    await picture('4-imported')
    const { rows } = await stage.platform.pool.query(
      'SELECT (SELECT count(*) FROM visit) AS visits, (SELECT count(*) FROM vehicle) AS vehicles',
    )
    expect(rows[0].visits).toBeGreaterThan(2500)
    expect(rows[0].vehicles).toBeGreaterThan(1500)
  })

  test('the plan makes today’s reminders; without numbers they wait for one', async () => {
    await go('board')
    await page.getByRole('button', { name: '立即运行计划' }).click()
    await expect
      .poll(async () => (await stage.platform.pool.query('SELECT count(*) AS n FROM task')).rows[0].n, {
        timeout: 20_000,
      })
      .toBeGreaterThan(100)
    await go('calls?tab=numbers')
    await page.getByRole('tab', { name: '待补号码' }).click()
    const number = page.getByRole('textbox', { name: /的电话号码/ }).last()
    await number.fill('12')
    await number.press('Enter')
    await page.getByText('不是有效的电话号码').first().waitFor()
    await number.fill('15400001234')
    await number.press('Enter')
    await page.getByText('提醒已恢复').first().waitFor()
    await picture('5-number-found')
  })

  test('no answer, then busy, then reached and booked, each in another part of the day', async () => {
    await go('calls')
    for (const key of ['2', '3']) {
      await claim()
      await page.keyboard.press(key)
      await said(/下次 .* 再打/)
      const { rows } = await stage.platform.pool.query(
        'SELECT max(next_at) AS at FROM task WHERE id IN (SELECT task_id FROM attempt)',
      )
      stage.clock.set(rows[0].at)
    }
    await claim()
    await picture('6-call')
    expect(await axeFindings(page)).toEqual([])
    await page.keyboard.press('1')
    await page
      .getByRole('button', { name: /已预约/ })
      .first()
      .click()
    await picture('7-booking')
    await page.getByRole('button', { name: '保存并下一位' }).click()
    await said(/已完成：已预约/)
    await picture('8-booked')
    const { rows } = await stage.platform.pool.query(
      `SELECT t.state, t.outcome, (SELECT array_agg(result ORDER BY at) FROM attempt) AS results,
         (SELECT array_agg(part ORDER BY at) FROM attempt) AS parts, (SELECT count(*) FROM appointment) AS booked
       FROM task t WHERE t.id IN (SELECT task_id FROM attempt)`,
    )
    expect(rows).toEqual([
      {
        state: 'done',
        outcome: 'booked',
        results: ['no-answer', 'busy', 'reached'],
        parts: expect.any(Array),
        booked: 1,
      },
    ])
    expect(new Set(rows[0].parts).size, 'three parts of the day').toBe(3)
  })

  test('the analysis counts it', async () => {
    await go('analysis')
    await page.getByText('已预约').first().waitFor()
    await page.locator('canvas, svg').first().waitFor()
    await picture('9-analysis')
    expect(await axeFindings(page)).toEqual([])
    expect(await page.locator('body').textContent()).toMatch(/预约率\s*100(\.0)?%/)
  })

  /** A new look at the list, as after a break; then the next call. */
  async function claim(): Promise<void> {
    await page.reload()
    const start = page.getByRole('button', { name: /开始下一位/ })
    await start.waitFor()
    await page.keyboard.press('n')
    await page.getByText('这次电话的结果').waitFor()
  }
})
