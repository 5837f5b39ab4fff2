/**
 * The keeper: a small process that owns the embedded PostgreSQL of one data folder. Everyone who uses the database holds a
 * socket to it; when the last one is gone (stopped or killed: the kernel closes the socket) it shuts PostgreSQL down and ends.
 * So it does not matter who came first, and nobody loses the database under his feet.
 */
import type { ChildProcess } from 'node:child_process'
import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import {
  type Cluster,
  databaseName,
  prepareCluster,
  socketPort,
  startPostmaster,
  stopPostmaster,
  superuser,
} from './cluster.ts'
import { EmbeddedError } from './errors.ts'
import { type Hello, type KeeperOrder, type KeeperReport, messageLine, type Runtime, readMessages } from './protocol.ts'
import { removeSocketDir, runtimeFile, socketDirFor } from './runtime.ts'

const clock = systemClock()
const clients = new Map<Socket, Hello>()
let closing: Promise<void> | undefined

function report(message: KeeperReport): void {
  process.stdout.write(messageLine(message))
}

/** SQLite's exclusive lock is the kernel's: it ends with the process, however that ends. undefined = someone has it. */
function takeLock(dataDir: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(resolve(dataDir, 'keeper.lock'))
  try {
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode === 5) return undefined
    throw error
  }
}

async function keep(order: KeeperOrder): Promise<void> {
  const lock = takeLock(order.dataDir)
  if (!lock) return report({ state: 'busy' })
  const cluster = await prepareCluster(order.dataDir, order.quick)
  const socketDir = socketDirFor(order.dataDir, cluster.account)
  let postmaster = await startPostmaster(cluster, socketDir, order.settings)
  const runtime: Runtime = {
    host: socketDir,
    port: socketPort,
    user: superuser,
    database: databaseName,
    keeper: resolve(socketDir, 'keeper.sock'),
    keeperPid: process.pid,
  }
  const server = createServer((socket) => receive(socket, runtime, shutDown))

  function shutDown(): Promise<void> {
    closing ??= (async () => {
      server.close()
      rmSync(runtimeFile(order.dataDir), { force: true })
      await stopPostmaster(postmaster)
      removeSocketDir(socketDir)
      for (const socket of clients.keys()) socket.end()
      lock?.close()
      setTimeout(() => process.exit(0), 50)
    })()
    return closing
  }

  await listen(server, runtime.keeper)
  publish(order.dataDir, runtime)
  report({ state: 'ready' })
  void watch(cluster, socketDir, order, postmaster, (next) => {
    postmaster = next
  })
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(name, () => name === 'SIGTERM' && void shutDown())
  // whoever started the keeper died before saying hello
  setTimeout(() => clients.size === 0 && void shutDown(), 15_000)
  // cleaners of temporary folders remove what is ten days old
  setInterval(() => {
    const at = clock.now().epochMilliseconds / 1000
    utimesSync(socketDir, at, at)
    utimesSync(runtime.keeper, at, at)
  }, 3_600_000)
}

function receive(socket: Socket, runtime: Runtime, shutDown: () => Promise<void>): void {
  const leave = (): void => {
    if (clients.delete(socket) && clients.size === 0) void shutDown()
  }
  // a killed client resets its socket; 'close' follows
  socket.on('error', () => undefined)
  socket.on('close', leave)
  readMessages<Hello | { bye: true }>(socket, (message) => {
    if ('bye' in message) {
      if (clients.size === 1 && clients.has(socket)) return void shutDown()
      clients.delete(socket)
      socket.end()
      return
    }
    const app = [...clients.values()].find((client) => client.role === 'app')
    if (closing) socket.destroy()
    else if (message.role === 'app' && app) socket.end(messageLine({ welcome: false, pid: app.pid }))
    else {
      clients.set(socket, message)
      const { host, port, user, database } = runtime
      socket.write(messageLine({ welcome: true, host, port, user, database }))
    }
  })
}

/** PostgreSQL killed from outside comes back by itself; five times within a minute is a fault to be told. */
async function watch(
  cluster: Cluster,
  socketDir: string,
  order: KeeperOrder,
  first: ChildProcess,
  replace: (next: ChildProcess) => void,
): Promise<void> {
  let current = first
  let deaths: number[] = []
  for (;;) {
    await new Promise<void>((done) => {
      if (current.exitCode !== null || current.signalCode !== null) done()
      else current.once('exit', () => done())
    })
    if (closing) return
    const now = clock.now().epochMilliseconds
    deaths = [...deaths.filter((at) => now - at < 60_000), now]
    if (deaths.length > 5) fail(new Error('PostgreSQL ended five times within a minute'))
    current = await restart(cluster, socketDir, order).catch(fail)
    replace(current)
    if (closing) await stopPostmaster(current)
  }
}

/** Back ends of the killed postmaster hold its shared memory for a moment, so a first try may be refused. */
async function restart(cluster: Cluster, socketDir: string, order: KeeperOrder): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startPostmaster(cluster, socketDir, order.settings)
    } catch (error) {
      if (attempt === 40) throw error
      await sleep(250)
    }
  }
}

function listen(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(path, () => done())
  })
}

function publish(dataDir: string, runtime: Runtime): void {
  const file = runtimeFile(dataDir)
  writeFileSync(`${file}.new`, JSON.stringify(runtime), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function fail(error: unknown): never {
  const code = error instanceof EmbeddedError ? error.code : 'failed'
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  report({ state: 'failed', code, message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

// whoever reads the report may be gone by the time it is written
process.stdout.on('error', () => undefined)
keep(JSON.parse(process.argv[2] ?? '{}') as KeeperOrder).catch(fail)
