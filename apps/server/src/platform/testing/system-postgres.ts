import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { ClientConfig } from 'pg'
import { chooseAccount, launchAs } from '../embedded/account.ts'
import { postmasterState } from '../embedded/postmaster.ts'

export interface SystemPostgres {
  start(): Promise<{ connection: ClientConfig; url: string; stop(): Promise<void> }>
}

/** The programs of a PostgreSQL the machine itself has, for trying server mode; undefined where it has none. */
export function systemPostgres(major: number): SystemPostgres | undefined {
  const folder = [
    `/usr/lib/postgresql/${major}/bin`,
    `/usr/pgsql-${major}/bin`,
    `/opt/homebrew/opt/postgresql@${major}/bin`,
  ].find((path) => existsSync(resolve(path, 'initdb')))
  return folder ? { start: () => start(folder) } : undefined
}

async function start(programs: string) {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-pg-'))
  const account = chooseAccount(resolve(folder, 'none'))
  if (account.lent) chownSync(folder, account.uid, account.gid)
  const dir = resolve(folder, 'data')
  const as = (program: string, args: readonly string[]) => launchAs(account, [], resolve(programs, program), args)
  const env = { LC_ALL: 'C', PATH: process.env.PATH }
  const init = as('initdb', [
    '-D',
    dir,
    '--auth=trust',
    '--username=admin',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ])
  execFileSync(init.command, init.args, { cwd: '/', env, uid: init.uid, gid: init.gid, stdio: 'pipe' })
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    port: '5432',
    fsync: 'off',
    max_connections: '60',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const launch = as('postgres', ['-D', dir, ...options])
  const child: ChildProcess = spawn(launch.command, launch.args, {
    cwd: '/',
    env,
    uid: launch.uid,
    gid: launch.gid,
    stdio: 'ignore',
  })
  while (!postmasterState(dir)?.ready) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    connection: { host: folder, port: 5432, user: 'admin', database: 'postgres' },
    url: `postgresql://admin@/postgres?host=${encodeURIComponent(folder)}&port=5432`,
    stop: async () => {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGINT')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
