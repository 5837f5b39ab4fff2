import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { EmbeddedError } from './errors.ts'

/** Who PostgreSQL runs as. It refuses root, so root lends it an unprivileged user; anyone else runs it as himself. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** True when the account is not the caller's own. */
  readonly lent: boolean
}

/** The owner of an existing cluster, else a user made for this, else the least privileged one. */
export function chooseAccount(clusterDir: string): Account {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  const owner = existsSync(clusterDir) ? statSync(clusterDir) : undefined
  if (uid !== 0) {
    if (owner && owner.uid !== uid) {
      throw new EmbeddedError(
        'account',
        `数据目录 ${clusterDir} 属于另一用户（uid ${owner.uid}）。请用该用户或 root 启动，或用 CHANGHUI_DATA 指定自己的目录`,
        `The data in ${clusterDir} belongs to another user (uid ${owner.uid}). Start as that user or as root, or choose a folder of your own with CHANGHUI_DATA`,
      )
    }
    return { uid, gid, lent: false }
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, lent: true }
  // initdb looks its user up by name, so a number without an entry will not do
  for (const name of ['changhui', 'postgres', '_postgres', 'nobody']) {
    const entry = passwdEntry(name)
    if (entry) return { ...entry, lent: true }
  }
  throw new EmbeddedError(
    'account',
    '以 root 启动时需要一个普通用户来运行数据库，请执行 useradd --system changhui',
    'Started as root, the database needs an ordinary user to run as: useradd --system changhui',
  )
}

function passwdEntry(name: string): { uid: number; gid: number } | undefined {
  if (!existsSync('/etc/passwd')) return undefined
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':')
    if (user === name && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return undefined
}

/** Whether an account may pass through every folder above `path` (a 0700 home is the usual obstacle). */
export function canReach(path: string, account: Account): boolean {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))

/**
 * How to start a PostgreSQL program under `account`. With util-linux's setpriv it gets SIGINT (a fast, clean shutdown) when its
 * parent dies, and may look through folders closed to it when `paths` ask for that. Throws EmbeddedError `account`.
 */
export function launchAs(account: Account, paths: readonly string[], program: string, args: readonly string[]): Launch {
  const closed = account.lent ? paths.find((path) => !canReach(path, account)) : undefined
  const capability = closed ? lendableCapability() : undefined
  if (closed && !(setpriv && capability)) {
    throw new EmbeddedError(
      'account',
      `数据库用户（uid ${account.uid}）无法进入 ${closed} 的上级目录。请把项目放到如 /opt/changhui 的位置，或用 CHANGHUI_DATA 指定如 /var/lib/changhui 的目录`,
      `The database's user (uid ${account.uid}) cannot pass the folders above ${closed}. Put the project into a place like /opt/changhui, or point CHANGHUI_DATA to one like /var/lib/changhui`,
    )
  }
  if (!setpriv) return { command: program, args, ...(account.lent ? { uid: account.uid, gid: account.gid } : {}) }
  const options = ['--pdeathsig', 'INT']
  if (account.lent) options.push('--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups')
  if (capability) options.push(`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`)
  return { command: setpriv, args: [...options, program, ...args] }
}

/** Containers often keep dac_override only; reading is asked for first because it is the smaller right. */
function lendableCapability(): string | undefined {
  if (!existsSync('/proc/self/status')) return undefined
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const held = BigInt(`0x${line ?? '0'}`)
  if (held & (1n << 2n)) return 'dac_read_search'
  return held & (1n << 1n) ? 'dac_override' : undefined
}
