import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCustomer } from '../../apps/server/src/modules/base/customers/edit.ts'
import { createVehicle } from '../../apps/server/src/modules/base/vehicles/edit.ts'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { createStaff } from '../../apps/server/src/modules/staff/service.ts'
import { uuidv7 } from '../../apps/server/src/platform/ids.ts'
import { type Scope, systemActor, withStore } from '../../apps/server/src/platform/scope.ts'
import { axeFindings, type BrowserStage, openBrowserStage, overhang, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let storeId: string
const scoped = <T>(work: (scope: Scope) => Promise<T>) =>
  withStore(stage.platform.pool, stage.platform.clock, { id: storeId, timeZone: 'Asia/Shanghai' }, systemActor, work)
/** The day whose register is printed: a Friday. */
const day = '2026-11-20'

beforeAll(async () => {
  // A Thursday afternoon, half an hour before closing.
  stage = await openBrowserStage('2026-11-19T09:00:00Z')
  storeId = (await loadDemo(stage.platform, { customers: 120 })).storeId
  for (const [username, name] of [
    ['advisor2', '周顾问（演示）'],
    ['advisor3', '吴顾问（演示）'],
  ] as const) {
    const staff = { username, name, roles: ['advisor' as const], password: demoPassword }
    await createStaff(stage.platform, { storeId, actor: systemActor }, staff)
  }
  await scoped(async (scope) => {
    const twin = { name: '虚构李雷', phones: ['13900007001'], region: '望川区', birthday: '1990-02-03' }
    const one = await createCustomer(scope, twin)
    await createVehicle(scope, one.id, { plate: '苏ZA7001', model: '虚构 A3', deliveredOn: '2026-10-08' })
    const other = await createCustomer(scope, {
      name: '虚构李雷',
      phones: ['13900007001', '13900007002'],
      region: '虚河区',
      doNotDisturb: true,
    })
    await createVehicle(scope, other.id, { plate: '苏ZA7002', model: '虚构 B5', deliveredOn: '2026-10-19' })
    await createCustomer(scope, { name: '虚构韩梅', phones: ['13900007002'] })
    for (let n = 0; n < 11; n++) {
      const { id } = await createCustomer(scope, { name: `虚构新车主${n + 1}`, phones: [`139000080${10 + n}`] })
      const deliveredOn = `2026-10-${String(n * 2 + 3).padStart(2, '0')}`
      await createVehicle(scope, id, { plate: `苏ZB80${10 + n}`, model: '虚构 C6 运动型 2.0T', deliveredOn })
    }
    // a full day: more rows than one page of the register holds
    const cars = await scope.tx
      .selectFrom('vehicle')
      .select(['id', 'ownerId'])
      .where('storeId', '=', storeId)
      .orderBy('id')
      .limit(38)
      .execute()
    for (const [at, car] of cars.entries()) {
      await scope.tx
        .insertInto('appointment')
        .values({
          storeId,
          id: uuidv7(scope.now),
          customerId: car.ownerId,
          vehicleId: car.id,
          day,
          atTime: at < 36 ? `${String(8 + Math.floor(at / 4)).padStart(2, '0')}:${(at % 4) * 15 || '00'}` : null,
          note: at % 5 === 0 ? '需要代步车，请提前准备；顺便检查右前轮异响，客户反映低速转弯时明显' : null,
          createdAt: scope.now.toString(),
        })
        .execute()
    }
  })
})
afterAll(() => stage.close())

const as = async (who: string, look: Parameters<BrowserStage['open']>[0] = {}): Promise<Page> => {
  const page = await stage.open(look)
  await signIn(page, stage.base, who, demoPassword)
  return page
}
const go = async (page: Page, path: string) => {
  await page.goto(`${stage.base}/s/DEMO/${path}`)
  await page.waitForLoadState('networkidle')
}
const looks = [
  { label: 'zh', locale: 'zh-CN', width: 1440 },
  { label: 'en', locale: 'en-US', width: 1440 },
  { label: 'phone', locale: 'zh-CN', width: 390 },
  { label: 'phone-en', locale: 'en-US', width: 390 },
] as const
const pages = [
  ['customers/duplicates', 'duplicates-full', '.duplicate'],
  ['customers/duplicates?tab=possible', 'duplicates-possible', '.duplicate'],
  ['sharing', 'sharing-full', '.sharers'],
  [`appointments/register?day=${day}`, 'register-full', '.register-sheet'],
  ['appointments?by=day&day=2026-11-20', 'appointments-full', '.register-owed'],
  ['board', 'board-register', '.register-owed'],
  ['base-analysis', 'base-analysis-full', '.share-table'],
] as const

describe.each(looks)('with something on them, $label', ({ label, ...look }) => {
  let page: Page
  beforeAll(async () => {
    page = await as('manager', look)
  })
  afterAll(() => page.context().close())
  test.each(pages)('%s', async (path, name, shows) => {
    await go(page, path)
    await page.locator(shows).first().waitFor()
    await page.screenshot({ path: resolve(pictures, `${name}-${label}.png`), fullPage: true })
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    expect(await axeFindings(page)).toEqual([])
  })
})

test('the register is printed in two copies on A4: columns named on every page, nothing clipped', async () => {
  const page = await as('manager')
  await go(page, `appointments/register?day=${day}`)
  await page.locator('.register-sheet').first().waitFor()
  expect(await page.locator('.register-sheet').count()).toBe(2)
  expect(await page.locator('.register-sheet').first().textContent()).toMatch(/\d{3}\*{4}\d{4}/)
  await page.getByRole('button', { name: '显示完整号码' }).click()
  await page.getByRole('button', { name: '隐藏号码' }).waitFor()
  expect(await page.locator('.register-sheet').first().textContent()).not.toMatch(/\*{4}/)
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
  writeFileSync(resolve(pictures, 'register.pdf'), pdf)
  const text = pdf.toString('latin1')
  const sheets = text.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
  // 38 rows take two sheets a copy, or three with long remarks; each copy begins on a sheet of its own
  expect(sheets % 2).toBe(0)
  expect(sheets).toBeGreaterThanOrEqual(4)
  const boxes = [...text.matchAll(/\/MediaBox\s*\[([\d. ]+)\]/g)].map((match) =>
    (match[1] ?? '').split(' ').map(Number),
  )
  expect(boxes.length).toBeGreaterThan(0)
  for (const [, , width = 0, height = 0] of boxes) expect([Math.round(width), Math.round(height)]).toEqual([842, 595])
  // in the width of the paper nothing is wider than its cell
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize({ width: 1047, height: 720 })
  const clipped = await page.evaluate(
    `[...document.querySelectorAll('.register-table td, .register-table th')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length
     + (document.documentElement.scrollWidth > window.innerWidth ? 1000 : 0)`,
  )
  expect(clipped).toBe(0)
  await page.context().close()
})

test('handing it over: pressing before closing, then done, then late', async () => {
  const page = await as('manager')
  await go(page, 'board')
  await page.locator('.register-owed [data-state=pressing]').waitFor()
  await page.locator('.register-owed a').filter({ hasText: '11月20日' }).click()
  await page.getByRole('button', { name: '已交前台' }).click()
  await page.getByLabel('前台接收人（选填）').fill('前台小陈')
  await page.getByRole('button', { name: '确认交接' }).click()
  await page.getByText(/前台小陈接收/).waitFor()
  await page.screenshot({ path: resolve(pictures, 'register-handed-over.png') })
  await go(page, 'board')
  await page.locator('section h2').first().waitFor()
  expect(await page.locator('.register-owed a').filter({ hasText: '11月20日' }).count()).toBe(0)
  await page.context().close()
})

test('two records become one and come apart again', async () => {
  const page = await as('clerk')
  await go(page, 'customers/duplicates')
  const card = page.locator('.duplicate').filter({ hasText: '虚构李雷' })
  await card.getByRole('button', { name: /并入留下的记录/ }).click()
  await page.getByText('任何一边的免打扰').waitFor()
  // the dialog grows into its place
  await page.waitForTimeout(400)
  await page.screenshot({ path: resolve(pictures, 'merge-dialog.png') })
  expect(await axeFindings(page)).toEqual([])
  await page.getByLabel('区域').getByText('虚河区').click()
  // somebody changes a record meanwhile: the dialog says so, reads it again and goes on from there
  await stage.platform.pool.query(`UPDATE customer SET version = version + 1 WHERE name = '虚构李雷'`)
  await page.getByRole('button', { name: '确认合并' }).click()
  await page.getByRole('alert').filter({ hasText: '刚被别人修改过' }).waitFor()
  await page.screenshot({ path: resolve(pictures, 'merge-dialog-changed.png') })
  await page.getByRole('button', { name: '确认合并' }).click()
  await card.waitFor({ state: 'detached' })
  const { rows } = await stage.platform.pool.query<{ id: string; survivor: string; region: string }>(
    `SELECT g.id, s.id AS survivor, s.region FROM customer g JOIN customer s ON s.id = g.merged_into`,
  )
  expect(rows.map((row) => row.region)).toEqual(['虚河区'])
  await go(page, `customers/${rows[0]?.id}`)
  await page.waitForURL(new RegExp(rows[0]?.survivor ?? ''))
  await page.getByText('苏ZA7002').first().waitFor()
  await page.screenshot({ path: resolve(pictures, 'customer-merged.png'), fullPage: true })
  await go(page, 'customers/duplicates?tab=done')
  await page.screenshot({ path: resolve(pictures, 'merges-full.png') })
  await page.getByRole('button', { name: /^撤\s*销/ }).click()
  await page.getByRole('button', { name: '撤销合并' }).click()
  await page.getByText('撤销', { exact: false }).filter({ hasText: '于' }).first().waitFor()
  const after = await stage.platform.pool.query('SELECT id FROM customer WHERE merged_into IS NOT NULL')
  expect(after.rows).toEqual([])
  await page.context().close()
})

test('the month is shared out and one car given to another advisor', async () => {
  const page = await as('clerk')
  await go(page, 'sharing')
  await page.getByRole('button', { name: '立即分配' }).click()
  await page.getByText('全部已分配').waitFor()
  await page.locator('tbody input[type=checkbox]').first().check()
  await page.locator('.sharing-to').click()
  await page.locator('.ant-select-item-option').last().click()
  await page.screenshot({ path: resolve(pictures, 'sharing-give.png'), fullPage: true })
  await page.getByRole('button', { name: /^改\s*派$/ }).click()
  await page.getByText('已改派 1 辆').waitFor()
  await page.context().close()
})

test('the base is looked at month by month, saved as a workbook and printed', async () => {
  const page = await as('manager')
  await go(page, 'base-analysis')
  const vehicles = page.locator('.analysis-figures .panel').nth(1).locator('.analysis-rate')
  const now = Number(await vehicles.textContent())
  await page.getByRole('button', { name: '上个月' }).click()
  await page.getByText('截至 2026-10-31').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '导出 Excel' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('base-2026-10.xlsx')
  writeFileSync(resolve(pictures, 'base-analysis.pdf'), await page.pdf({ format: 'A4', printBackground: true }))
  await go(page, 'base-analysis?month=2024-06')
  await page.getByText('截至 2024-06-30').waitFor()
  expect(Number(await vehicles.textContent())).toBeLessThan(now)
  await go(page, 'base-analysis?month=2031-01')
  await page.getByText('这个月还没有开始').waitFor()
  await page.context().close()
})

test('the limits of the churn bands are moved, and the list is filtered by them', async () => {
  const page = await as('admin')
  await go(page, 'settings/churn')
  await page.getByLabel('非流失', { exact: true }).fill('3')
  await page.getByLabel('半流失', { exact: true }).fill('2')
  await page.getByRole('button', { name: /^保\s*存$/ }).click()
  await page.getByText('各等级的月数须为').first().waitFor()
  await page.getByLabel('半流失', { exact: true }).fill('5')
  await page.getByRole('button', { name: /^保\s*存$/ }).click()
  await page.getByText('已保存').waitFor()
  await go(page, 'customers')
  await page.locator('.filter-bar .ant-select').nth(2).click()
  await page.getByTitle('半流失', { exact: true }).click()
  await page.waitForURL(/band=drifting/)
  const chips = page.locator('.customers-table tbody .cell-visit .chip')
  await chips.first().waitFor()
  const rows = await page.locator('.customers-table tbody tr').count()
  expect(await chips.allTextContents()).toEqual(Array.from({ length: rows }, () => '半流失'))
  await page.screenshot({ path: resolve(pictures, 'customers-band.png') })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.reload()
  await chips.first().waitFor()
  await page.screenshot({ path: resolve(pictures, 'customers-band-phone.png') })
  const beyond = 'document.querySelector(".customers-table").parentElement'
  expect(await page.evaluate(`${beyond}.scrollWidth - ${beyond}.clientWidth`), 'a card fits the phone').toBe(0)
  await page.locator('.customers-table tbody a').first().click()
  await page.locator('.chip', { hasText: '半流失' }).first().waitFor()
  await page.context().close()
})

test('a WeCom id is written down for a customer and taken away again', async () => {
  const page = await as('manager')
  await go(page, 'customers')
  await page.locator('.customers-table tbody a').first().click()
  const panel = page.locator('.panel', { hasText: '微信与企业微信' })
  await panel.getByText('还没有绑定').waitFor()
  await panel.getByRole('button', { name: '手工绑定' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('.ant-select').click()
  await page.locator('.ant-select-item-option').last().click()
  await dialog.getByLabel('企业微信外部联系人 ID').fill('wm-guest-7')
  await page.screenshot({ path: resolve(pictures, 'customer-link.png') })
  await dialog.getByRole('button', { name: '绑定', exact: true }).click()
  await panel.getByText('wm-guest-7').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await panel.scrollIntoViewIfNeeded()
  await page.screenshot({ path: resolve(pictures, 'customer-linked.png') })
  await panel.getByRole('button', { name: '解除 wm-guest-7' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: '解除', exact: true }).click()
  await panel.getByText('还没有绑定').waitFor()
  await page.context().close()
})

test('what is missing is asked for in the call and saved in one step', async () => {
  const page = await as('agent1')
  await go(page, 'calls')
  await page
    .getByRole('button', { name: /开始|下一/ })
    .first()
    .click()
  await page.locator('.ask-for').waitFor()
  await page.screenshot({ path: resolve(pictures, 'call-ask.png') })
  expect(await axeFindings(page)).toEqual([])
  await page.getByLabel('是否同意接收短信、微信提醒').click()
  await page
    .locator('.ant-select-item-option')
    .filter({ hasText: /^同意$/ })
    .click()
  await page
    .locator('.ask-for')
    .getByRole('button', { name: /^保\s*存$/ })
    .click()
  // what was told is asked for no more
  await page.getByLabel('是否同意接收短信、微信提醒').waitFor({ state: 'detached' })
  const agreed = await stage.platform.pool.query(
    `SELECT id FROM customer WHERE consents @> '{"sms":true,"wechat":true}'`,
  )
  expect(agreed.rows).toHaveLength(1)
  await page.context().close()
})
