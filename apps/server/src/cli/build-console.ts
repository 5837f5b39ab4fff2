import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from './context.ts'

/** What the pages are made from. */
const sources = ['apps/console', 'packages/rules', 'packages/contract', 'package-lock.json']

/** Builds the pages when their sources changed since the last build. A release without sources' tools keeps its built pages. */
export async function buildConsole(root: string, note: (text: string) => void): Promise<void> {
  const stamp = resolve(root, 'apps/console/dist/.built-from')
  const hash = sourceHash(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return
  if (!existsSync(resolve(root, 'apps/console/index.html'))) return
  note('正在构建页面… / Building the pages …')
  const code = await new Promise<number>((done, failed) => {
    const program = resolve(root, 'node_modules/vite/bin/vite.js')
    const args = [program, 'build', 'apps/console', '--logLevel', 'error']
    // A test run's NODE_ENV would give people React's development build: 345 kB gz at first load instead of 268.
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] })
    child.once('error', failed)
    child.once('exit', (exit) => done(exit ?? 1))
  })
  if (code !== 0) throw new CliError('页面构建失败，原因见上 / The pages could not be built for the reason above')
  writeFileSync(stamp, hash)
}

function sourceHash(root: string): string {
  const hash = createHash('sha256')
  for (const source of sources) addTo(hash, resolve(root, source))
  return hash.digest('hex')
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  if (!statSync(path).isDirectory()) {
    hash.update(path).update(readFileSync(path))
    return
  }
  for (const name of readdirSync(path).sort()) {
    if (name !== 'node_modules' && name !== 'dist' && !name.includes('.test.')) addTo(hash, resolve(path, name))
  }
}
