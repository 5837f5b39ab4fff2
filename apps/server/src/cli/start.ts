import { EmbeddedError } from '../platform/embedded/errors.ts'
import { type CliContext, createContext } from './context.ts'
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

async function serve(context: CliContext, _empty: boolean): Promise<void> {
  await runApp(context, {
    role: 'app',
    port: context.config.port,
    ready: (port) => {
      process.stdout.write(`\n  Changhui 常回  http://localhost:${port}\n\n`)
    },
  })
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
