import type pg from 'pg'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The process's figures for Prometheus. Labels are route names, methods and status classes: few, and nobody's data. */
export interface Metrics {
  /** One answered request; `seconds` from the first byte to the answer. */
  request(route: string, method: string, status: number, seconds: number): void
  /** One finished job. */
  job(name: string, outcome: 'done' | 'failed', seconds: number): void
  /** The text Prometheus reads. */
  text(): Promise<string>
  readonly contentType: string
}

export function createMetrics(pool: pg.Pool): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'changhui_' })
  const requests = new Histogram({
    name: 'changhui_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  })
  const jobs = new Histogram({
    name: 'changhui_job_seconds',
    help: 'Time a job took, by name and outcome',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.1, 0.5, 1, 5, 30, 120, 600],
    registers,
  })
  const errors = new Counter({
    name: 'changhui_http_errors_total',
    help: 'Answers of 500 and above',
    labelNames: ['route'],
    registers,
  })
  new Gauge({
    name: 'changhui_database_connections',
    help: 'Connections of the pool, by state',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'open' }, pool.totalCount)
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'asked-for' }, pool.waitingCount)
    },
  })
  return {
    request: (route, method, status, seconds) => {
      requests.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds)
      if (status >= 500) errors.inc({ route })
    },
    job: (job, outcome, seconds) => jobs.observe({ job, outcome }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
