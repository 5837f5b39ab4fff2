import { composeApp } from '../compose.ts'
import type { Role } from '../platform/embedded/protocol.ts'
import type { Platform } from '../platform/http/context.ts'
import { buildConsole } from './build-console.ts'
import { type CliContext, CliError } from './context.ts'

export interface RunOptions {
  /** `app` refuses to run beside another app on the same data folder. */
  readonly role: Role
  readonly port: number
  /** What this process does; default both. Health and figures are served in any case. */
  readonly parts?: { readonly pages: boolean; readonly jobs: boolean }
  /** Before the port is opened: what the database needs first. */
  prepare?(platform: Platform): Promise<void>
  /** Once requests are answered. */
  ready(port: number, platform: Platform): Promise<void> | void
}

/** How long requests and jobs under way may take to finish once a stop is asked for; milliseconds. */
const patience = 15_000

/** Serves pages, API and jobs, or a part of them, until SIGINT or SIGTERM, then finishes what is under way. */
export async function runApp(context: CliContext, options: RunOptions): Promise<void> {
  const stopped = stopSignal()
  let prepared = false
  // nothing is served yet: what is half done rolls back by itself
  void stopped.then(() => prepared || process.exit(0))
  await context.withPlatform(
    async (platform) => {
      const parts = options.parts ?? { pages: true, jobs: true }
      const pages = parts.pages ? buildConsole(context.config.root, context.note) : undefined
      await Promise.all([pages, options.prepare?.(platform)])
      const app = await composeApp(platform, { roles: parts })
      const port = await app.start(options.port).catch((error: unknown) => {
        throw portProblem(error, options.port)
      })
      prepared = true
      await options.ready(port, platform)
      await stopped
      const hurry = setTimeout(() => process.exit(1), patience)
      await app.stop()
      clearTimeout(hurry)
    },
    { role: options.role, connections: 16 },
  )
}

let stop: Promise<void> | undefined

/** Resolves at the first SIGINT or SIGTERM. A terminal's Ctrl-C may arrive twice; the second changes nothing. */
export function stopSignal(): Promise<void> {
  stop ??= new Promise((done) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => done())
  })
  return stop
}

function portProblem(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return new CliError(
      `端口 ${port} 已被占用，请用 PORT=${port + 1} npm start 换一个端口 / Port ${port} is taken: choose another, e.g. PORT=${port + 1} npm start`,
    )
  }
  if (code === 'EACCES') {
    return new CliError(
      `无权使用端口 ${port}，请用 1024 以上的端口，如 PORT=3000 / Port ${port} may not be used: choose one above 1024, e.g. PORT=3000`,
    )
  }
  return error
}
