import type { Command } from 'commander'
import { setGroup } from '../modules/staff/groups.ts'
import { addGroup, findGroup, type GroupRow, listGroups } from '../modules/stores/groups.ts'
import type { Db } from '../platform/db.ts'
import { type CliContext, CliError } from './context.ts'
import { requireStore } from './store.ts'

export function register(program: Command, context: CliContext): void {
  const group = program.command('group').description('dealer groups: add, list, join, leave')
  group
    .command('add')
    .description('add a dealer group; its people are added with: user add NAME --group GROUP --role group-manager')
    .argument('<name>')
    .action((name: string) =>
      context.withPlatform(async ({ db, clock }) => {
        const wanted = name.trim()
        if (wanted === '' || wanted.length > 80)
          throw new CliError('集团名称为 1–80 个字 / A group name has 1 to 80 characters', 2)
        const added = await addGroup(db, wanted, clock.now())
        if (!added) throw new CliError(`集团 ${wanted} 已存在 / There is a group ${wanted} already`)
        context.print(added, `已添加集团 / Group added: ${added.name}`)
      }),
    )
  group
    .command('list')
    .description('list the groups with their stores and people')
    .action(() =>
      context.withPlatform(async ({ db }) => {
        const groups = await listGroups(db)
        const lines = groups.map((one) => `${one.name}\t${one.stores.join(' ') || '–'}\t${one.people.join(' ') || '–'}`)
        context.print(groups, lines.join('\n') || '还没有集团 / No groups yet: npx changhui group add NAME')
      }),
    )
  group
    .command('join')
    .description('put a store into a group, out of the one it was in: the people of the group see it from then on')
    .argument('<name>', 'the group')
    .requiredOption('--store <code>', 'the store')
    .action((name: string, options: { store: string }) =>
      context.withPlatform(async (platform) => {
        const wanted = await requireGroup(platform.db, name)
        const store = await requireStore(platform.db, options.store)
        await setGroup(platform, store.id, wanted)
        context.print(
          { store: store.code, group: wanted.name },
          `${store.code} 已加入 ${wanted.name} / ${store.code} is in ${wanted.name} now`,
        )
      }),
    )
  group
    .command('leave')
    .description('take a store out of its group: the people of the group see it no more')
    .requiredOption('--store <code>', 'the store')
    .action((options: { store: string }) =>
      context.withPlatform(async (platform) => {
        const store = await requireStore(platform.db, options.store)
        await setGroup(platform, store.id, null)
        context.print(
          { store: store.code, group: null },
          `${store.code} 不再属于任何集团 / ${store.code} is in no group now`,
        )
      }),
    )
}

/** The group of a name. Throws CliError with exit code 2 where there is none. */
export async function requireGroup(db: Db, name: string): Promise<GroupRow> {
  const group = await findGroup(db, name.trim())
  if (group) return group
  throw new CliError(
    `没有名为 ${name} 的集团，用 npx changhui group list 查看 / There is no group ${name}: see npx changhui group list`,
    2,
  )
}
