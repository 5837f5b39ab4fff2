import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { systemClock } from '../../apps/server/src/platform/clock.ts'
import { startEmbedded } from '../../apps/server/src/platform/embedded/embedded.ts'
import { postmasterState } from '../../apps/server/src/platform/embedded/postmaster.ts'
import { readRuntime } from '../../apps/server/src/platform/embedded/runtime.ts'
import { buildHouse, collect, type House, visitsFile, zoneAtTen } from './house.ts'
import type { Report } from './server.ts'

export interface RoundsResult {
  readonly bench: 'durability'
  readonly rounds: number
  readonly kills: Readonly<Record<Victim, number>>
  /** Call results the app said yes to, and how many of them were missing afterwards. */
  readonly acknowledged: number
  readonly lost: number
  /** Reports whose answer was lost in a kill and which were sent again under the same id. */
  readonly sentAgain: number
  readonly twice: number
  readonly importedRows: number
  /** Imports that a kill had cut off, and how many of them in the middle of their rows. */
  readonly cutOff: number
  readonly midway: number
  readonly seconds: number
}

const victims = ['app', 'postgres', 'importer', 'keeper'] as const
type Victim = (typeof victims)[number]

/** An import commits every 5,000 rows: small files are cut off whole, each `longEvery`th one in the middle. */
const shortFile = 400
const longFile = 48_000

export interface RoundsOptions {
  readonly seed?: number
  /** Each so-many-th round imports a file of several commits and is killed after the first of them. */
  readonly longEvery?: number
  readonly note?: (text: string) => void
}

/**
 * Kills the app, PostgreSQL, an import or the keeper with SIGKILL in turn, in the middle of call results and imports, `rounds` times.
 * After each, every acknowledged result must be there, nothing twice, and the import done again must end with each row once.
 * Throws at the first violation.
 */
export async function runRounds(rounds: number, options: RoundsOptions = {}): Promise<RoundsResult> {
  const { seed = 1, longEvery = 10, note = () => undefined } = options
  const rowsOf = (round: number) => (round % longEvery === 0 && round > 0 ? longFile : shortFile)
  const clock = systemClock()
  const started = clock.now()
  const timeZone = zoneAtTen(started)
  const today = started.toZonedDateTimeISO(timeZone).toPlainDate()
  const house = await buildHouse(timeZone)
  const acknowledged = new Map<string, Report>()
  const kills: Record<Victim, number> = { app: 0, postgres: 0, importer: 0, keeper: 0 }
  let waiting: Report[] = []
  let sentAgain = 0
  let cutOff = 0
  let midway = 0
  try {
    await importWhole(house, visitsFile(house, 'base.csv', 0, rowsOf(0), today), rowsOf(0))
    let rows = rowsOf(0)
    for (let round = 1; round <= rounds; round += 1) {
      const victim = victims[(round + Math.floor(round / 10)) % victims.length] ?? 'app'
      const more = rowsOf(round)
      const file = visitsFile(house, `round-${round}.csv`, rows, more, today)
      const server = await house.serve()
      await server.plan()
      for (const report of waiting) {
        sentAgain += 1
        if (await server.again(report)) acknowledged.set(report.attemptId, report)
      }
      waiting = []
      const watcher = more === longFile ? await openDatabase(house) : undefined
      const importer = house.spawn(['import', 'visits', file, '--store', 'DUR', '--json'])
      const said = collect(importer)
      const imported = ended(importer)
      const callers = Array.from({ length: 3 }, () =>
        server.callUntilGone(
          (report) => acknowledged.set(report.attemptId, report),
          (report) => waiting.push(report),
        ),
      )
      if (watcher) await firstCommit(watcher.client, rows, imported)
      await sleep((more === longFile ? 0 : 300) + ((seed * 7919 + round * 104_729) % (more === longFile ? 300 : 2_000)))
      const early = importer.exitCode ?? importer.signalCode
      if (early !== null && early !== 0)
        throw new Error(`${file} ended with ${early} before anything was killed: ${said.out} ${said.err}`)
      kill(victim, house, server.process, importer)
      await watcher?.close()
      kills[victim] += 1
      const gone = ended(server.process)
      if (victim !== 'app') server.process.kill('SIGTERM')
      await Promise.all([...callers, gone])
      if ((await imported) !== 0) cutOff += 1
      // held over the checks, so that PostgreSQL need not start anew for each
      const held = await startEmbedded(house.dataDir)
      const left = await verify(house, acknowledged)
      if (left > rows + more) throw new Error(`${left} visits, more than were in the files`)
      if (left > rows && left < rows + more) midway += 1
      await importWhole(house, file, more)
      rows += more
      const whole = await verify(house, acknowledged)
      if (whole !== rows) throw new Error(`${whole} visits after importing each row again`)
      await held.stop()
      note(`round ${round}/${rounds}: ${victim}, ${acknowledged.size} results, ${cutOff} imports cut off`)
    }
    const seconds = Math.round(clock.now().since(started).total('seconds'))
    const result = {
      acknowledged: acknowledged.size,
      lost: 0,
      sentAgain,
      twice: 0,
      importedRows: rows,
      cutOff,
      midway,
      seconds,
    }
    return { bench: 'durability', rounds, kills, ...result }
  } finally {
    house.remove()
  }
}

