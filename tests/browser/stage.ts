import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterEach, inject } from 'vitest'
import { composeApp } from '../../apps/server/src/compose.ts'
import { jobs } from '../../apps/server/src/jobs.ts'
import { fixedClock } from '../../apps/server/src/platform/clock.ts'
import { loadConfig, repositoryRoot } from '../../apps/server/src/platform/config.ts'
import { openDb, openPool } from '../../apps/server/src/platform/db.ts'
import type { Platform } from '../../apps/server/src/platform/http/context.ts'
import { createLog } from '../../apps/server/src/platform/log.ts'
import { forDatabase, withClient } from '../../apps/server/src/platform/testing/cluster.ts'

/** The product on a port of its own with a clock that the test moves, and a browser to use it with. */
export interface BrowserStage {
  readonly base: string
  readonly platform: Platform
  readonly clock: ReturnType<typeof fixedClock>
  /** A window of its own: language, size and shade as a person would have them. */
  open(look?: Look): Promise<Page>
  close(): Promise<void>
}

export interface Look {
  readonly locale?: 'zh-CN' | 'en-US'
  readonly width?: 1440 | 390
  readonly dark?: boolean
}

/** Where pictures of the pages are kept, to be looked at. */
export const pictures = resolve(repositoryRoot, 'test-results/pages')

export async function openBrowserStage(now: string): Promise<BrowserStage> {
  const { admin, template } = inject('testCluster')
  const name = `changhui_browser_${process.pid}_${Math.trunc(performance.now())}`
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-browser-'))
  mkdirSync(pictures, { recursive: true })
  const pool = openPool(forDatabase(admin, name), 8)
  pool.on('error', () => undefined)
  const clock = fixedClock(now)
  const platform: Platform = { config: loadConfig({ CHANGHUI_DATA: folder }), pool, db: openDb(pool), clock }
  const failures: string[] = []
  const app = await composeApp(platform, {
    settings: { requestsPerSecond: 0, secret: 'a secret for tests, of enough letters' },
    log: createLog('error', { write: (line) => void failures.push(line) }),
    // what has its hour would come in the middle of a test whenever that is the hour outside
    jobs: jobs.filter(({ cron }) => cron.startsWith('*')),
  })
  const port = await app.start(0)
  const browser = await launch()
  return {
    base: `http://127.0.0.1:${port}`,
    platform,
    clock,
    open: (look) => window(browser, look),
    close: async () => {
      await browser.close()
      await app.stop()
      await pool.end()
      await withClient(admin, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
      rmSync(folder, { recursive: true, force: true })
      if (failures.length > 0) throw new Error(`the server logged errors:\n${failures.join('\n')}`)
    },
  }
}

/** Windows now open, to be looked at when a test fails: a time-out alone does not say what stood there. */
const windows = new Set<Page>()
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  for (const [at, page] of [...windows].entries()) {
    const picture = resolve(pictures, `failed-${task.name.replaceAll(/[^\w]+/g, '-')}-${at}.png`)
    await page.screenshot({ path: picture })
    console.error(`${task.name}: ${page.url()}\n${await page.locator('body').ariaSnapshot()}`)
  }
})

/** A throw-away profile, and none of the browser's own calls to the outside. */
function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH
  if (!executablePath) throw new Error('CHROMIUM_PATH names no browser: run these through `npm test -- browser`')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  })
}

async function window(browser: Browser, { locale = 'zh-CN', width = 1440, dark = false }: Look = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    locale,
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height: width === 390 ? 844 : 900 },
    hasTouch: width === 390,
    colorScheme: dark ? 'dark' : 'light',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  windows.add(page)
  page.on('close', () => windows.delete(page))
  return page
}

/** Serious and critical findings of axe on the page as it stands, one line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** Whether anything hangs over the right edge of the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
}

export async function signIn(page: Page, base: string, username: string, password: string): Promise<void> {
  await page.goto(`${base}/sign-in`)
  await page.locator('input[autocomplete="username"]').fill(username)
  await page.locator('input[type="password"]').fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/s\//)
}
