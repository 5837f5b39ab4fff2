import { demoPassword, demoStaff } from '@changhui/contract/demo-accounts'
import { loadDemo } from '../modules/demo/service.ts'
import { EmbeddedError } from '../platform/embedded/errors.ts'
import type { Platform } from '../platform/http/context.ts'
import { type CliContext, createContext } from './context.ts'
import { forgetHalfDemo } from './half-demo.ts'
import { explain } from './main.ts'
import { runApp } from './running.ts'

/** `npm start`: the whole product in one process, on a data folder of its own. Resolves to the exit code. */
export async function start(options: { readonly empty: boolean }): Promise<number> {
  try {
    const context = createContext(() => false)
    await untilFree(() => serve(context, options.empty))
    return 0
  } catch (error) {
    return explain(error, false)
  }
}

async function serve(context: CliContext, empty: boolean): Promise<void> {
  await runApp(context, {
    role: 'app',
    port: context.config.port,
    prepare: async (platform) => {
      await forgetHalfDemo(platform.pool)
      if (!empty && (await isEmpty(platform))) await demo(context, platform)
    },
    ready: async (port, platform) => {
      process.stdout.write(`\n  Changhui 常回  http://localhost:${port}\n${await signIns(platform)}\n`)
    },
  })
}

async function isEmpty({ db }: Platform): Promise<boolean> {
  const store = await db.selectFrom('store').select('id').limit(1).executeTakeFirst()
  return store === undefined
}

async function demo(context: CliContext, platform: Platform): Promise<void> {
  context.note(
    '数据库为空，正在建立演示门店（不需要可用 npm start -- --empty）… / Empty database: making a demo store …',
  )
  const made = await loadDemo(platform)
  context.note(
    `演示门店 / Demo store: ${made.customers} 位客户 customers, ${made.vehicles} 台车 vehicles, ${made.visits} 次进厂 visits, ${made.tasks} 项任务 tasks`,
  )
}

/** What a person needs next: the demo's accounts, the wizard, or nothing. */
async function signIns({ db }: Platform): Promise<string> {
  const someone = await db.selectFrom('authUser').select('id').limit(1).executeTakeFirst()
  if (!someone) return '  打开后按提示建立管理员 / Open it and follow the first-run wizard\n'
  const demoStore = await db.selectFrom('store').select('id').where('demo', '=', true).limit(1).executeTakeFirst()
  if (!demoStore) return ''
  const lines = demoStaff.map(({ username, name }) => `    ${username.padEnd(9)} ${name}`)
  return `  演示账号 / demo sign-ins, 密码 / password ${demoPassword}\n${lines.join('\n')}\n`
}

/** One that was just killed needs a moment to let the folder go. */
async function untilFree(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof EmbeddedError && error.code === 'in-use') || attempt === 12) throw error
      await new Promise((done) => setTimeout(done, 250))
    }
  }
}
