import { Command, CommanderError } from 'commander'
import { BackupError } from '../platform/backup/archive.ts'
import { ConfigError } from '../platform/config.ts'
import { EmbeddedError } from '../platform/embedded/errors.ts'
import { MigrationError } from '../platform/migrate.ts'
import { Problem } from '../platform/problem.ts'
import { type CliContext, CliError, createContext } from './context.ts'

interface CommandFile {
  register(program: Command, context: CliContext): void
}

/** One file a command. Loaded when asked for, so that `--help` and small commands do not wait for the whole server. */
const commands: Readonly<Record<string, () => Promise<CommandFile>>> = {
  serve: () => import('./serve.ts'),
  worker: () => import('./worker.ts'),
  migrate: () => import('./migrate.ts'),
  store: () => import('./store.ts'),
  group: () => import('./group.ts'),
  user: () => import('./user.ts'),
  import: () => import('./import.ts'),
  plan: () => import('./plan.ts'),
  simulate: () => import('./simulate.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  doctor: () => import('./doctor.ts'),
}

/** Exit codes: 0 done, 1 refused or failed, 2 the command line or the input could not be used. */
export async function main(argv: readonly string[]): Promise<number> {
  const asked = commands[argv.find((word) => !word.startsWith('-')) ?? '']
  const json = argv.includes('--json')
  const program = new Command('changhui')
  program
    .description('Changhui 常回: after-sales customer care for car dealers')
    .configureOutput({ writeOut: (text) => void process.stdout.write(text) })
    .showHelpAfterError('(--help)')
    .exitOverride()
  try {
    const context = createContext(() => json)
    const files = asked ? [asked] : Object.values(commands)
    for (const load of files) (await load()).register(program, context)
    for (const command of withChildren(program)) {
      command.exitOverride()
      if (command.commands.length === 0)
        command.option('--json', 'print the result as JSON on stdout and nothing else there')
    }
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return explain(error, json)
  }
}

function withChildren(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...withChildren(child)])
}

/** Tells a person why, on stderr, and gives the exit code. */
export function explain(error: unknown, json: boolean): number {
  // commander has said it already; asking for help is not a failure
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const expected =
    error instanceof CliError ||
    error instanceof BackupError ||
    error instanceof ConfigError ||
    error instanceof EmbeddedError ||
    error instanceof MigrationError ||
    error instanceof Problem
  const message = error instanceof Problem ? `${error.data.zh} / ${error.data.en}` : (error as Error).message
  process.stderr.write(`${expected ? message : ((error as Error).stack ?? message)}\n`)
  if (json) process.stdout.write(`${JSON.stringify({ error: message })}\n`)
  return error instanceof CliError ? error.exitCode : 1
}
