import { type Command, InvalidArgumentError } from 'commander'
import type { CliContext } from './context.ts'
import { runApp } from './running.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('serve pages and API and work off the jobs; several may run on one database')
    .option('--port <number>', 'port to listen on (default: PORT, else 3000)', portNumber)
    .option('--without-jobs', 'leave the jobs to `changhui worker`')
    .action(async (options: { port?: number; withoutJobs?: boolean }) => {
      await runApp(context, {
        role: 'command',
        port: options.port ?? context.config.port,
        parts: { pages: true, jobs: options.withoutJobs !== true },
        ready: (port) => context.print({ port }, `http://localhost:${port}`),
      })
    })
}

/** An option's port; commander shows the reason. */
export function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('0–65535')
  return port
}
