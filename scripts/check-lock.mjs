// `npm ci` refuses a lock file that leaves out an optional package of another platform, and `npm install` writes such a file where
// the registry does not have that package yet. This finds the gaps; with --write it fills them.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from './setup.mjs'

const path = resolve(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))
const { '': top, ...packages } = lock.packages
const systems = ['android', 'darwin', 'freebsd', 'linux', 'win32', 'openharmony', 'aix', 'netbsd', 'openbsd', 'sunos']
const processors = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64']

/** Whether `name`, asked for by the package at `from`, is there, looking upwards as Node does. */
function present(from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    if (`${at ? `${at}/` : ''}node_modules/${name}` in packages) return true
    if (at === '') return false
  }
}

const missing = new Map()
for (const [from, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (!present(from, name)) missing.set(`node_modules/${name}`, { name, version, dev })
  }
}
for (const [key, { name, version, dev }] of missing) {
  const words = name.split(/[-/]/)
  const cpu = processors.filter((one) => words.includes(one)).slice(0, 1)
  const os = systems.filter((one) => words.includes(one)).slice(0, 1)
  const musl = words.includes('musl') ? ['musl'] : undefined
  const libc = words.includes('gnu') && os[0] === 'linux' ? ['glibc'] : musl
  if (!/^\d+\.\d+\.\d+/.test(version) || os.length === 0)
    throw new Error(`${name} ${version}: cannot tell its platform`)
  packages[key] = { version, cpu, ...(dev ? { dev } : {}), ...(libc ? { libc } : {}), optional: true, os }
}
if (missing.size > 0 && process.argv.includes('--write')) {
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = { '': top, ...Object.fromEntries(sorted) }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
} else if (missing.size > 0) {
  const names = [...missing.values()].map(({ name, version }) => `${name}@${version}`)
  process.stderr.write(`package-lock.json leaves out ${names.join(', ')}: run node scripts/check-lock.mjs --write\n`)
  process.exitCode = 1
}
