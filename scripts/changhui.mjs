#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { onPinnedNode } from './setup.mjs'

await onPinnedNode(fileURLToPath(import.meta.url))
const { main } = await import('../apps/server/src/cli/main.ts')
process.exitCode = await main(process.argv.slice(2))
