import { chmodSync, chownSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Account } from './account.ts'
import { EmbeddedError } from './errors.ts'
import type { Runtime } from './protocol.ts'

export function runtimeFile(dataDir: string): string {
  return resolve(dataDir, 'runtime.json')
}

/** What the last keeper of this folder wrote; it may be gone. undefined where there is none. */
export function readRuntime(dataDir: string): Runtime | undefined {
  try {
    return JSON.parse(readFileSync(runtimeFile(dataDir), 'utf8')) as Runtime
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || error instanceof SyntaxError) return undefined
    if (code !== 'EACCES') throw error
    throw new EmbeddedError(
      'account',
      `无权读取 ${runtimeFile(dataDir)}，请用启动该服务的用户执行`,
      `${runtimeFile(dataDir)} may not be read: run this as the user that started Changhui`,
    )
  }
}

/**
 * A private folder with a short path (a socket path of more than about 100 characters fails). A keeper that follows a killed one
 * takes its folder over, so that the pools of those still running stay right.
 */
export function socketDirFor(dataDir: string, account: Account): string {
  const before = readRuntime(dataDir)?.host
  if (before && isPrivate(before, account)) return before
  const parent = [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp'].find(
    (folder) =>
      folder !== undefined &&
      folder.length < 60 &&
      existsSync(folder) &&
      !(account.lent && folder.startsWith('/run/user')),
  )
  const dir = mkdtempSync(resolve(parent ?? '/tmp', 'changhui-'))
  chmodSync(dir, 0o700)
  if (account.lent) chownSync(dir, account.uid, account.gid)
  return dir
}

/** A folder in a place open to all is trusted only if it is the account's own and closed to others. */
function isPrivate(dir: string, account: Account): boolean {
  const found = lstatSync(dir, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === account.uid && (found.mode & 0o077) === 0
}

export function removeSocketDir(dir: string): void {
  if (/changhui-\w+$/.test(dir)) rmSync(dir, { recursive: true, force: true })
}
