import type { Command } from 'commander'
import { planStore } from '../modules/care/service.ts'
import { systemActor, withStore } from '../platform/scope.ts'
import { type CliContext, CliError } from './context.ts'
import { requireStore } from './store.ts'

export function register(program: Command, context: CliContext): void {
  program
    .command('plan')
    .description("make the day's care tasks of a store; a second run makes nothing twice")
    .requiredOption('--store <code>', 'code of the store')
    .option('--day <day>', 'as-of day, YYYY-MM-DD (default: today in the store)')
    .action((options: { store: string; day?: string }) =>
      context.withPlatform(async ({ db, pool, clock }) => {
        const store = await requireStore(db, options.store)
        const day = options.day === undefined ? undefined : parseDay(options.day)
        const result = await withStore(pool, clock, store, systemActor, (scope) => planStore(scope, day ?? scope.today))
        const lines = Object.entries(result).map(
          ([programme, { due, created }]) =>
            `${programme}: 应做 ${due}，新建 ${created} / due ${due}, created ${created}`,
        )
        context.print(result, lines.join('\n'))
      }),
    )
}

function parseDay(text: string): Temporal.PlainDate {
  try {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError('form')
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new CliError(
      `--day 应为存在的日期，如 2026-11-21 / --day must be a real day like 2026-11-21, not "${text}"`,
      2,
    )
  }
}
