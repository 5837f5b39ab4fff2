import type { ClientConfig } from 'pg'
import type { Config } from './config.ts'
import { type EmbeddedOptions, startEmbedded } from './embedded/embedded.ts'

export interface OpenedDatabase {
  /** For `pg` clients and pools. */
  readonly connection: ClientConfig
  readonly kind: 'embedded' | 'server'
  /** Lets the embedded database go (the last user shuts it down); nothing to do for a server. */
  close(): Promise<void>
}

/** The database the settings name: the server of DATABASE_URL, else the embedded one of the data folder. Throws EmbeddedError. */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  options: EmbeddedOptions = {},
): Promise<OpenedDatabase> {
  if (config.databaseUrl) {
    return { connection: { connectionString: config.databaseUrl }, kind: 'server', close: async () => undefined }
  }
  const embedded = await startEmbedded(config.dataDir, options)
  return { connection: { ...embedded.connection }, kind: 'embedded', close: embedded.stop }
}
