import { randomInt } from 'node:crypto'
import { type Role, staffRoles } from '@changhui/rules/permissions'
import { type Command, InvalidArgumentError } from 'commander'
import { findAccount } from '../modules/staff/deed.ts'
import { createGroupStaff, resetGroupPassword, setGroupRoles } from '../modules/staff/groups.ts'
import { createStaff, grantRoles, listStaff, resetPassword, type StaffDeed } from '../modules/staff/service.ts'
import { usernameForm } from '../platform/auth/auth.ts'
import type { Platform } from '../platform/http/context.ts'
import { systemActor } from '../platform/scope.ts'
import { type CliContext, CliError } from './context.ts'
import { requireGroup } from './group.ts'
import { requireStore } from './store.ts'

export function register(program: Command, context: CliContext): void {
  const user = program.command('user').description('staff accounts: add, grant, list, reset-password')
  user
    .command('add')
    .description(
      'add a person to a store, or to all stores of a group; the password is made up and printed unless CHANGHUI_PASSWORD holds one',
    )
    .argument('<username>', 'sign-in name: 3–30 of a–z 0–9 . _ -')
    .option('--store <code>', 'the store')
    .option('--group <name>', 'the dealer group, in place of a store')
    .option('--name <name>', 'name as people know it (default: the sign-in name)')
    .option('--role <role...>', `one or more of ${staffRoles.join(', ')}`, collectRole, [] as Role[])
    .action((username: string, options: Place & { name?: string; role: Role[] }) =>
      context.withPlatform(async (platform) => {
        requireName(username)
        const where = await placeOf(platform, options)
        const password = givenPassword() ?? madeUpPassword()
        const held: readonly Role[] =
          options.role.length > 0 ? options.role : [where.group ? 'group-manager' : 'administrator']
        const staff = { name: options.name ?? username, username, password, roles: held }
        const shown = givenPassword() ? {} : { password }
        if (where.group) await createGroupStaff(platform, where.group, staff)
        const added = where.group
          ? { username: username.toLowerCase(), name: staff.name, group: where.group.name, roles: held }
          : await createStaff(platform, where.at, staff)
        context.print({ ...added, ...shown }, `已添加 / Added: ${added.username} (${held.join(', ')})${tell(shown)}`)
      }),
    )
  user
    .command('grant')
    .description('give a person who has an account these roles in a store or a group, in place of those held there')
    .argument('<username>')
    .option('--store <code>', 'the store')
    .option('--group <name>', 'the dealer group, in place of a store; without any --role the person leaves it')
    .option('--role <role...>', `one or more of ${staffRoles.join(', ')}`, collectRole, [] as Role[])
    .action((username: string, options: Place & { role: Role[] }) =>
      context.withPlatform(async (platform) => {
        const where = await placeOf(platform, options)
        await requireAccount(platform, username)
        if (where.group) await setGroupRoles(platform, where.group, username, options.role)
        else if (options.role.length === 0) throw new CliError('请用 --role 指明岗位 / Name the roles with --role', 2)
        else await grantRoles(platform, where.at, username, options.role)
        context.print(
          { username, ...(where.group ? { group: where.group.name } : { store: options.store }), roles: options.role },
          `已更新 / Set: ${username} (${options.role.join(', ') || '–'})`,
        )
      }),
    )
  user
    .command('list')
    .description('list the people of a store')
    .requiredOption('--store <code>', 'the store')
    .action((options: { store: string }) =>
      context.withPlatform(async (platform) => {
        const people = await listStaff(platform, (await place(platform, options.store)).storeId)
        const lines = people.map(
          (one) =>
            `${one.username}\t${one.name}\t${[...one.roles, ...one.groupRoles.map((role) => `${role} (group)`)].join(', ')}${one.disabled ? '\t–' : ''}`,
        )
        context.print(people, lines.join('\n') || '还没有人员 / Nobody yet: npx changhui user add NAME --store CODE')
      }),
    )
  user
    .command('reset-password')
    .description('give a person a new password and end all sessions of that person')
    .argument('<username>')
    .option('--store <code>', 'a store the person works in')
    .option('--group <name>', 'the dealer group the person works for, in place of a store')
    .action((username: string, options: Place) =>
      context.withPlatform(async (platform) => {
        const where = await placeOf(platform, options)
        await requireAccount(platform, username)
        const password = givenPassword() ?? madeUpPassword()
        if (where.group) await resetGroupPassword(platform, where.group, username, password)
        else await resetPassword(platform, where.at, await memberId(platform, where.at, username), password)
        const shown = givenPassword() ? {} : { password }
        const name = username.toLowerCase()
        context.print({ username: name, ...shown }, `已重设 / Set: ${name}${tell(shown)}`)
      }),
    )
}

async function memberId(platform: Platform, at: StaffDeed, username: string): Promise<string> {
  const person = (await listStaff(platform, at.storeId)).find((one) => one.username === username.toLowerCase())
  if (person) return person.userId
  throw new CliError(`该门店没有用户 ${username} / That store has no user ${username}`, 2)
}

function requireName(username: string): void {
  if (usernameForm.test(username.toLowerCase())) return
  throw new CliError(
    `登录名 ${username} 无效：3–30 位小写字母、数字或 . _ - / ${username} is no sign-in name: 3–30 of a–z 0–9 . _ -`,
    2,
  )
}

async function requireAccount({ db }: Platform, username: string): Promise<void> {
  if (!(await findAccount(db, username))) throw new CliError(`没有用户 ${username} / There is no user ${username}`, 2)
}

interface Place {
  readonly store?: string
  readonly group?: string
}

/** The store or the group that was named, exactly one of the two. */
async function placeOf(platform: Platform, { store, group }: Place) {
  if ((store === undefined) === (group === undefined))
    throw new CliError('请用 --store 或 --group 指明其一 / Name a store with --store or a group with --group', 2)
  if (group !== undefined) return { group: await requireGroup(platform.db, group) }
  return { group: undefined, at: await place(platform, store ?? '') }
}

async function place(platform: Platform, code: string): Promise<StaffDeed> {
  const { id } = await requireStore(platform.db, code)
  return { storeId: id, actor: systemActor }
}

/** Not an option of the command: those can be read by everyone on the machine. */
function givenPassword(): string | undefined {
  return process.env.CHANGHUI_PASSWORD || undefined
}

/** 16 characters without look-alikes: 92 bits. */
function madeUpPassword(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
  return Array.from({ length: 16 }, () => letters[randomInt(letters.length)]).join('')
}

function tell(shown: { password?: string }): string {
  return shown.password ? `  密码 / password: ${shown.password}` : ''
}

function collectRole(value: string, before: Role[]): Role[] {
  const role = staffRoles.find((one) => one === value)
  if (!role) throw new InvalidArgumentError(`${value}: ${staffRoles.join(', ')}`)
  return [...before, role]
}
