import type { Readable } from 'node:stream'
import type { Settings } from './cluster.ts'

/** `app` is the serving app, one a data folder; `command` is anything else, as many as like. */
export type Role = 'app' | 'command'

/** How to reach the embedded database; there is no password, the socket's folder is private to the account. */
export interface EmbeddedConnection {
  /** The socket's folder, as `pg` takes it. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

/** `runtime.json` in the data folder: where the running keeper and its PostgreSQL are. */
export interface Runtime extends EmbeddedConnection {
  readonly keeper: string
  readonly keeperPid: number
}

export interface KeeperOrder {
  readonly dataDir: string
  readonly settings: Settings
  /** Skips the syncs of initdb: for clusters that are thrown away. */
  readonly quick: boolean
}

export type KeeperReport =
  | { readonly state: 'ready' }
  | { readonly state: 'busy' }
  | { readonly state: 'failed'; readonly code: string; readonly message: string }

export interface Hello {
  readonly role: Role
  readonly pid: number
}

export type Welcome =
  | ({ readonly welcome: true } & EmbeddedConnection)
  | { readonly welcome: false; readonly pid: number }

/** Calls `onLine` with each whole line that arrives, parsed as JSON. */
export function readMessages<T>(stream: Readable, onMessage: (message: T) => void): void {
  let pending = ''
  stream.on('data', (chunk: Buffer) => {
    pending += chunk.toString('utf8')
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
      const line = pending.slice(0, end)
      pending = pending.slice(end + 1)
      onMessage(JSON.parse(line) as T)
    }
  })
}

export function messageLine(message: Hello | Welcome | KeeperReport | { readonly bye: true }): string {
  return `${JSON.stringify(message)}\n`
}
