import type { TestProject } from 'vitest/node'
import { startTestCluster, type TestCluster } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testCluster: TestCluster
  }
}

/** Vitest's global set-up: one cluster a run, taken down at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { drop, ...cluster } = await startTestCluster()
  project.provide('testCluster', cluster)
  return drop
}
