// Every check of the product, in order, with one count at the end. `npm test -- lint server` runs the named steps only.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { onPinnedNode, root } from './setup.mjs'

await onPinnedNode(fileURLToPath(import.meta.url))

const { systemPostgres } = await import('../apps/server/src/platform/testing/system-postgres.ts')
const { tally } = await import('../apps/server/src/platform/testing/tally.ts')
const folder = mkdtempSync(resolve(tmpdir(), 'changhui-checks-'))
const env = { ...process.env, CHANGHUI_DATA: resolve(folder, 'data'), FORCE_COLOR: process.stdout.isTTY ? '1' : '0' }
// nobody's real database is a test's business
for (const name of ['TEST_DATABASE_URL', 'NODE_ENV']) delete env[name]
// an empty one puts .env out of force too
for (const name of ['DATABASE_URL', 'PORT']) env[name] = ''

const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const skips = []
const asked = process.argv.slice(2)
let current

function passed(count = 1) {
  total.passed += count
}

/** The reason is said again beside the count: of a long output often only the end is kept. */
function failed(name, why = '') {
  total.failed += 1
  const lines = stripVTControlCharacters(why).split('\n').slice(0, 20)
  failures.push(why ? `${name}\n${lines.map((line) => `    ${line}`).join('\n')}` : name)
}

function skipped(name) {
  total.skipped += 1
  skips.push(name)
}

function run(program, args, extra = {}) {
  return new Promise((done) => {
    current = spawn(process.execPath, [resolve(root, program), ...args], {
      cwd: root,
      env: { ...env, ...extra },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    current.on('exit', (code) => done(code ?? 1))
  })
}

async function check(name, program, args) {
  if ((await run(program, args)) === 0) passed()
  else failed(name)
}

async function vitest(label, args, extra = {}) {
  const report = resolve(folder, `${label}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests']
  const code = await run('node_modules/vitest/vitest.mjs', ['run', ...args, ...reporters], extra)
  const before = total.failed
  const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : []
  for (const file of files) {
    const name = `${label}: ${file.name.slice(root.length + 1)}`
    for (const one of file.assertionResults) {
      if (one.status === 'passed') passed()
      else if (one.status === 'failed') failed(`${name}: ${one.fullName}`, one.failureMessages.join('\n'))
      else skipped(`${name}: ${one.fullName}`)
    }
    // a file that could not be loaded has no tests to count
    if (file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'))
      failed(name, file.message)
  }
  if (code !== 0 && total.failed === before) failed(`${label}: exit ${code}`)
}

function programme(dir, pattern) {
  return existsSync(resolve(root, dir)) ? readdirSync(resolve(root, dir)).filter((name) => pattern.test(name)) : []
}

async function chromium() {
  const named = process.env.CHROMIUM_PATH
  const folders = (process.env.PATH ?? '').split(':')
  const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const found = [named, ...programs.flatMap((name) => folders.map((dir) => resolve(dir, name)))]
  found.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
  const own = found.find((path) => path && existsSync(path))
  if (own) return own
  // an ordinary user cannot install a browser, but npm can bring one
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const { default: packed } = await import('@sparticuz/chromium')
  return packed.executablePath()
}

async function onPostgres15() {
  const server = systemPostgres(15)
  if (!server) return skipped('server on PostgreSQL 15: this machine has none (Debian: apt-get install postgresql-15)')
  const running = await server.start()
  try {
    // what starts embedded databases of its own says nothing about a server
    const args = ['--project', 'server', '--exclude', '**/platform/embedded/**', '--exclude', '**/cli/**']
    await vitest('postgresql-15', args, { TEST_DATABASE_URL: running.url })
  } finally {
    await running.stop()
  }
}

async function inBrowser() {
  if (programme('tests/browser', /\.test\.ts$/).length === 0) return
  const path = await chromium()
  if (!path) return skipped('browser: no Chromium found; name one with CHROMIUM_PATH')
  await vitest('browser', ['--project', 'browser'], { CHROMIUM_PATH: path })
}

const steps = {
  lint: () => check('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  types: async () => {
    for (const project of ['packages/rules', 'packages/contract', 'apps/server', 'apps/console']) {
      await check(`types: ${project}`, 'node_modules/typescript/bin/tsc', ['-p', project])
    }
  },
  structure: async () => {
    for (const name of programme('scripts', /^check-.*\.m?[jt]s$/)) await check(name, `scripts/${name}`, [])
  },
  rules: () => vitest('rules', ['--project', 'rules', '--project', 'rules-la', '--project', 'console']),
  server: () => vitest('server', ['--project', 'server']),
  'postgresql-15': onPostgres15,
  durability: () => vitest('durability', ['--project', 'durability']),
  browser: inBrowser,
}

for (const name of ['SIGINT', 'SIGTERM']) {
  process.once(name, () => {
    current?.kill(name)
    rmSync(folder, { recursive: true, force: true })
    process.exit(1)
  })
}
const unknown = asked.filter((name) => !(name in steps))
if (unknown.length > 0) {
  process.stderr.write(`没有此步骤 / There is no step ${unknown.join(', ')}: ${Object.keys(steps).join(', ')}\n`)
  process.exit(2)
}
for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  process.stdout.write(`\n── ${name}\n`)
  try {
    await step()
  } catch (error) {
    process.stderr.write(`${error.stack ?? error}\n`)
    failed(name)
  }
}
rmSync(folder, { recursive: true, force: true })
for (const name of skips) process.stdout.write(`skipped: ${name}\n`)
for (const name of failures) process.stdout.write(`failed: ${name}\n`)
process.stdout.write(tally(total))
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
