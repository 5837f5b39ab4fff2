import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll } from 'vitest'
import { fixedClock } from '../../../platform/clock.ts'
import { openDb, openPool } from '../../../platform/db.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { testDatabase } from '../../../platform/testing/test-database.ts'
import { addStore } from '../../stores/service.ts'
import { type FileImport, importFile } from './command.ts'
import type { Counts } from './counts.ts'
import type { StoredProblem } from './problem-store.ts'

export interface Done {
  readonly importId: string
  readonly state: string
  readonly counts: Counts | undefined
  readonly failure: string | undefined
  readonly rejected: StoredProblem[]
  readonly warnings: StoredProblem[]
}

/** A database with a store to import into, and a folder for files, for the test file that calls this at its top. */
export async function importBench() {
  const { connection } = await testDatabase()
  const pool = openPool(connection, 4)
  pool.on('error', () => undefined)
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-import-'))
  const clock = fixedClock('2026-11-20T02:00:00Z')
  afterAll(async () => {
    await pool.end()
    rmSync(folder, { recursive: true, force: true })
  })
  let stores = 0
  const store = async () => {
    const row = await addStore(
      openDb(pool),
      { id: uuidv7(clock.now()), code: `S${++stores}`, name: 'Test' },
      clock.now(),
    )
    if (typeof row === 'string') throw new Error(row)
    return row
  }
  const write = (name: string, content: string | Buffer): string => {
    const path = resolve(folder, name)
    writeFileSync(path, content)
    return path
  }
  const bring = async (given: Omit<FileImport, 'pool' | 'clock'>): Promise<Done> => {
    const { importId, execution, problems } = await importFile({ ...given, pool, clock })
    if ('cause' in execution && execution.cause) throw execution.cause
    const all = async (refused: boolean) => {
      const said: StoredProblem[] = []
      for await (const page of problems(refused)) said.push(...page)
      return said
    }
    return {
      importId,
      state: execution.state,
      counts: 'counts' in execution ? execution.counts : undefined,
      failure: 'failure' in execution ? execution.failure.code : undefined,
      rejected: await all(true),
      warnings: await all(false),
    }
  }
  const rows = async <T extends Record<string, unknown>>(text: string, ...values: unknown[]): Promise<T[]> =>
    (await pool.query(text, values)).rows as T[]
  return { pool, clock, folder, store, write, bring, rows }
}

export const csv = (...lines: readonly (readonly string[])[]): string =>
  lines
    .map((cells) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n')
