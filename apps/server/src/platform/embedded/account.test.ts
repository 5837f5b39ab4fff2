import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type Account, canReach, chooseAccount, launchAs } from './account.ts'

const folder = mkdtempSync(resolve(tmpdir(), 'changhui-account-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = resolve(folder, 'home/data/file')
mkdirSync(resolve(folder, 'home/data'), { recursive: true })
writeFileSync(file, '')
chmodSync(folder, 0o755)

const stranger: Account = { uid: 54_321, gid: 54_321, lent: true }
const own: Account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, lent: false }

test('a closed home stops a stranger, not its owner or group', () => {
  chmodSync(resolve(folder, 'home'), 0o755)
  expect(canReach(file, stranger)).toBe(true)
  chmodSync(resolve(folder, 'home'), 0o700)
  expect(canReach(file, stranger)).toBe(false)
  expect(canReach(file, own)).toBe(true)
  chmodSync(resolve(folder, 'home'), 0o710)
  expect(canReach(file, { ...stranger, gid: own.gid })).toBe(true)
})

test('an ordinary user runs PostgreSQL himself, root lends an unprivileged account', () => {
  const account = chooseAccount(resolve(folder, 'none'))
  expect(account.uid).not.toBe(0)
  expect(account.lent).toBe(own.uid === 0)
})

test('no right is lent where none is needed', () => {
  chmodSync(resolve(folder, 'home'), 0o755)
  const open = launchAs(stranger, [file], '/bin/true', [])
  expect(open.args.join(' ')).not.toContain('caps')
  chmodSync(resolve(folder, 'home'), 0o700)
  if (own.uid !== 0) return
  const closed = launchAs(stranger, [file], '/bin/true', [])
  expect(closed.args.join(' ')).toMatch(/ambient-caps=\+dac_read_search/)
})
