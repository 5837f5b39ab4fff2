import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { differences, runWithCrashes } from '../../apps/server/src/modules/demo/simulation/crashes.ts'

test('a simulated month killed six times, the database once among them, counts what one counts that was not', async () => {
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-crashes-'))
  const program = resolve(import.meta.dirname, '../../scripts/changhui.mjs')
  const args = ['simulate', '--store', 'SIM', '--months', '1', '--customers', '40', '--seed', '7']
  const run = (name: string, crashes: number) =>
    runWithCrashes({ program, args, dataDir: resolve(folder, name), crashes, days: 31, seed: 7 })
  try {
    const whole = await run('whole', 0)
    const killed = await run('killed', 6)
    expect(killed.kills).toEqual({ app: 5, postgres: 1 })
    expect(differences(whole.result, killed.result)).toEqual([])
    expect(killed.result.invariants.examples).toEqual([])
    expect(whole.result.counts.attempt).toBeGreaterThan(20)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
