import { inStoreAgain } from '../../../platform/http/again.ts'
import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { answerMissing, customerCompleteness } from './completeness.ts'
import { duplicates, notSame, sameAgain } from './duplicates.ts'
import { mergeCustomers } from './merge.ts'
import { listMerges } from './merges.ts'
import { undoMerge } from './undo.ts'

const { quality } = os
const ok = { ok: true } as const

export const qualityRoutes = {
  duplicates: quality.duplicates.handler(({ input, context }) => inStore(context, (scope) => duplicates(scope, input))),
  merge: quality.merge.handler(({ input: { storeId: _, ...input }, context }) =>
    inStoreAgain(context, (scope) => mergeCustomers(scope, input)),
  ),
  merges: quality.merges.handler(({ input, context }) => inStore(context, (scope) => listMerges(scope, input))),
  undoMerge: quality.undoMerge.handler(({ input, context }) =>
    inStoreAgain(context, (scope) => undoMerge(scope, input.mergeId)),
  ),
  notSame: quality.notSame.handler(async ({ input, context }) => {
    await inStore(context, (scope) => notSame(scope, input.oneId, input.otherId))
    return ok
  }),
  sameAgain: quality.sameAgain.handler(async ({ input, context }) => {
    await inStore(context, (scope) => sameAgain(scope, input.oneId, input.otherId))
    return ok
  }),
  completeness: quality.completeness.handler(({ input, context }) =>
    inStore(context, (scope) => customerCompleteness(scope, input.customerId)),
  ),
  answer: quality.answer.handler(({ input: { storeId: _, customerId, vehicleId, ...answers }, context }) =>
    inStoreAgain(context, (scope) => answerMissing(scope, customerId, vehicleId ?? null, answers)),
  ),
}
