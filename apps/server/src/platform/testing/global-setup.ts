import type { TestProject } from 'vitest/node'
import { startTestCluster } from './cluster.ts'

/** Vitest's global set-up: one cluster a run, taken down at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { drop, ...cluster } = await startTestCluster()
  project.provide('testCluster', cluster)
  return drop
}
