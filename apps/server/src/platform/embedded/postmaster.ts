import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface PostmasterState {
  readonly pid: number
  readonly ready: boolean
}

/** What `postmaster.pid` says: line 1 the process, line 8 its state; undefined where the cluster is not running. */
export function postmasterState(dir: string): PostmasterState | undefined {
  const path = resolve(dir, 'postmaster.pid')
  if (!existsSync(path)) return undefined
  let lines: readonly string[]
  try {
    lines = readFileSync(path, 'utf8').split('\n')
  } catch (error) {
    // removed between the two looks
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const pid = Math.abs(Number(lines[0]))
  return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined
}

/** Whether process `pid` is a postmaster of the cluster in `dir`, and not a stranger that got the same number. */
export function isPostgresOf(pid: number, dir: string): boolean {
  const status = `/proc/${pid}/cmdline`
  if (existsSync('/proc/self/cmdline')) {
    return existsSync(status) && matches(readFileSync(status, 'utf8').replaceAll('\0', ' '), dir)
  }
  const listed = spawnSync('ps', ['-ww', '-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' })
  return matches(listed.stdout ?? '', dir)
}

function matches(commandLine: string, dir: string): boolean {
  return commandLine.includes('postgres') && commandLine.includes(dir)
}
