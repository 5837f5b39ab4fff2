import { fileURLToPath } from 'node:url'
import { onPinnedNode } from './setup.mjs'

await onPinnedNode(fileURLToPath(import.meta.url))
const { start } = await import('../apps/server/src/cli/start.ts')
process.exitCode = await start({ empty: process.argv.includes('--empty') })
