import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { runApp } from './running.ts'
import { portNumber } from './serve.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('worker')
    .description('work off the jobs only (plans, deliveries); several may run beside `serve --without-jobs`')
    .option('--port <number>', 'port for /health, /ready and /metrics (default: a free one)', portNumber)
    .action(async (options: { port?: number }) => {
      await runApp(context, {
        role: 'command',
        port: options.port ?? 0,
        parts: { pages: false, jobs: true },
        ready: (port) => context.print({ port }, `worker, health: http://localhost:${port}/health`),
      })
    })
}
