import type { Command } from 'commander'
import { addStore, findStore, listStores, type StoreRefusal, type StoreRow } from '../modules/stores/service.ts'
import type { Db } from '../platform/db.ts'
import { uuidv7 } from '../platform/ids.ts'
import { type CliContext, CliError } from './context.ts'

const refusals: Readonly<Record<StoreRefusal, string>> = {
  'code-form':
    '门店代码只能用大写字母、数字、_ 和 -，最多 32 位 / A store code has capital letters, digits, _ and - only, 32 at most',
  'code-taken': '该门店代码已存在 / There is a store with this code already',
  'time-zone': '没有这个时区，例如 Asia/Shanghai / There is no such time zone; an example is Asia/Shanghai',
}

export function register(program: Command, context: CliContext): void {
  const store = program.command('store').description('stores: add, list')
  store
    .command('add')
    .description('add a store')
    .argument('<code>', 'short unique code, e.g. SH01')
    .option('--name <name>', 'name as people know it (default: the code)')
    .option('--time-zone <zone>', 'IANA time zone', 'Asia/Shanghai')
    .action((code: string, options: { name?: string; timeZone: string }) =>
      context.withPlatform(async ({ db, clock }) => {
        const now = clock.now()
        const wanted = {
          id: uuidv7(now),
          code: code.toUpperCase(),
          name: options.name ?? code,
          timeZone: options.timeZone,
        }
        const added = await addStore(db, wanted, now)
        if (typeof added === 'string') throw new CliError(`${code}: ${refusals[added]}`)
        context.print(added, `已添加门店 / Store added: ${added.code} ${added.name} (${added.id})`)
      }),
    )
  store
    .command('list')
    .description('list the stores')
    .action(() =>
      context.withPlatform(async ({ db }) => {
        const stores = await listStores(db)
        const lines = stores.map((one) => `${one.code}\t${one.name}\t${one.timeZone}${one.demo ? '\tdemo' : ''}`)
        context.print(stores, lines.join('\n') || '还没有门店 / No stores yet: npx changhui store add CODE --name NAME')
      }),
    )
}

/** The store `--store CODE` names. Throws CliError with exit code 2 where there is none. */
export async function requireStore(db: Db, code: string): Promise<StoreRow> {
  const store = await findStore(db, code)
  if (store) return store
  throw new CliError(
    `没有代码为 ${code} 的门店，用 npx changhui store list 查看 / There is no store ${code}: see npx changhui store list`,
    2,
  )
}
