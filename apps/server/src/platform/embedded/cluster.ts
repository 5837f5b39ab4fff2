import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, chooseAccount, launchAs } from './account.ts'
import { type Binaries, binariesFor, findBinaries } from './binaries.ts'
import { EmbeddedError } from './errors.ts'
import { isPostgresOf, postmasterState } from './postmaster.ts'

export const databaseName = 'changhui'
export const superuser = 'changhui'
/** Names the socket file only: there is no TCP. */
export const socketPort = 5432
const majorVersion = '18'

export type Settings = Readonly<Record<string, string>>

export interface Cluster {
  readonly dir: string
  readonly logFile: string
  readonly account: Account
  readonly binaries: Binaries
}

/** Finds or makes the cluster of a data folder. A half-made one from a crash is thrown away. Throws EmbeddedError. */
export async function prepareCluster(dataDir: string, quick: boolean): Promise<Cluster> {
  const dir = resolve(dataDir, `pg${majorVersion}`)
  const account = chooseAccount(dir)
  const binaries = binariesFor(account, findBinaries(), dataDir)
  const logFile = resolve(dataDir, 'postgres.log')
  if (existsSync(logFile) && statSync(logFile).size > 10_000_000) renameSync(logFile, `${logFile}.1`)
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('pg-init-')) rmSync(resolve(dataDir, name), { recursive: true, force: true })
  }
  const cluster = { dir, logFile, account, binaries }
  if (!existsSync(dir)) await initialise(cluster, dataDir, quick)
  const version = readFileSync(resolve(dir, 'PG_VERSION'), 'utf8').trim()
  if (version !== majorVersion) {
    throw new EmbeddedError(
      'folder',
      `${dir} 是 PostgreSQL ${version} 的数据，此程序需要 ${majorVersion}`,
      `${dir} holds data of PostgreSQL ${version}; this program runs ${majorVersion}`,
    )
  }
  return cluster
}

async function initialise(cluster: Cluster, dataDir: string, quick: boolean): Promise<void> {
  const making = resolve(dataDir, `pg-init-${process.pid}`)
  mkdirSync(making, { mode: 0o700 })
  if (cluster.account.lent) chownSync(making, cluster.account.uid, cluster.account.gid)
  const sync = quick ? ['--no-sync'] : []
  // one collation on every machine: code points, UTF-8, nothing from the operating system
  const locale = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const auth = ['--auth=trust', `--username=${superuser}`, '--no-instructions']
  await run(cluster, making, 'initdb', ['-D', making, ...auth, ...locale, ...sync])
  await run(cluster, making, 'postgres', ['--single', '-D', making, 'postgres'], `CREATE DATABASE ${databaseName}\n`)
  renameSync(making, cluster.dir)
}

/** The options that make the cluster private to its socket folder, then sizes for a small machine. */
function serverSettings(socketDir: string, extra: Settings): Settings {
  return {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: `${socketPort}`,
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '100',
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // without it a dead client's long statement goes on until it next writes
    client_connection_check_interval: '10s',
    log_min_messages: 'warning',
    // statements may carry personal data: the log names errors without them
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(smallSharedMemory() ? { dynamic_shared_memory_type: 'mmap' } : {}),
    ...extra,
  }
}

/** Containers often give /dev/shm 64 MB, too little for a parallel hash join. */
function smallSharedMemory(): boolean {
  if (process.platform !== 'linux') return false
  if (!existsSync('/dev/shm')) return true
  const { blocks, bsize } = statfsSync('/dev/shm')
  return blocks * bsize < 256_000_000
}

/** Starts the postmaster and waits until it takes connections (crash recovery may take minutes). Throws EmbeddedError. */
export async function startPostmaster(cluster: Cluster, socketDir: string, extra: Settings): Promise<ChildProcess> {
  await stopLeftover(cluster.dir)
  const options = Object.entries(serverSettings(socketDir, extra)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const log = openSync(cluster.logFile, 'a', 0o600)
  const child = spawnAs(cluster, cluster.dir, 'postgres', ['-D', cluster.dir, ...options], ['ignore', log, log])
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(`exit ${code ?? signal}`))
  })
  for (;;) {
    const failure = await Promise.race([ended, sleep(25)])
    if (failure) throw failed(cluster, failure)
    const state = postmasterState(cluster.dir)
    if (state?.pid === child.pid && state?.ready) return child
  }
}

/** A postmaster whose keeper was killed may live on (no setpriv) or be shutting down: it ends before a new one starts. */
async function stopLeftover(dir: string): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const state = postmasterState(dir)
    if (!state) return
    if (!isPostgresOf(state.pid, dir)) {
      // the number belongs to someone else now (a reboot); PostgreSQL itself would refuse to start
      rmSync(resolve(dir, 'postmaster.pid'), { force: true })
      return
    }
    if (waited % 10_000 === 0) signal(state.pid, waited < 30_000 ? 'SIGINT' : 'SIGQUIT')
    if (waited > 60_000) {
      throw new EmbeddedError(
        'in-use',
        `另一个 PostgreSQL（进程 ${state.pid}）正在使用 ${dir} 且未能停止`,
        `Another PostgreSQL (process ${state.pid}) uses ${dir} and does not stop`,
      )
    }
    await sleep(100)
  }
}

/** Fast shutdown; harder when that takes long. Resolves when the postmaster is gone. */
export async function stopPostmaster(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGINT')
  const harder = setTimeout(() => child.kill('SIGQUIT'), 60_000)
  await gone
  clearTimeout(harder)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function spawnAs(
  cluster: Cluster,
  dir: string,
  program: string,
  args: readonly string[],
  stdio: ('ignore' | 'pipe' | number)[],
): ChildProcess {
  const path = resolve(cluster.binaries.folder, 'bin', program)
  if (!(statSync(path).mode & 0o001)) chmodSync(path, 0o755)
  const launch = launchAs(cluster.account, [resolve(dir, 'PG_VERSION'), path], path, args)
  const { command, uid, gid } = launch
  // from "/" because the caller's folder may be closed to the account; the caller's PG… variables are none of its business
  const env = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' }
  return spawn(command, launch.args, { cwd: '/', env, stdio, uid, gid })
}

async function run(cluster: Cluster, dir: string, program: string, args: readonly string[], input = ''): Promise<void> {
  const child = spawnAs(cluster, dir, program, args, ['pipe', 'pipe', 'pipe'])
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // a program that fails early closes its input; its exit code tells
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  const code = await new Promise<number | string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('close', (exit, killed) => done(exit ?? killed ?? 'unknown'))
  })
  if (code !== 0) throw failed(cluster, `${program}: ${code}\n${output.trim()}`)
}

function failed(cluster: Cluster, reason: string): EmbeddedError {
  return new EmbeddedError(
    'failed',
    `内置数据库无法启动（${reason}）。日志：${cluster.logFile}`,
    `The embedded database does not start. Its log: ${cluster.logFile}`,
  )
}
