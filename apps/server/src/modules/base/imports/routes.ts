import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { rejectsFile } from './rejects.ts'
import {
  beginWork,
  cancelImport,
  getImport,
  listImports,
  mapColumns,
  startCheck,
  startRun,
  uploadFile,
} from './service.ts'

const { imports } = os

export const importsRoutes = {
  upload: imports.upload.handler(({ input, context: { platform, store, principal } }) =>
    uploadFile(platform, store, principal.actor, input.kind, input.file),
  ),
  list: imports.list.handler(({ input, context }) =>
    inStore(context, (scope) => listImports(scope, input.limit, input.cursor)),
  ),
  get: imports.get.handler(({ input, context }) => inStore(context, (scope) => getImport(scope, input.importId))),
  map: imports.map.handler(({ input, context }) =>
    inStore(context, (scope) => mapColumns(scope, input.importId, input.mapping)),
  ),
  check: imports.check.handler(async ({ input, context }) => {
    const job = await inStore(context, (scope) => startCheck(scope, input.importId))
    beginWork(context.platform, context.store, input.importId)
    return job
  }),
  run: imports.run.handler(async ({ input, context }) => {
    const job = await inStore(context, (scope) => startRun(scope, input.importId))
    beginWork(context.platform, context.store, input.importId)
    return job
  }),
  cancel: imports.cancel.handler(async ({ input, context }) => {
    await inStore(context, (scope) => cancelImport(context.platform, scope, input.importId))
    return { ok: true as const }
  }),
  rejects: imports.rejects.handler(({ input, context }) =>
    inStore(context, (scope) => rejectsFile(scope, input.importId, input.format)),
  ),
}
