import { existsSync, readFileSync } from 'node:fs'
import { importReasons } from '@changhui/contract/import-reasons'
import { importKinds, type Mapping, mapping as mappingShape } from '@changhui/contract/imports'
import type { Command } from 'commander'
import { importFile } from '../modules/base/imports/command.ts'
import type { ImportKind } from '../modules/base/imports/fields.ts'
import { shippedMappings } from '../modules/base/imports/mappings/all.ts'
import { FileProblem } from '../modules/base/imports/open-file.ts'
import { type CliContext, CliError } from './context.ts'
import { requireStore } from './store.ts'

interface Options {
  store: string
  mapping?: string
  dryRun?: boolean
}

export function register(program: Command, context: CliContext): void {
  program
    .command('import')
    .description('bring a DMS export in: .csv or .xlsx of customers, deliveries or visits')
    .argument('<kind>', importKinds.join(' | '))
    .argument('<file>', 'the .csv or .xlsx file')
    .requiredOption('--store <code>', 'the store it belongs to')
    .option(
      '--mapping <file>',
      `JSON file that says which column is what, or a shipped mapping: ${Object.keys(shippedMappings).join(', ')}`,
    )
    .option('--dry-run', 'work through the file and write nothing')
    .action(async (kind: string, file: string, options: Options) => {
      if (!isKind(kind)) throw new CliError(`${kind}: ${importKinds.join(' | ')}`, 2)
      if (!existsSync(file)) throw new CliError(`找不到文件 ${file} / There is no file ${file}`, 2)
      const mapping = options.mapping === undefined ? undefined : readMapping(options.mapping)
      await context.withPlatform(async ({ db, pool, clock }) => {
        const store = await requireStore(db, options.store)
        const given = { pool, clock, store, kind, path: file, dryRun: options.dryRun ?? false, note: context.note }
        const result = await importFile(mapping ? { ...given, mapping } : given).catch((error: unknown) => {
          if (!(error instanceof FileProblem)) context.note((error as Error).stack ?? String(error))
          throw new CliError((error as Error).message, 2)
        })
        const { execution } = result
        if (execution.state === 'taken')
          throw new CliError('另一个进程接手了这次导入 / Another process has taken this import over', 2)
        if (!('counts' in execution)) {
          const said = `${execution.failure.zh} / ${execution.failure.en}`
          const why = execution.cause ? `\n${execution.cause.stack}` : ''
          throw new CliError(said + why, 2)
        }
        const { counts } = execution
        const rows = `${counts.read} 行 rows: ${counts.created} created, ${counts.updated} updated, ${counts.unchanged} unchanged, ${counts.rejected} rejected`
        if (!context.json()) {
          context.print(counts, `${rows}; ${counts.warnings} warnings`)
          for await (const page of result.problems(true)) {
            for (const one of page) context.note(`${one.row}\t${one.column}\t${sentence(one.reason)}\t${one.value}`)
          }
          return
        }
        const { warnings: _many, entities, ...numbers } = { ...counts, rejected: undefined }
        await write(`${JSON.stringify(numbers).slice(0, -1)},"rejected":[`)
        await writeList(result.problems(true))
        await write('],"warnings":[')
        await writeList(result.problems(false))
        await write(`],"entities":${JSON.stringify(entities)}}\n`)
      })
    })
}

const isKind = (kind: string): kind is ImportKind => (importKinds as readonly string[]).includes(kind)

function sentence(reason: string): string {
  const known = importReasons[reason as keyof typeof importReasons]
  return known ? `${known.zh} / ${known.en}` : reason
}

function readMapping(name: string): Mapping {
  const shipped = shippedMappings[name]
  if (shipped) return shipped
  if (!existsSync(name)) {
    const names = Object.keys(shippedMappings).join(', ')
    throw new CliError(
      `没有名为 ${name} 的列对应（自带：${names}），也没有这个文件 / There is no mapping ${name} (shipped: ${names}) and no such file`,
      2,
    )
  }
  try {
    return mappingShape.parse(JSON.parse(readFileSync(name, 'utf8')))
  } catch (error) {
    throw new CliError(
      `列对应文件 ${name} 有误 / The mapping file ${name} is not right: ${(error as Error).message}`,
      2,
    )
  }
}

const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })

/** A million problems are printed page by page. */
async function writeList(
  pages: AsyncGenerator<{ row: number; column: string; reason: string }[], void, undefined>,
): Promise<void> {
  let first = true
  for await (const page of pages) {
    const items = page.map(({ row, column, reason }) => JSON.stringify({ row, column, reason })).join(',')
    await write(first ? items : `,${items}`)
    first = false
  }
}
