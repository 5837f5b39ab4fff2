import type { Command } from 'commander'
import { migrate } from '../platform/migrate.ts'
import { openDatabase } from '../platform/open-database.ts'
import type { CliContext } from './context.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('migrate')
    .description('bring the database to the newest schema')
    .action(async () => {
      const database = await openDatabase(context.config)
      try {
        const result = await migrate(database.connection)
        const names = result.applied.length > 0 ? result.applied.join(', ') : '已是最新 / nothing to do'
        context.print(result, `迁移 / Applied: ${names}`)
      } finally {
        await database.close()
      }
    })
}
