import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { repositoryRoot } from '../platform/config.ts'
import { type EmbeddedDatabase, startEmbedded } from '../platform/embedded/embedded.ts'

interface Answer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A data folder and the command line as a shell runs it, for the test file that calls this at its top. */
export function cliBench() {
  // a test runs several commands, each a process of its own
  vi.setConfig({ testTimeout: 120_000 })
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-cli-'))
  const data = resolve(folder, 'data')
  let database: EmbeddedDatabase
  beforeAll(async () => {
    // held over the whole file, so that each command need not start PostgreSQL anew
    database = await startEmbedded(data, { quick: true })
  })
  afterAll(async () => {
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  function changhui(args: readonly string[], environment: Record<string, string> = {}): Promise<Answer> {
    const env = { PATH: process.env.PATH, CHANGHUI_DATA: data, DATABASE_URL: '', ...environment }
    const child = spawn(process.execPath, [resolve(repositoryRoot, 'scripts/changhui.mjs'), ...args], {
      env,
      cwd: folder,
    })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => {
      text.out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      text.err += chunk.toString()
    })
    return new Promise((done) => child.once('close', (code) => done({ code, ...text })))
  }
  return { folder, data, changhui, connection: () => database.connection }
}
