// Plain JavaScript for Node 20: brings the dependencies in step with package-lock.json and continues on the pinned Node.
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const pinned = readJson('package.json').dependencies.node
const engine = resolve(root, 'node_modules/node/bin/node')

/**
 * Sets up and runs `script` on the pinned Node with this process's arguments. Returns true in the process that shall go on;
 * in any other process it never returns.
 */
export async function onPinnedNode(script) {
  // the child of a launcher: the launcher has set up already
  if (process.env.CHANGHUI_LAUNCHED === `${process.ppid}`) {
    delete process.env.CHANGHUI_LAUNCHED
    endWithLauncher()
    return true
  }
  await setUp()
  const node = nodeProgram()
  if (node !== process.execPath) return launch(node, script)
  // npm puts the pinned Node first on the PATH, so this is the usual case once it is installed
  setInterval(() => npmIsGone() && process.kill(process.pid, 'SIGTERM'), 250).unref()
  return true
}

/** Installs what is missing. Prints to stderr only, so that stdout stays the command's. */
export async function setUp() {
  if (!inStep()) await alone(() => inStep() || install())
  if (!nodeProgram()) await alone(() => nodeProgram() || repairNode())
}

/** The program to run on: the pinned one, or this very Node where it is as new. */
export function nodeProgram() {
  const found = spawnSync(engine, ['--version'], { encoding: 'utf8' })
  if (found.status === 0 && found.stdout.trim() === `v${pinned}`) return engine
  return Number(process.versions.node.split('.')[0]) >= Number(pinned.split('.')[0]) ? process.execPath : undefined
}

/** True when every package of the lock file that this machine needs is installed in the locked version. */
export function inStep() {
  const installed = readJson('node_modules/.package-lock.json')?.packages
  if (!installed) return false
  const locked = readJson('package-lock.json').packages
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '' || !path.includes('node_modules/') || wanted.link) return true
    const have = installed[path]
    // an optional package is for another platform, or could not be had: whoever needs it says so
    return have ? have.version === wanted.version : wanted.optional === true || wanted.devOptional === true
  })
}

function install() {
  say('正在安装依赖（npm ci）… / Installing dependencies (npm ci) …')
  if (npm(['ci', '--include=dev', '--include=optional']) !== 0) {
    stop(
      'npm ci 失败，原因见上。请检查网络与 npm 源后重试 / npm ci failed for the reason above. Check the network and the npm registry, then try again',
    )
  }
}

/** The `node` package fetches its program in an install script, which npm may have been told to leave out. */
function repairNode() {
  say(`正在补装 Node ${pinned} … / Fetching Node ${pinned} …`)
  const name = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`
  const own = resolve(root, `node_modules/node/node_modules/${name}/bin/node`)
  const folder = mkdtempSync(resolve(tmpdir(), 'changhui-node-'))
  try {
    const got = existsSync(own) ? own : resolve(folder, `node_modules/${name}/bin/node`)
    if (got !== own) npm(['install', '--no-save', '--ignore-scripts', '--prefix', folder, `${name}@${pinned}`])
    if (!existsSync(got))
      stop(`无法取得 Node ${pinned}，请自行安装 Node ${pinned} / Node ${pinned} cannot be fetched: install it yourself`)
    mkdirSync(dirname(engine), { recursive: true })
    rmSync(engine, { force: true })
    copyFileSync(got, engine)
    chmodSync(engine, 0o755)
    const link = resolve(root, 'node_modules/.bin/node')
    if (!existsSync(link)) {
      rmSync(link, { force: true })
      symlinkSync('../node/bin/node', link)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (!nodeProgram()) stop(`Node ${pinned} 无法在本机运行 / Node ${pinned} does not run on this machine`)
}

function npm(args) {
  const own = process.env.npm_execpath
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  const env = { ...process.env, NODE_ENV: '' }
  // what an outer npm was told by its command line is not meant for this one
  for (const name of ['npm_config_omit', 'npm_config_include', 'npm_config_workspace', 'npm_config_prefix'])
    delete env[name]
  const run = spawnSync(command, [...first, ...args], { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (run.error) stop(`找不到 npm：${run.error.message} / npm cannot be run: ${run.error.message}`)
  return run.status
}

/** Two set-ups at once would pull node_modules away from each other. */
async function alone(work) {
  const lock = resolve(root, '.tmp/setup.lock')
  try {
    mkdirSync(dirname(lock), { recursive: true })
  } catch (error) {
    stop(`无法写入 ${root}：${error.message} / ${root} cannot be written: ${error.message}`)
  }
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') stop(`${lock}: ${error.message}`)
    }
    const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0)
    if (holder && !alive(holder)) rmSync(lock, { force: true })
    else if (!told) say(`进程 ${holder} 正在安装，请稍候 / Process ${holder} is installing: waiting`)
    await new Promise((done) => setTimeout(done, 300))
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Runs `script` on `node` with our stdio, passes signals on, and ends as it ends. */
function launch(node, script) {
  const env = { ...process.env, CHANGHUI_LAUNCHED: `${process.pid}` }
  const child = spawn(node, [script, ...process.argv.slice(2)], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  const watch = setInterval(() => npmIsGone() && child.kill('SIGTERM'), 250)
  child.on('exit', (code, signal) => {
    clearInterval(watch)
    if (!signal) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
  child.on('error', (error) => stop(`${node}: ${error.message}`))
  return new Promise(() => undefined)
}

/** A launcher that was killed leaves nothing behind: its end closes the channel. */
function endWithLauncher() {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}

const parents = process.env.npm_lifecycle_event ? ancestors() : []

/** `npm start` killed with -9 takes only npm itself; what it had started ends too. A plain `node scripts/…` may outlive its shell. */
function npmIsGone() {
  return parents.length > 0 && ancestors().join() !== parents.join()
}

/** Parent, and the parent's parent where npm runs us through a shell. */
function ancestors() {
  const parent = process.ppid
  const line = existsSync(`/proc/${parent}/stat`) ? readFileSync(`/proc/${parent}/stat`, 'utf8') : ''
  const [, name, grandparent] = /^\d+ \((.*)\) \S+ (\d+)/.exec(line) ?? []
  return /^(sh|bash|dash|ash|zsh)$/.test(name ?? '') ? [parent, Number(grandparent)] : [parent]
}

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readJson(path) {
  const full = resolve(root, path)
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')) : undefined
}

function say(text) {
  process.stderr.write(`${text}\n`)
}

function stop(text) {
  say(text)
  process.exit(1)
}
