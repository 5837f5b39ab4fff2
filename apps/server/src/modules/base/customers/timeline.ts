import type { timelineRow } from '@changhui/contract/customers'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../../../platform/cursor.ts'
import { found } from '../../../platform/problem.ts'
import type { Scope } from '../../../platform/scope.ts'
import { staffNames } from '../../staff/service.ts'
import { customerById } from './store.ts'
import { timelinePage } from './timeline-store.ts'

const place = z.tuple([z.iso.datetime(), z.string().max(60)])

/** A customer's timeline, newest first (BASE-06): touches, visits (`visit`) and deliveries (`delivery`). */
export async function customerTimeline(
  scope: Scope,
  input: { customerId: string; cursor?: string | undefined; limit: number },
): Promise<{ rows: z.infer<typeof timelineRow>[]; nextCursor: string | null }> {
  found(await customerById(scope, input.customerId))
  const [at, id] = input.cursor ? decodeCursor(input.cursor, place) : []
  const after = at !== undefined && id !== undefined ? { at, id } : undefined
  const rows = await timelinePage(scope, input.customerId, after, input.limit + 1)
  const page = rows.slice(0, input.limit)
  const names = await staffNames(
    scope.tx,
    page.map((row) => row.actor),
  )
  const last = rows.length > input.limit ? page.at(-1) : undefined
  return {
    rows: page.map((row) => ({
      id: row.id,
      at: row.at,
      kind: row.kind,
      vehicleId: row.vehicleId,
      taskId: row.taskId,
      actorName: row.actor ? (names.get(row.actor) ?? null) : null,
      data: row.data,
    })),
    nextCursor: last ? encodeCursor(last.at, last.id) : null,
  }
}
