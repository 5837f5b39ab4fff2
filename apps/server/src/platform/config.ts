import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** The folder that holds package.json, `.env` and, unless told otherwise, `.data/`. */
export const repositoryRoot = resolve(import.meta.dirname, '../../../..')

export type ConfigSource = 'environment' | '.env' | 'default'

export interface Config {
  readonly root: string
  /** The port the pages and the API are served on. */
  readonly port: number
  /** Absolute. Holds the embedded database, uploaded files and backups. */
  readonly dataDir: string
  /** A PostgreSQL server (15 or newer); undefined = the embedded one in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** Where each value came from, for `doctor`. */
  readonly sources: Readonly<Record<'PORT' | 'CHANGHUI_DATA' | 'DATABASE_URL', ConfigSource>>
}

/** A setting that cannot be used, with the way out. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads PORT, CHANGHUI_DATA and DATABASE_URL from the environment, else from `.env` in `root`, else the defaults.
 * An empty variable means the default, whatever `.env` says. Throws ConfigError.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  root: string = repositoryRoot,
): Config {
  const fromFile = readEnvFile(resolve(root, '.env'))
  const read = (name: string): { value: string | undefined; source: ConfigSource } => {
    const given = environment[name]
    if (given !== undefined) return { value: given || undefined, source: given ? 'environment' : 'default' }
    if (fromFile[name]) return { value: fromFile[name], source: '.env' }
    return { value: undefined, source: 'default' }
  }
  const port = read('PORT')
  const data = read('CHANGHUI_DATA')
  const database = read('DATABASE_URL')
  return Object.freeze({
    root,
    port: parsePort(port.value ?? '3000'),
    dataDir: dataFolder(data.value, data.source, root),
    databaseUrl: parseDatabaseUrl(database.value),
    sources: Object.freeze({ PORT: port.source, CHANGHUI_DATA: data.source, DATABASE_URL: database.source }),
  })
}

export function readEnvFile(path: string): Readonly<Record<string, string | undefined>> {
  return existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
}

/** A relative folder counts from where the command is run, or from the root when `.env` names it. */
function dataFolder(value: string | undefined, source: ConfigSource, root: string): string {
  if (value === undefined) return resolve(root, '.data')
  if (isAbsolute(value)) return value
  return source === '.env' ? resolve(root, value) : resolve(value)
}

function parsePort(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new ConfigError(
      `PORT 应为 0–65535 的整数，现为 “${value}” / PORT must be a whole number 0–65535, not "${value}"`,
    )
  }
  return port
}

function parseDatabaseUrl(value: string | undefined): string | undefined {
  if (value !== undefined && !/^postgres(ql)?:\/\//.test(value)) {
    throw new ConfigError(
      'DATABASE_URL 应形如 postgresql://用户:密码@主机:5432/库名 / DATABASE_URL must look like postgresql://user:password@host:5432/name',
    )
  }
  return value
}
