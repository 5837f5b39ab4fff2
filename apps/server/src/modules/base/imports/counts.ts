import type { importCounts } from '@changhui/contract/imports'
import type { z } from 'zod'
import type { BatchResult } from './batch.ts'

export type Counts = z.infer<typeof importCounts>

export const noCounts = (): Counts => ({
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  warnings: 0,
  entities: { customers: 0, vehicles: 0, visits: 0 },
})

/** The counts after one more batch: rows by what became of them, entities made. */
export function addBatch(counts: Counts, { actions, problems, entities }: BatchResult): Counts {
  const rows = (action: BatchResult['actions'][number]) => actions.filter((one) => one === action).length
  return {
    read: counts.read + actions.length,
    created: counts.created + rows('create'),
    updated: counts.updated + rows('update'),
    unchanged: counts.unchanged + rows('unchanged'),
    rejected: counts.rejected + rows('reject'),
    warnings: counts.warnings + problems.flat().filter((one) => !one.refused).length,
    entities: {
      customers: counts.entities.customers + entities.customers,
      vehicles: counts.entities.vehicles + entities.vehicles,
      visits: counts.entities.visits + entities.visits,
    },
  }
}
