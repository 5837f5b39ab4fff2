import { readFileSync } from 'node:fs'
import { importFile } from '../apps/server/src/modules/base/imports/command.ts'
import { systemClock } from '../apps/server/src/platform/clock.ts'
import { openPool } from '../apps/server/src/platform/db.ts'

/** One import in a process of its own, so that its memory can be measured: settings from the file named, figures on stdout. */
const { connection, storeId, path } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const pool = openPool(connection, 4)
const start = performance.now()
const store = { id: storeId, timeZone: 'Asia/Shanghai' }
const { execution } = await importFile({ pool, clock: systemClock(), store, kind: 'visits', path })
const ms = performance.now() - start
await pool.end()
if (!('counts' in execution))
  throw new Error(JSON.stringify(execution), { cause: 'cause' in execution ? execution.cause : undefined })
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    ms,
    counts: execution.counts,
    peakMb: process.resourceUsage().maxRSS / 1024,
    cpuMs: (user + system) / 1000,
  }),
)
