import { parseArgs } from 'node:util'

import { forDatabase, startTestCluster } from '../../apps/server/src/platform/testing/cluster.ts'
import { fuzz } from './fuzz-run.ts'

/** `node tests/contract/fuzz.ts --requests 20000 [--seed 1]`: one JSON line; exit code 1 when anything failed or hung. */
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
})
const cluster = await startTestCluster()
try {
  const connection = forDatabase(cluster.admin, cluster.template)
  const { failures, ...figures } = await fuzz(connection, Number(values.requests), Number(values.seed))
  for (const failure of failures.slice(0, 50)) console.error(failure)
  console.log(JSON.stringify({ fuzz: 'contract', ...figures, failures: failures.length }))
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  await cluster.drop()
}
