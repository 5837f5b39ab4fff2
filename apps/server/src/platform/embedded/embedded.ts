import { spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from './cluster.ts'
import { EmbeddedError, type EmbeddedErrorCode } from './errors.ts'
import {
  type EmbeddedConnection,
  type KeeperOrder,
  type KeeperReport,
  messageLine,
  type Role,
  readMessages,
  type Welcome,
} from './protocol.ts'
import { readRuntime } from './runtime.ts'

export interface EmbeddedOptions {
  /** `app` is refused when another app runs on the folder; `command` shares. Default `command`. */
  readonly role?: Role
  /** Extra PostgreSQL settings, used by whoever starts it. */
  readonly settings?: Settings
  /** For clusters that are thrown away: no syncs while making them. */
  readonly quick?: boolean
  /** Told when the database was lost for good; by default that is an uncaught error. */
  readonly onLost?: (error: Error) => void
}

export interface EmbeddedDatabase {
  readonly connection: EmbeddedConnection
  /** True when PostgreSQL ran already. */
  readonly reused: boolean
  /** Leaves; the last one to leave waits until PostgreSQL has shut down. */
  stop(): Promise<void>
}

/**
 * Attaches to the PostgreSQL of a data folder, starting it (and first making it) where nobody runs it yet.
 * Throws EmbeddedError, with code `in-use` when `role` is `app` and another app has the folder.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const dir = resolve(dataDir)
  makeFolder(dir)
  let { socket, connection, started } = await attach(dir, options)
  let stopping = false
  const guard = (held: Socket): void => {
    held.on('close', () => {
      if (stopping) return
      // the keeper was killed: the next one takes its socket folder over, so the pools stay right
      attach(dir, options).then((next) => {
        socket = next.socket
        guard(socket)
      }, options.onLost ?? throwLater)
    })
  }
  guard(socket)
  return {
    connection,
    reused: !started,
    stop: async () => {
      if (stopping) return
      stopping = true
      socket.ref()
      const closed = new Promise<void>((done) => socket.once('close', () => done()))
      if (socket.destroyed) return
      socket.write(messageLine({ bye: true }))
      await closed
    },
  }
}

function throwLater(error: Error): void {
  process.nextTick(() => {
    throw error
  })
}

function makeFolder(dir: string): void {
  try {
    if (!existsSync(dir)) {
      mkdirSync(dir, { recursive: true })
      // root lends the cluster to another user, who must be able to pass
      chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700)
    }
    closeSync(openSync(resolve(dir, 'keeper.log'), 'a', 0o600))
  } catch (error) {
    throw new EmbeddedError(
      'folder',
      `无法写入数据目录 ${dir}，请检查权限或用 CHANGHUI_DATA 指定其他目录`,
      `The data folder ${dir} cannot be written (${(error as Error).message}). Check its owner or choose another with CHANGHUI_DATA`,
    )
  }
}

interface Attached {
  readonly socket: Socket
  readonly connection: EmbeddedConnection
  readonly started: boolean
}

/** Someone else may be starting or stopping the database at this very moment, hence the patience. */
async function attach(dir: string, options: EmbeddedOptions): Promise<Attached> {
  let started = false
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    const runtime = readRuntime(dir)
    const socket = runtime && (await dial(runtime.keeper))
    const welcome = socket && (await greet(socket, options.role ?? 'command'))
    if (welcome?.welcome === false) throw inUse(dir, welcome.pid)
    if (socket && welcome) {
      const { host, port, user, database } = welcome
      socket.unref()
      return { socket, connection: { host, port, user, database }, started }
    }
    const report = await startKeeper(dir, options)
    if (report.state === 'failed') throw passedOn(report.code as EmbeddedErrorCode, report.message)
    started = report.state === 'ready'
    if (report.state === 'busy') await sleep(100)
  }
  throw new EmbeddedError(
    'failed',
    `等待 ${dir} 中的数据库超过两分钟。日志：${resolve(dir, 'keeper.log')}`,
    `Waited two minutes for the database in ${dir}. Its log: ${resolve(dir, 'keeper.log')}`,
  )
}

function dial(path: string): Promise<Socket | undefined> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => done(socket))
    // nobody listens any more: the caller starts a keeper
    socket.once('error', () => done(undefined))
  })
}

function greet(socket: Socket, role: Role): Promise<Welcome | undefined> {
  return new Promise((done) => {
    readMessages<Welcome>(socket, done)
    socket.on('error', () => done(undefined))
    socket.once('close', () => done(undefined))
    socket.write(messageLine({ role, pid: process.pid }))
  })
}

function startKeeper(dir: string, options: EmbeddedOptions): Promise<KeeperReport> {
  const order: KeeperOrder = { dataDir: dir, settings: options.settings ?? {}, quick: options.quick ?? false }
  const log = openSync(resolve(dir, 'keeper.log'), 'a', 0o600)
  const args = [resolve(import.meta.dirname, 'keeper.ts'), JSON.stringify(order)]
  // a session of its own: Ctrl-C in the terminal is for the app, which then leaves in good order
  const keeper = spawn(process.execPath, args, { cwd: '/', detached: true, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  return new Promise((done, failed) => {
    const reports = keeper.stdout
    if (!reports) return failed(new Error('the keeper has no output'))
    readMessages<KeeperReport>(reports, (report) => {
      reports.destroy()
      keeper.unref()
      done(report)
    })
    keeper.once('error', failed)
    keeper.once('close', (code) => done({ state: 'failed', code: 'failed', message: `keeper: exit ${code}` }))
  })
}

function inUse(dir: string, pid: number): EmbeddedError {
  return new EmbeddedError(
    'in-use',
    `另一个 Changhui（进程 ${pid}）正在使用数据目录 ${dir}。请先停止它，或用 CHANGHUI_DATA 指定其他目录`,
    `Another Changhui (process ${pid}) runs on the data folder ${dir}. Stop it first, or choose another folder with CHANGHUI_DATA`,
  )
}

function passedOn(code: EmbeddedErrorCode, message: string): EmbeddedError {
  const [chinese = message, english = message] = message.split(' / ')
  return new EmbeddedError(code, chinese, english)
}
