import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { differences, runWithCrashes } from '../modules/demo/simulation/crashes.ts'
import type { SimAsk } from '../modules/demo/simulation/cursor.ts'
import { type SimRefusal, type Simulation, simulate } from '../modules/demo/simulation/run.ts'
import { type CliContext, CliError } from './context.ts'

interface Options {
  store: string
  from: string
  months: string
  customers: string
  seed: string
  resume?: boolean
  crashes: string
  against?: string
  progressDays: string
}

const refusals: Readonly<Record<SimRefusal, string>> = {
  exists:
    '该模拟门店已存在：加 --resume 继续，或换一个代码 / This simulation exists: add --resume to go on, or choose another code',
  other: '该代码是一家真实门店，不能用于模拟 / That code belongs to a store that is no simulation: choose another one',
  differs:
    '该模拟用的是其他参数 / That simulation was begun with other values: give the same --from, --months, --customers and --seed',
  'code-form': '门店代码只能用大写字母、数字、_ 和 - / A store code has capital letters, digits, _ and - only',
}

export function register(program: Command, context: CliContext): void {
  program
    .command('simulate')
    .description('live months of an invented store day by day through the real services, and check every promise')
    .requiredOption('--store <code>', 'code of the store to make')
    .option('--from <day>', 'first day, YYYY-MM-DD', '2025-01-01')
    .option('--months <n>', 'how many months', '24')
    .option('--customers <n>', 'customers at the start', '5000')
    .option('--seed <n>', 'the same seed gives the same history', '7')
    .option('--resume', 'go on where a run was broken off')
    .option('--crashes <n>', 'run in a process that is killed so often, and compare with a run that is not', '0')
    .option('--against <file>', 'with --crashes: the JSON of that other run, instead of running it now')
    .option('--progress-days <n>', 'say on stderr how far it is after so many days', '10')
    .action((options: Options) => (options.crashes === '0' ? live(context, options) : crash(context, options)))
}

function askOf(options: Options): SimAsk {
  return {
    from: parseDay(options.from),
    months: whole('--months', options.months, 1, 120),
    customers: whole('--customers', options.customers, 10, 90_000),
    seed: whole('--seed', options.seed, 0, 2 ** 31),
  }
}

async function live(context: CliContext, options: Options): Promise<void> {
  const ask = askOf(options)
  const every = whole('--progress-days', options.progressDays, 1, 1_000)
  await context.withPlatform(
    async (platform) => {
      const result = await simulate(platform, {
        code: options.store.toUpperCase(),
        ask,
        resume: options.resume ?? false,
        progress: (day, done, of) => {
          if (done % every === 0 || done === of) context.note(`${day} ${done}/${of}`)
        },
      })
      if (typeof result === 'string') throw new CliError(`${options.store}: ${refusals[result]}`, 2)
      context.print(result, table(result))
      if (result.invariants.broken > 0) process.exitCode = 1
    },
    { connections: 8 },
  )
}

/** Two runs in folders of their own: the data of this installation is not killed. */
async function crash(context: CliContext, options: Options): Promise<void> {
  const ask = askOf(options)
  const crashes = whole('--crashes', options.crashes, 1, 1_000)
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-crashes-'))
  const program = resolve(context.config.root, 'scripts/changhui.mjs')
  const values = Object.entries({ ...ask, store: options.store }).flatMap(([name, value]) => [`--${name}`, `${value}`])
  const start = Temporal.PlainDate.from(ask.from)
  const days = start.until(start.add({ months: ask.months })).days
  const run = (name: string, times: number) => {
    const args = ['simulate', ...values]
    return runWithCrashes({
      program,
      args,
      dataDir: resolve(folder, name),
      crashes: times,
      days,
      seed: ask.seed,
      note: context.note,
    })
  }
  try {
    // side by side; both come to their end before the folder goes, also when one fails
    const [whole, killed] = await Promise.allSettled([
      options.against ? undefined : run('whole', 0).then((one) => one.result),
      run('killed', crashes),
    ])
    if (whole.status === 'rejected') throw whole.reason
    if (killed.status === 'rejected') throw killed.reason
    const { result, kills } = killed.value
    // read last: it may have been written meanwhile
    const other = whole.value ?? readWhole(options.against ?? '', result)
    const differ = differences(other, result)
    const lines = [`kill -9: ${kills.app} app, ${kills.postgres} postgres`, `differences: ${differ.length}`, ...differ]
    context.print({ ...result, crashes: { kills, differences: differ } }, [table(result), ...lines].join('\n'))
    if (differ.length > 0 || result.invariants.broken > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The run to compare with. A file that cannot be read must not cost the run that was just made: its figures stand in the error. */
function readWhole(file: string, result: Simulation): Simulation {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Simulation
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(
      `${table(result)}\n--against ${file} 无法读取，未作比较 / cannot be read, so nothing was compared: ${why}`,
      2,
    )
  }
}

function parseDay(text: string): string {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CliError(`--from 应为存在的日期 / --from must be a real day like 2025-01-01, not "${text}"`, 2)
  }
}

function whole(name: string, text: string, from: number, to: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new CliError(
    `${name} 应为 ${from}–${to} 的整数 / ${name} must be a whole number ${from}–${to}, not "${text}"`,
    2,
  )
}

const list = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '–'

function table({ funnel, speed, invariants }: Simulation): string {
  const lines = funnel.map((one) =>
    [
      `${one.programme}: 应做 due ${one.due}, 已呼 attempted ${one.attempted} (${one.calls}), 接通 reached ${one.reached}, 提醒 reminded ${one.reminded}, 预约 booked ${one.booked}, 回厂 returned ${one.returned}, 他店 elsewhere ${one.elsewhere}, 未完 open ${one.open}`,
      `  done: ${list(one.done)}; failed: ${list(one.failed)}; cancelled: ${list(one.cancelled)}; messages: ${list(one.messages)}`,
    ].join('\n'),
  )
  const each = invariants.each.map(({ name, checked, broken }) => `  ${name}: ${checked} checked, ${broken} broken`)
  const broken = invariants.examples.map((one) => `  ${JSON.stringify(one)}`)
  return [
    ...lines,
    `${speed.days} 天 days, ${speed.seconds} s, ${speed.daysPerSecond} store-days/s`,
    `invariants: ${invariants.checked} checked, ${invariants.broken} broken`,
    ...each,
    ...broken,
  ].join('\n')
}
