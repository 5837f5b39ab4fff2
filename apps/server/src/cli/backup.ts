import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backup } from '../platform/backup/backup.ts'
import { type CliContext, CliError } from './context.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('backup')
    .description('write the whole database into one compressed file; the app may go on running')
    .argument('[file]', 'the file to write (default: changhui-<moment>.backup here)')
    .option('--overwrite', 'replace the file if it is there')
    .action(async (file: string | undefined, options: { overwrite?: boolean }) => {
      const moment = context.clock.now().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')
      const path = resolve(file ?? `changhui-${moment}.backup`)
      if (existsSync(path) && !options.overwrite) {
        throw new CliError(
          `${path} 已存在，可加 --overwrite 覆盖 / ${path} exists: choose another name or add --overwrite`,
          2,
        )
      }
      await context.withPlatform(async (_platform, database) => {
        const summary = await backup(database.connection, path, context.clock)
        const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
        const bytes = statSync(path).size
        context.print(
          { file: path, bytes, rows, ...summary },
          `已备份 / Backed up: ${summary.tables.length} 张表 tables, ${rows} 行 rows, ${bytes} bytes → ${path}`,
        )
      })
    })
}
