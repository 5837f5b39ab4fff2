// Files, exports and dependencies that nothing uses. Dependencies found through another workspace's list are let pass.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { root } from './setup.mjs'

const run = spawnSync(process.execPath, [resolve(root, 'node_modules/knip/bin/knip.js'), '--no-progress'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(run.status ?? 1)
