import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')

/** A tree with one forbidden import each, and one file that keeps the ladder. */
const forbidden: Record<string, string> = {
  'packages/rules/src/reads-a-file.ts': 'node:fs',
  'packages/rules/src/climbs.ts': '@changhui/contract/meta',
  'packages/contract/src/serves.ts': '@orpc/server',
  'apps/server/src/platform/knows-business.ts': '../modules/care/service.ts',
  'apps/server/src/modules/care/peeks.ts': '../staff/store.ts',
  'apps/server/src/modules/care/calls/peeks.ts': '../../base/customers/store.ts',
  'apps/console/src/features/calls/reaches.ts': '../../../../server/src/platform/db.ts',
}
const allowed: Record<string, string> = {
  'apps/server/src/modules/care/asks.ts': '../staff/service.ts',
  'packages/contract/src/uses-rules.ts': '@changhui/rules/words',
}

let tree: string
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'ladder-'))
  copyFileSync(join(root, 'biome.json'), join(tree, 'biome.json'))
  for (const [file, target] of Object.entries({ ...forbidden, ...allowed })) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), `import { thing } from '${target}'\n\nexport const held = thing\n`)
  }
})
afterAll(() => rmSync(tree, { recursive: true, force: true }))

function complaints(file: string): string {
  const run = spawnSync(process.execPath, [biome, 'lint', '--only=style/noRestrictedImports', file], {
    cwd: tree,
    encoding: 'utf8',
  })
  return `${run.status} ${run.stderr}${run.stdout}`
}

test.each(Object.keys(forbidden))('the ladder refuses %s', (file) => {
  expect(complaints(file)).toMatch(/^1 .*noRestrictedImports/s)
})

test.each(Object.keys(allowed))('the ladder allows %s', (file) => {
  expect(complaints(file)).toMatch(/^0 /)
})