function kill(victim: Victim, house: House, app: ChildProcess, importer: ChildProcess): void {
  const postmaster = postmasterState(resolve(house.dataDir, 'pg18'))?.pid
  const pids = {
    app: app.pid,
    importer: importer.pid,
    postgres: postmaster,
    keeper: readRuntime(house.dataDir)?.keeperPid,
  }
  const pid = pids[victim]
  if (!pid) throw new Error(`there is no ${victim} to kill`)
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // an import may have ended already
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((done) => child.once('exit', (code) => done(code)))
}

/** Imports a file to its end, whatever an earlier try left behind. */
async function importWhole(house: House, file: string, rows: number): Promise<void> {
  const { code, out, err } = await house.run(['import', 'visits', file, '--store', 'DUR', '--json'])
  if (code !== 0) throw new Error(`import ${file}: exit ${code} ${out} ${err}`)
  const answer = JSON.parse(out) as { read: number; rejected: readonly unknown[] }
  if (answer.read !== rows || answer.rejected.length > 0) throw new Error(`import ${file}: ${out.slice(0, 500)}`)
}

/** Waits until the import has committed its first rows, or has ended. */
async function firstCommit(client: Client, rows: number, imported: Promise<unknown>): Promise<void> {
  let over = false
  const end = imported.then(() => {
    over = true
  })
  while (!over && (await visitsIn(client)) <= rows) await Promise.race([end, sleep(50)])
}

async function openDatabase(house: House): Promise<{ client: Client; close: () => Promise<void> }> {
  const database = await startEmbedded(house.dataDir)
  const client = new Client({ ...database.connection })
  // the server may be killed under it
  client.on('error', () => undefined)
  const close = () => client.end().finally(() => database.stop())
  await client.connect().catch((error: unknown) => close().finally(() => Promise.reject(error)))
  return { client, close }
}

async function withDatabase<T>(house: House, work: (client: Client) => Promise<T>): Promise<T> {
  const { client, close } = await openDatabase(house)
  return work(client).finally(close)
}

async function visitsIn(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM visit')
  return rows[0]?.n ?? 0
}

/** Throws when something is lost or there twice; returns the number of visits. */
async function verify(house: House, acknowledged: ReadonlyMap<string, Report>): Promise<number> {
  return withDatabase(house, async (client) => {
    const ids = [...acknowledged.keys()]
    const found = await client.query<{ id: string; taskId: string }>(
      'SELECT id, task_id AS "taskId" FROM attempt WHERE id = ANY ($1::uuid[])',
      [ids],
    )
    const lost = ids.filter(
      (id) => !found.rows.some((row) => row.id === id && row.taskId === acknowledged.get(id)?.taskId),
    )
    if (lost.length > 0) throw new Error(`${lost.length} acknowledged results are lost: ${lost.slice(0, 5)}`)
    await none(
      client,
      'results counted twice on a task',
      `
      SELECT t.id FROM task t LEFT JOIN attempt a ON a.store_id = t.store_id AND a.task_id = t.id AND a.channel = 'call'
      GROUP BY t.store_id, t.id, t.attempts HAVING t.attempts <> count(a.id)`,
    )
    await none(client, 'visits twice', 'SELECT order_no FROM visit GROUP BY store_id, order_no HAVING count(*) > 1')
    await none(client, 'vehicles twice', 'SELECT vin FROM vehicle GROUP BY store_id, vin HAVING count(*) > 1')
    await none(
      client,
      'tasks twice',
      'SELECT vehicle_id FROM task GROUP BY store_id, programme, vehicle_id, cycle HAVING count(*) > 1',
    )
    return visitsIn(client)
  })
}

async function none(client: Client, what: string, query: string): Promise<void> {
  const { rows } = await client.query(query)
  if (rows.length > 0) throw new Error(`${what}: ${JSON.stringify(rows.slice(0, 5))}`)
}
