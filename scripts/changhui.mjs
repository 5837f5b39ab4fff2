#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { onPinnedNode } from './setup.mjs'

await onPinnedNode(fileURLToPath(import.meta.url))
await import('../apps/server/src/cli/main.ts')
