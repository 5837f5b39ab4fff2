import type { Command } from 'commander'
import { type SimRefusal, type Simulation, simulate } from '../modules/demo/simulation/run.ts'
import { type CliContext, CliError } from './context.ts'

interface Options {
  store: string
  from: string
  months: string
  customers: string
  seed: string
  resume?: boolean
}

const refusals: Readonly<Record<SimRefusal, string>> = {
  exists:
    '该模拟门店已存在：加 --resume 继续，或换一个代码 / This simulation exists: add --resume to go on, or choose another code',
  other: '该代码是一家真实门店，不能用于模拟 / That code belongs to a store that is no simulation: choose another one',
  differs:
    '该模拟用的是其他参数 / That simulation was begun with other values: give the same --from, --months, --customers and --seed',
  'code-form': '门店代码只能用大写字母、数字、_ 和 - / A store code has capital letters, digits, _ and - only',
  days: '--from 应为日期 / --from must be a day',
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
    .action((options: Options) =>
      context.withPlatform(
        async (platform) => {
          const ask = {
            from: parseDay(options.from),
            months: whole('--months', options.months, 1, 120),
            customers: whole('--customers', options.customers, 10, 90_000),
            seed: whole('--seed', options.seed, 0, 2 ** 31),
          }
          const result = await simulate(platform, {
            code: options.store.toUpperCase(),
            ask,
            resume: options.resume ?? false,
            progress: (day, done, of) => {
              if (done % 10 === 0 || done === of) context.note(`${day} ${done}/${of}`)
            },
          })
          if (typeof result === 'string') throw new CliError(`${options.store}: ${refusals[result]}`, 2)
          context.print(result, table(result))
          if (result.invariants.broken > 0) process.exitCode = 1
        },
        { connections: 8 },
      ),
    )
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
  const broken = invariants.examples.map((one) => `  ${JSON.stringify(one)}`)
  return [
    ...lines,
    `${speed.days} 天 days, ${speed.seconds} s, ${speed.daysPerSecond} store-days/s`,
    `invariants: ${invariants.checked} checked, ${invariants.broken} broken`,
    ...broken,
  ].join('\n')
}
