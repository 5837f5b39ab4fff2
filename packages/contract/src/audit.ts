import { z } from 'zod'
import { day, id, ofStore, pageInput, pageOf, route } from './meta.ts'

export const auditRow = z.object({
  id,
  at: z.string(),
  actorName: z.string(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})
export const auditContract = {
  list: route('GET', '/stores/{storeId}/audit', 'audit.read', 'Audit log, newest first')
    .input(
      ofStore({
        ...pageInput,
        action: z.string().max(80).optional(),
        actorId: id.optional(),
        from: day.optional(),
        to: day.optional(),
      }),
    )
    .output(pageOf(auditRow)),
}
