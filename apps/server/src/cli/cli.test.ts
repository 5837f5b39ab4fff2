import { statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { cliBench } from './testing.ts'

const { folder, data, changhui } = cliBench()

test('a store is added once; with --json stdout is one JSON value', async () => {
  const added = await changhui(['store', 'add', 'sh01', '--name', '上海一店', '--json'])
  expect(added.code).toBe(0)
  expect(JSON.parse(added.out)).toMatchObject({ code: 'SH01', name: '上海一店', timeZone: 'Asia/Shanghai' })
  const again = await changhui(['store', 'add', 'SH01', '--json'])
  expect(again.code).toBe(1)
  expect(JSON.parse(again.out).error).toContain('already')
  const zone = await changhui(['store', 'add', 'SH02', '--time-zone', 'Asia/Nowhere'])
  expect(zone).toMatchObject({ code: 1, out: '' })
  expect(zone.err).toContain('Asia/Shanghai')
  const listed = await changhui(['store', 'list', '--json'])
  expect(JSON.parse(listed.out)).toHaveLength(1)
})

test('an administrator is added with a made-up password, a known one is not repeated', async () => {
  const added = await changhui(['user', 'add', 'boss', '--store', 'SH01', '--json'])
  expect(JSON.parse(added.out)).toMatchObject({ username: 'boss', roles: ['administrator'] })
  expect(JSON.parse(added.out).password).toMatch(/^\w{16}$/)
  const reset = await changhui(['user', 'reset-password', 'boss', '--store', 'SH01'], {
    CHANGHUI_PASSWORD: 'correct horse 7',
  })
  expect(reset.code).toBe(0)
  expect(reset.out + reset.err).not.toContain('correct horse')
  const unknown = await changhui(['user', 'list', '--store', 'NOPE', '--json'])
  expect(unknown.code).toBe(2)
})

test('a person of a group is in each of its stores, also in one that joins later, until it leaves', async () => {
  const json = async (...args: string[]) => JSON.parse((await changhui([...args, '--json'])).out)
  expect(await json('group', 'add', '长河集团')).toMatchObject({ name: '长河集团' })
  expect((await changhui(['group', 'add', '长河集团'])).code).toBe(1)
  expect(await json('group', 'join', '长河集团', '--store', 'SH01')).toEqual({ store: 'SH01', group: '长河集团' })
  const added = await json('user', 'add', 'office', '--group', '长河集团', '--name', '总部')
  expect(added).toMatchObject({ username: 'office', group: '长河集团', roles: ['group-manager'] })
  await json('store', 'add', 'SH03')
  const staff = async (store: string) =>
    ((await json('user', 'list', '--store', store)) as { username: string; groupRoles: string[] }[])
      .filter((one) => one.groupRoles.length > 0)
      .map((one) => [one.username, ...one.groupRoles])
  expect(await staff('SH01')).toEqual([['office', 'group-manager']])
  expect(await staff('SH03')).toEqual([])
  await json('group', 'join', '长河集团', '--store', 'SH03')
  expect(await staff('SH03')).toEqual([['office', 'group-manager']])
  expect(await json('group', 'list')).toMatchObject([
    { name: '长河集团', stores: ['SH01', 'SH03'], people: ['office'] },
  ])
  await json('group', 'leave', '--store', 'SH01')
  expect(await staff('SH01')).toEqual([])
  await json('user', 'grant', 'office', '--group', '长河集团')
  expect(await staff('SH03')).toEqual([])
  const unclear = await changhui(['user', 'add', 'nobody', '--group', '长河集团', '--store', 'SH01'])
  expect(unclear.code).toBe(2)
  expect((await changhui(['group', 'join', '没有', '--store', 'SH01'])).code).toBe(2)
  expect((await changhui(['user', 'add', 'Zhang San', '--group', '长河集团'])).code).toBe(2)
  expect((await changhui(['user', 'grant', 'nobody', '--group', '长河集团'])).code).toBe(2)
  const alone = await changhui(['user', 'grant', 'boss', '--store', 'SH01', '--role', 'advisor'])
  expect(alone.code).toBe(1)
  expect(alone.err).toContain('at least one administrator')
})

test('backup and restore: same counts and checksums, a second target untouched when refused', async () => {
  const file = resolve(folder, 'a.backup')
  const saved = JSON.parse((await changhui(['backup', file, '--json'])).out)
  expect(saved.tables.find((table: { name: string }) => table.name === 'store').rows).toBe(2)
  expect(statSync(file).mode & 0o077).toBe(0)
  expect((await changhui(['backup', file])).code).toBe(2)
  const other = { CHANGHUI_DATA: resolve(folder, 'other') }
  const restored = await changhui(['restore', file, '--json'], other)
  expect(restored.code).toBe(0)
  expect(JSON.parse(restored.out)).toMatchObject({ rows: saved.rows, tables: saved.tables })
  const refused = await changhui(['restore', file], other)
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('--replace')
})

test('doctor says what is in force and hides the password', async () => {
  const good = JSON.parse((await changhui(['doctor', '--json'])).out)
  expect(good).toMatchObject({ ok: true, settings: { CHANGHUI_DATA: { value: data, from: 'environment' } } })
  const DATABASE_URL = 'postgresql://me:very-secret@127.0.0.1:1/none'
  const bad = await changhui(['doctor', '--json'], { DATABASE_URL })
  expect(bad.code).toBe(1)
  expect(bad.out).toContain('me:***@127.0.0.1')
  expect(bad.out + bad.err).not.toContain('very-secret')
})

test('every command has help, and a wrong one is told so', async () => {
  for (const name of [
    'serve',
    'worker',
    'migrate',
    'store',
    'group',
    'user',
    'import',
    'plan',
    'backup',
    'restore',
    'doctor',
  ]) {
    const help = await changhui([name, '--help'])
    expect(help.code, name).toBe(0)
    expect(help.out, name).toContain(`changhui ${name}`)
  }
  expect((await changhui(['nonsense'])).code).toBe(2)
  expect((await changhui(['store', 'add'])).code).toBe(2)
})

test('a folder that cannot be used is named', async () => {
  const path = resolve(folder, 'a-file')
  writeFileSync(path, '')
  const answer = await changhui(['store', 'list'], { CHANGHUI_DATA: path })
  expect(answer.code).toBe(1)
  expect(answer.err).toContain('CHANGHUI_DATA')
  const wrongPort = await changhui(['store', 'list'], { PORT: 'http' })
  expect(wrongPort.err).toContain('PORT')
})
