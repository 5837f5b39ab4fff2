import { resolve } from 'node:path'
import type { Command } from 'commander'
import { restore } from '../platform/backup/restore.ts'
import { openDatabase } from '../platform/open-database.ts'
import type { CliContext } from './context.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('restore')
    .description(
      'put a backup into an empty data folder (CHANGHUI_DATA) or database (DATABASE_URL): all of it or nothing',
    )
    .argument('<file>', 'the backup')
    .option('--replace', 'overwrite a database that holds data')
    .action(async (file: string, options: { replace?: boolean }) => {
      // as the app: nobody may be serving from the folder meanwhile
      const database = await openDatabase(context.config, { role: 'app' })
      try {
        const summary = await restore(database.connection, resolve(file), { replace: options.replace === true })
        const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
        context.print(
          { rows, ...summary },
          `已恢复并核对 / Restored and compared: ${summary.tables.length} 张表 tables, ${rows} 行 rows (${summary.createdAt})`,
        )
      } finally {
        await database.close()
      }
    })
}
