import { resolve } from 'node:path'
import { demoPassword } from '@changhui/contract/demo-accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCustomer } from '../../apps/server/src/modules/base/customers/edit.ts'
import { createVehicle } from '../../apps/server/src/modules/base/vehicles/edit.ts'
import { loadDemo } from '../../apps/server/src/modules/demo/service.ts'
import { systemActor, withStore } from '../../apps/server/src/platform/scope.ts'
import { axeFindings, type BrowserStage, openBrowserStage, overhang, pictures, signIn } from './stage.ts'

let stage: BrowserStage
let customerId: string
beforeAll(async () => {
  stage = await openBrowserStage('2026-11-19T02:00:00Z')
  const { storeId } = await loadDemo(stage.platform, { customers: 60 })
  const store = { id: storeId, timeZone: 'Asia/Shanghai' }
  customerId = await withStore(stage.platform.pool, stage.platform.clock, store, systemActor, async (scope) => {
    const { id } = await createCustomer(scope, { name: '虚构来电', phones: ['13900009001'] })
    await createVehicle(scope, id, { plate: '苏ZC9001', model: '虚构 A3', deliveredOn: '2026-05-08' })
    await scope.tx.insertInto('storeClosure').values({ storeId, day: '2026-11-24', reason: '盘点' }).execute()
    return id
  })
})
afterAll(() => stage.close())

const stands = async () =>
  (
    await stage.platform.pool.query<{ day: string; time: string; state: string; version: number }>(
      `SELECT day::text, to_char(at_time, 'HH24:MI') AS time, state, version FROM appointment WHERE customer_id = $1`,
      [customerId],
    )
  ).rows

test.each([1440, 390] as const)('a customer who rings is booked on his page, %i wide', async (width) => {
  const page = await stage.open({ width })
  await signIn(page, stage.base, 'manager', demoPassword)
  await page.goto(`${stage.base}/s/DEMO/customers/${customerId}`)
  await page.getByRole('button', { name: '登记预约' }).click()
  await page.getByLabel('到店日期').fill('2026-11-24')
  await page.getByLabel('到店日期').press('Enter')
  await page.getByLabel('时间（选填）').fill('930')
  await page.getByLabel('备注（选填）').fill('换轮胎')
  await page.getByRole('button', { name: /^保\s*存$/ }).click()
  await page.getByText('2026-11-24 门店不营业').waitFor()
  await page.screenshot({ path: resolve(pictures, `book-${width}.png`) })
  expect(await overhang(page)).toBeLessThanOrEqual(0)
  expect(await axeFindings(page)).toEqual([])
  await page.getByLabel('到店日期').fill('2026-11-23')
  // a day that is whole sends the form
  await page.getByLabel('到店日期').press('Enter')
  await page.getByText('已登记预约').first().waitFor()
  await page.screenshot({ path: resolve(pictures, `booked-${width}.png`), fullPage: true })
  expect(await stands()).toContainEqual({ day: '2026-11-23', time: '09:30', state: 'booked', version: 1 })
  await page.context().close()
})

test('moved on a page on which it still stood as booked: the page says so and shows what stands (SEC-03)', async () => {
  const page = await stage.open()
  await signIn(page, stage.base, 'manager', demoPassword)
  await page.goto(`${stage.base}/s/DEMO/appointments?by=day&day=2026-11-23`)
  const row = page.locator('.appointment').filter({ hasText: '虚构来电' }).first()
  await row.getByRole('button', { name: /改期/ }).click()
  await page.getByLabel('时间（选填）').fill('14:00')
  await stage.platform.pool.query(
    `UPDATE appointment SET state = 'cancelled', version = version + 1 WHERE customer_id = $1`,
    [customerId],
  )
  await page.getByRole('button', { name: /^保\s*存$/ }).click()
  await page.getByRole('alert').filter({ hasText: '刚被别人修改过' }).waitFor()
  await page.getByText(/现在是：.*已取消/).waitFor()
  await page.screenshot({ path: resolve(pictures, 'appointment-changed.png') })
  await page.getByRole('button', { name: /^保\s*存$/ }).click()
  await page.getByRole('alert').filter({ hasText: '请先恢复预约' }).waitFor()
  expect((await stands()).map((one) => `${one.time} ${one.state}`)).toEqual(['09:30 cancelled', '09:30 cancelled'])
  await page.context().close()
})
