import { parentPort, workerData } from 'node:worker_threads'
import { runningClock } from '../../../platform/clock.ts'
import { openPool } from '../../../platform/db.ts'
import { executeHere, type ThreadTask } from './thread.ts'

/** The import's own thread: its own connections, one task, one answer. */
const { connection, now, ...task } = workerData as ThreadTask
const pool = openPool(connection, 2)
// an idle connection that is lost is opened again by the next query
pool.on('error', () => undefined)
const execution = await executeHere({ ...task, pool, clock: runningClock(now) })
await pool.end()
parentPort?.postMessage(execution)
