import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withClient } from '../testing/cluster.ts'
import { findBinaries } from './binaries.ts'
import { startEmbedded } from './embedded.ts'
import { EmbeddedError } from './errors.ts'
import { isPostgresOf, postmasterState } from './postmaster.ts'
import { readRuntime } from './runtime.ts'

let folder: string
let dataDir: string

beforeEach(() => {
  folder = mkdtempSync(resolve(tmpdir(), 'changhui-embedded-'))
  dataDir = resolve(folder, 'data')
})
afterEach(async () => {
  await vanished()
  rmSync(folder, { recursive: true, force: true })
})

const quick = { quick: true } as const
const clusterDir = (): string => resolve(dataDir, 'pg18')
const postmasterPid = (): number => postmasterState(clusterDir())?.pid ?? 0
const running = (): boolean => isPostgresOf(postmasterPid(), clusterDir())

async function vanished(): Promise<void> {
  for (let waited = 0; running() || readRuntime(dataDir); waited += 50) {
    if (waited > 20_000) throw new Error('PostgreSQL still runs')
    await sleep(50)
  }
}

/** A process of its own that attaches, says READY, and stays until killed. */
async function holder(role: 'app' | 'command'): Promise<ChildProcess> {
  const program = `import { startEmbedded } from ${JSON.stringify(resolve(import.meta.dirname, 'embedded.ts'))}
    await startEmbedded(${JSON.stringify(dataDir)}, { role: '${role}', quick: true })
    console.log('READY'); setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((done, failed) => {
    child.stdout?.once('data', () => done())
    child.once('exit', () => failed(new Error('the holder ended')))
  })
  return child
}

const count = (connection: Parameters<typeof withClient>[0]): Promise<number> =>
  withClient(connection, async (client) => (await client.query('SELECT n FROM kept')).rowCount ?? 0)

test('starts, keeps its data over a restart, listens on a private socket only', async () => {
  const first = await startEmbedded(dataDir, quick)
  expect(first.reused).toBe(false)
  expect(statSync(first.connection.host).mode & 0o777).toBe(0o700)
  await withClient(first.connection, async (client) => {
    await client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)')
    const { rows } = await client.query(
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding`,
    )
    expect(rows).toEqual([{ addresses: '', fsync: 'on', encoding: 'UTF8' }])
  })
  await first.stop()
  expect(running()).toBe(false)
  const second = await startEmbedded(dataDir, quick)
  expect(await count(second.connection)).toBe(1)
  await second.stop()
})

test('many at once make one cluster, and the last to leave turns it off', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => startEmbedded(dataDir, quick)))
  expect(new Set(all.map((one) => one.connection.host)).size).toBe(1)
  expect(all.filter((one) => !one.reused)).toHaveLength(1)
  const last = all.pop()
  for (const one of all) await one.stop()
  expect(running()).toBe(true)
  await last?.stop()
  expect(running()).toBe(false)
})

test('a second app is told who has the folder; a command may join', async () => {
  const app = await startEmbedded(dataDir, { role: 'app', quick: true })
  await expect(startEmbedded(dataDir, { role: 'app' })).rejects.toThrow(new RegExp(`process ${process.pid}`))
  const command = await startEmbedded(dataDir)
  expect(command.reused).toBe(true)
  await app.stop()
  expect(running()).toBe(true)
  const next = await startEmbedded(dataDir, { role: 'app' })
  await command.stop()
  await next.stop()
})

test('kill -9 of the only user ends PostgreSQL; of one of two, it stays', async () => {
  const app = await holder('app')
  app.kill('SIGKILL')
  await vanished()
  const second = await holder('app')
  const command = await startEmbedded(dataDir)
  second.kill('SIGKILL')
  await sleep(300)
  await withClient(command.connection, (client) => client.query('SELECT 1'))
  await command.stop()
})

test('kill -9 of PostgreSQL: it comes back with what was committed', async () => {
  const database = await startEmbedded(dataDir, quick)
  await withClient(database.connection, (client) =>
    client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)'),
  )
  const killed = postmasterPid()
  process.kill(killed, 'SIGKILL')
  for (let waited = 0; postmasterPid() === killed || !postmasterState(clusterDir())?.ready; waited += 50) {
    expect(waited).toBeLessThan(20_000)
    await sleep(50)
  }
  expect(await count(database.connection)).toBe(1)
  await database.stop()
})

test('kill -9 of the keeper: those attached find the database at the same place again', async () => {
  const database = await startEmbedded(dataDir, quick)
  await withClient(database.connection, (client) =>
    client.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)'),
  )
  const before = readRuntime(dataDir)?.keeperPid ?? 0
  process.kill(before, 'SIGKILL')
  for (let waited = 0; readRuntime(dataDir)?.keeperPid === before; waited += 50) {
    expect(waited).toBeLessThan(20_000)
    await sleep(50)
  }
  expect(await count(database.connection)).toBe(1)
  await sleep(100)
  await database.stop()
  expect(running()).toBe(false)
})

test('a half-made cluster is thrown away, a stale process number does no harm', async () => {
  mkdirSync(resolve(dataDir, 'pg-init-1/base'), { recursive: true })
  writeFileSync(resolve(dataDir, 'pg-init-1/PG_VERSION'), '18\n')
  await (await startEmbedded(dataDir, quick)).stop()
  expect(readdirSync(dataDir).filter((name) => name.startsWith('pg-init'))).toEqual([])
  writeFileSync(resolve(clusterDir(), 'postmaster.pid'), `${process.pid}\n${clusterDir()}\n`)
  await (await startEmbedded(dataDir, quick)).stop()
})

test('a cluster of another major version is left alone', async () => {
  await (await startEmbedded(dataDir, quick)).stop()
  writeFileSync(resolve(clusterDir(), 'PG_VERSION'), '17\n')
  await expect(startEmbedded(dataDir, quick)).rejects.toThrow(/17.*18/)
})

test('the log names no statement, so no personal data', async () => {
  const database = await startEmbedded(dataDir, quick)
  await withClient(database.connection, async (client) => {
    await client.query('CREATE TABLE person (phone text CONSTRAINT person_key UNIQUE)')
    await client.query("INSERT INTO person VALUES ('19900000001')")
    await expect(client.query("INSERT INTO person VALUES ('19900000001')")).rejects.toThrow()
  })
  await database.stop()
  const log = readFileSync(resolve(dataDir, 'postgres.log'), 'utf8')
  expect(log).toContain('person_key')
  expect(log).not.toContain('19900000001')
})

test('unsupported platforms are told to use a server', () => {
  const attempt = (): unknown => findBinaries('linux', 's390x')
  expect(attempt).toThrow(EmbeddedError)
  expect(attempt).toThrow(/DATABASE_URL/)
  expect(() => findBinaries('win32', 'x64')).toThrow(/WSL/)
  expect(existsSync(resolve(findBinaries().folder, 'bin/postgres'))).toBe(true)
})
