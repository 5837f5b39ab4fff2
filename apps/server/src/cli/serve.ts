import { type Command, InvalidArgumentError } from 'commander'
import type { CliContext } from './context.ts'
import { runApp } from './running.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('serve pages and API; several may run on one database')
    .option('--port <number>', 'port to listen on (default: PORT, else 3000)', portNumber)
    .action(async (options: { port?: number }) => {
      await runApp(context, {
        role: 'command',
        port: options.port ?? context.config.port,
        ready: (port) => context.print({ port }, `http://localhost:${port}`),
      })
    })
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('0–65535')
  return port
}
