import { AUDIT_ANSWERS, AUDIT_ITEMS, type AuditItem } from '@changhui/rules/auditSample'
import { z } from 'zod'
import { file, id, ofStore, pageInput, pageOf, route, text, version } from './meta.ts'

const month = z.string().regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/)
const answer = z.enum(AUDIT_ANSWERS)
const findings = z.object(
  Object.fromEntries(AUDIT_ITEMS.map((item) => [item, answer])) as Record<AuditItem, typeof answer>,
)

export const insuranceAudit = z.object({
  id,
  month: z.string(),
  seed: z.string(),
  sharePercent: z.number(),
  /** Renewal calls of the month, and how many of them were drawn and listened to. */
  calls: z.number(),
  drawn: z.number(),
  audited: z.number(),
  drawnAt: z.string(),
  /** Null: by itself on the 1st. */
  drawnByName: z.string().nullable(),
})
export const auditedCall = z.object({
  attemptId: id,
  place: z.number(),
  at: z.string(),
  customerId: id,
  customerName: z.string(),
  plate: z.string().nullable(),
  byName: z.string().nullable(),
  result: z.string(),
  outcome: z.string().nullable(),
  note: z.string().nullable(),
  /** How long was talked, where the telephone system told. */
  seconds: z.number().nullable(),
  /** The call whose recording can be opened; null without one. */
  recordingOf: id.nullable(),
  findings: z.record(z.string(), z.string()),
  remark: z.string().nullable(),
  auditedAt: z.string().nullable(),
  auditedByName: z.string().nullable(),
  version: z.number(),
})
export type AuditedCall = z.infer<typeof auditedCall>

const pipelineFilter = {
  months: z.coerce.number().int().min(1).max(6).default(2),
  state: z.enum(['all', 'waiting', 'working', 'renewed', 'lost', 'unplanned']).default('all'),
}

export const insuranceContract = {
  audits: route(
    'GET',
    '/stores/{storeId}/insurance-audits',
    'task.supervise',
    'The months whose renewal calls were drawn for the audit, newest first (CARE-06)',
  )
    .input(ofStore({}))
    .output(z.array(insuranceAudit)),
  draw: route(
    'POST',
    '/stores/{storeId}/insurance-audits',
    'task.supervise',
    'Draw 60% of a past month’s renewal calls, reproducibly; again it adds only what came late',
  )
    .input(ofStore({ month }))
    .output(insuranceAudit),
  calls: route(
    'GET',
    '/stores/{storeId}/insurance-audits/{auditId}/calls',
    'task.supervise',
    'The drawn calls in the order of the draw, with what was found',
  )
    .input(ofStore({ auditId: id }))
    .output(z.array(auditedCall)),
  saveFindings: route(
    'PUT',
    '/stores/{storeId}/insurance-audits/{auditId}/calls/{attemptId}',
    'task.supervise',
    'Record what was found in one call',
  )
    .input(ofStore({ auditId: id, attemptId: id, findings, remark: text(500), version }))
    .output(auditedCall),
  export: route(
    'GET',
    '/stores/{storeId}/insurance-audits/{auditId}/export',
    'task.supervise',
    'The audit as .xlsx; logged',
  )
    .input(ofStore({ auditId: id }))
    .output(file),
  pipeline: route(
    'GET',
    '/stores/{storeId}/insurance/pipeline',
    'task.work',
    'Vehicles whose insurance expires in the coming months, with where the renewal stands (INS-01)',
  )
    .input(
      ofStore({
        ...pageInput,
        ...pipelineFilter,
      }),
    )
    .output(
      pageOf(
        z.object({
          vehicleId: id,
          customerId: id,
          customerName: z.string(),
          plate: z.string().nullable(),
          model: z.string().nullable(),
          expiresOn: z.string(),
          compulsoryOn: z.string().nullable(),
          commercialOn: z.string().nullable(),
          insurer: z.string().nullable(),
          taskId: id.nullable(),
          state: z.enum(['waiting', 'working', 'renewed', 'lost', 'unplanned']),
          outcome: z.string().nullable(),
          attempts: z.number(),
          nextAt: z.string().nullable(),
          assigneeName: z.string().nullable(),
        }),
      ).extend({
        counts: z.object({
          waiting: z.number(),
          working: z.number(),
          renewed: z.number(),
          lost: z.number(),
          unplanned: z.number(),
        }),
      }),
    ),
  exportPipeline: route(
    'GET',
    '/stores/{storeId}/insurance/pipeline/export',
    'task.supervise',
    'The renewals of the coming months as .xlsx; logged',
  )
    .input(ofStore(pipelineFilter))
    .output(file),
}
