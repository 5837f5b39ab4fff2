import { inStore } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import { listAudit } from './service.ts'

export const auditRoutes = {
  list: os.audit.list.handler(({ input, context }) => inStore(context, (scope) => listAudit(scope, input))),
}
