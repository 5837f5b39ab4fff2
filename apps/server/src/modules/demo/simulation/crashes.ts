import { type ChildProcess, spawn } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import { postmasterState } from '../../../platform/embedded/postmaster.ts'
import { luckOf } from './luck.ts'
import type { Simulation } from './run.ts'

export interface CrashOptions {
  /** The command line's door, and its arguments for one simulation with --json; --resume is added here. */
  readonly program: string
  readonly args: readonly string[]
  /** A folder of its own for the run that is killed. */
  readonly dataDir: string
  readonly crashes: number
  readonly days: number
  readonly seed: number
  readonly note?: (text: string) => void
}

export interface CrashedRun {
  readonly result: Simulation
  readonly kills: { readonly app: number; readonly postgres: number }
}

/** A run that hears nothing after PostgreSQL was killed is killed, too. */
const PATIENCE_MS = 30_000

/**
 * Runs a simulation in a process of its own and kills it with SIGKILL at points spread over the whole run, each fifth time PostgreSQL instead, and
 * lets it go on until it is done. Throws when a run fails of itself.
 */
export async function runWithCrashes(options: CrashOptions): Promise<CrashedRun> {
  const luck = luckOf(options.seed)
  const points = Array.from({ length: options.crashes }, (_, i) => Math.floor(luck.of('crash', i) * options.days)).sort(
    (a, b) => a - b,
  )
  const kills = { app: 0, postgres: 0 }
  for (;;) {
    const [point] = points
    const made = kills.app + kills.postgres
    const victim = made % 5 === 4 ? 'postgres' : 'app'
    const run = await runOnce(options, point, victim, luck.int(0, 700, 'moment', made))
    if (run.killed) {
      points.shift()
      kills[victim] += 1
      options.note?.(`${kills.app + kills.postgres}/${options.crashes} ${victim}: ${run.day}/${options.days}`)
    } else if (isDone(run.out)) return { result: JSON.parse(run.out) as Simulation, kills }
    else throw new Error(`the simulation ended with ${run.code}: ${complaint(run.err)}`)
  }
}

/** What was said but for the lines of progress, from its beginning: the message comes before the stack. */
const complaint = (err: string) =>
  err
    .split('\n')
    .filter((line) => !/ \d+\/\d+$/.test(line))
    .join('\n')
    .slice(0, 3_000)

interface OneRun {
  readonly killed: boolean
  readonly code: number | null
  readonly day: number
  readonly out: string
  readonly err: string
}

/** A run that fails prints why, one that is done its funnel. */
const isDone = (out: string) => out.includes('"funnel"') && out.endsWith('\n')

/** One process until it ends, or until it has come to a day and is killed so many milliseconds later. */
function runOnce(
  { program, args, dataDir }: CrashOptions,
  point: number | undefined,
  victim: 'app' | 'postgres',
  delay: number,
): Promise<OneRun> {
  const env = { ...process.env, CHANGHUI_DATA: dataDir, DATABASE_URL: '' }
  const all = [program, ...args, '--resume', '--json', '--progress-days', '1']
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  let day = 0
  let killed = false
  const timers: NodeJS.Timeout[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text.err = (text.err + chunk.toString()).slice(-8_000)
    day = Number(/ (\d+)\/\d+\s*$/.exec(text.err)?.[1] ?? day)
    if (point === undefined || day < point || day === 0 || timers.length > 0) return
    timers.push(
      setTimeout(() => {
        killed = kill(child, victim, dataDir)
        timers.push(setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS))
      }, delay),
    )
  })
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('close', (code) => {
      for (const timer of timers) clearTimeout(timer)
      // one that was done before PostgreSQL was killed has its result
      done({ killed: killed && !isDone(text.out), code, day, ...text })
    })
  })
}

function kill(child: ChildProcess, victim: 'app' | 'postgres', dataDir: string): boolean {
  if (victim === 'app') return child.kill('SIGKILL')
  const pid = postmasterState(`${dataDir}/pg18`)?.pid
  if (!pid) return false
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    // it may have ended at this very moment
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** The figures in which two runs differ, as paths; none when every count is the same. */
export function differences(a: Simulation, b: Simulation): string[] {
  const counts = (one: Simulation) => ({
    ...one.counts,
    ...Object.fromEntries(one.funnel.map((row) => [row.programme, row])),
  })
  const [left, right] = [counts(a), counts(b)] as [Record<string, unknown>, Record<string, unknown>]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
  return names
    .filter((name) => !isDeepStrictEqual(left[name], right[name]))
    .map((name) => `${name}: ${JSON.stringify(left[name])} / ${JSON.stringify(right[name])}`)
}
