import type pg from 'pg'
import { type Clock, systemClock } from '../platform/clock.ts'
import { type Config, loadConfig } from '../platform/config.ts'
import { openDb, openPool } from '../platform/db.ts'
import type { Role } from '../platform/embedded/protocol.ts'
import type { Platform } from '../platform/http/context.ts'
import { migrate } from '../platform/migrate.ts'
import { type OpenedDatabase, openDatabase } from '../platform/open-database.ts'

/** What every command is handed. */
export interface CliContext {
  readonly config: Config
  readonly clock: Clock
  /** True with `--json`: stdout carries one JSON value and nothing else. */
  json(): boolean
  /** The command's result: `value` with `--json`, else `text` for people. */
  print(value: unknown, text: string): void
  /** Progress and remarks; always on stderr. */
  note(text: string): void
  /** Opens the database (starting the embedded one if nobody has), brings it to the newest schema, and closes it after `work`. */
  withPlatform<T>(work: (platform: Platform, database: OpenedDatabase) => Promise<T>, options?: OpenOptions): Promise<T>
}

export interface OpenOptions {
  /** `app` refuses to share the data folder with another app. */
  readonly role?: Role
  /** Connections of the pool; default 4. */
  readonly connections?: number
}

/** A command that cannot do what it was asked; ends with `exitCode` (default 1). The message is for people, zh and en. */
export class CliError extends Error {
  override name = 'CliError'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export function createContext(json: () => boolean): CliContext {
  const config = loadConfig()
  const clock = systemClock()
  const note = (text: string): void => {
    process.stderr.write(`${text}\n`)
  }
  return {
    config,
    clock,
    json,
    note,
    print: (value, text) => {
      process.stdout.write(json() ? `${JSON.stringify(value)}\n` : `${text}\n`)
    },
    withPlatform: async (work, options = {}) => {
      const database = await openDatabase(config, { role: options.role ?? 'command' })
      let pool: pg.Pool | undefined
      let closing = false
      try {
        await migrate(database.connection)
        pool = openPool(database.connection, options.connections ?? 4)
        // a connection lost while idle; the next query meets it. At the end the database may go before the last one is closed
        pool.on('error', (error) => closing || note(error.message))
        return await work({ config, clock, pool, db: openDb(pool) }, database)
      } finally {
        closing = true
        await pool?.end()
        await database.close()
      }
    },
  }
}
