// Writes apps/server/src/platform/schema.gen.ts from the migrated database; with --verify only compares, exit 1 when they differ.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onPinnedNode, root } from './setup.mjs'

await onPinnedNode(fileURLToPath(import.meta.url))

const { forDatabase, startTestCluster } = await import('../apps/server/src/platform/testing/cluster.ts')
const cluster = await startTestCluster()
const { host, port, user, connectionString } = forDatabase(cluster.admin, cluster.template)
const url =
  connectionString ?? `postgres://${user}@localhost:${port}/${cluster.template}?host=${encodeURIComponent(host)}`
const mapping = { timestamptz: 'string', timestamp: 'string', int8: 'number', date: 'string', time: 'string' }
const run = spawnSync(
  process.execPath,
  [
    resolve(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
    ...['--dialect', 'postgres', '--camel-case', '--url', url, '--type-mapping', JSON.stringify(mapping)],
    ...['--out-file', resolve(root, 'apps/server/src/platform/schema.gen.ts')],
    ...(process.argv.includes('--verify') ? ['--verify'] : []),
  ],
  { cwd: root, stdio: 'inherit' },
)
await cluster.drop()
process.exit(run.status ?? 1)
