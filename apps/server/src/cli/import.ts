import type { Command } from 'commander'
import { type CliContext, CliError } from './context.ts'

export function register(program: Command, _context: CliContext): void {
  program.command('import').action(() => {
    throw new CliError('not yet')
  })
}
