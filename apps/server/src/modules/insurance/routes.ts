import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { auditCalls, auditsOf, drawAudit, exportAudit, saveFindings } from './audit.ts'
import { exportPipeline } from './export.ts'
import { pipeline } from './pipeline.ts'

const { insurance } = os

export const insuranceRoutes = {
  audits: insurance.audits.handler(({ context }) => inStore(context, auditsOf)),
  draw: insurance.draw.handler(({ input, context }) => inStore(context, (scope) => drawAudit(scope, input.month))),
  calls: insurance.calls.handler(({ input, context }) => inStore(context, (scope) => auditCalls(scope, input.auditId))),
  saveFindings: insurance.saveFindings.handler(({ input, context }) =>
    inStore(context, (scope) => saveFindings(scope, input)),
  ),
  export: insurance.export.handler(({ input, context }) =>
    inStore(context, (scope) => exportAudit(scope, input.auditId)),
  ),
  pipeline: insurance.pipeline.handler(({ input, context }) => inStore(context, (scope) => pipeline(scope, input))),
  exportPipeline: insurance.exportPipeline.handler(({ input, context }) =>
    inStore(context, (scope) => exportPipeline(scope, input)),
  ),
}
