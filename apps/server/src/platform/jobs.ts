import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { Platform } from './http/context.ts'
import { type Log, loggable } from './log.ts'
import type { Metrics } from './metrics.ts'

/** Something done besides requests. Safe to run twice and from several machines at once: the queue only triggers. */
export interface JobDefinition {
  readonly name: string
  /** Five fields in UTC. */
  readonly cron: string
  /** Also when this process starts: what was missed while nothing ran. */
  readonly atStart?: boolean
  run(platform: Platform, log: Log): Promise<void>
}

export interface Jobs {
  /** Prepares the queues and begins to work. */
  start(): Promise<void>
  /** Takes no more jobs and waits for those under way, `seconds` at most. */
  stop(seconds: number): Promise<void>
}

/** A job whose worker has not been heard of for so long is given to another. */
const heartbeatSeconds = 30

/**
 * Triggers the jobs through pg-boss (schema `pgboss`), which lets one of several workers have each. It runs on our pool and
 * holds no session state (no LISTEN, transaction-level locks only), so a pooler in transaction mode may stand between.
 */
export function createJobs(
  platform: Platform,
  definitions: readonly JobDefinition[],
  { log, metrics }: { log: Log; metrics: Metrics },
): Jobs {
  const boss = new PgBoss({
    db: {
      executeSql: (text, values) =>
        // its own SQL expects Date for timestamptz, where the rest of the server takes text
        platform.pool.query({ text, values, types: pg.types }),
    },
    persistWarnings: false,
    reindex: false,
  })
  boss.on('error', (error) => log.error({ error: loggable(error) }, 'job queue'))

  async function run(definition: JobDefinition): Promise<void> {
    const start = performance.now()
    try {
      await definition.run(platform, log)
      metrics.job(definition.name, 'done', (performance.now() - start) / 1000)
    } catch (error) {
      metrics.job(definition.name, 'failed', (performance.now() - start) / 1000)
      log.error({ job: definition.name, error: loggable(error) }, 'job failed')
      throw error
    }
  }

  return {
    start: async () => {
      await boss.start()
      for (const definition of definitions) {
        const { name, cron } = definition
        // one waiting or running at a time: a tick that finds the last one still at work adds nothing
        await boss.createQueue(name, {
          policy: 'exclusive',
          retryLimit: 3,
          retryBackoff: true,
          heartbeatSeconds,
          deleteAfterSeconds: 3_600,
        })
        await boss.schedule(name, cron)
        await boss.work(name, () => run(definition))
        if (definition.atStart) await boss.send(name)
      }
    },
    stop: (seconds) => boss.stop({ graceful: true, timeout: seconds * 1000, close: false }),
  }
}
