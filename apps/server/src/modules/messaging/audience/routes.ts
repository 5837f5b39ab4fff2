import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { previewAudience } from './preview.ts'
import { listNotices, noticeById, stopNotice, writeNotice } from './send.ts'
import { startSoon } from './work.ts'

export const audiencesRoutes = {
  preview: os.audiences.preview.handler(({ input: { storeId: _, key, channel, validDays, ...filters }, context }) =>
    inStore(context, (scope) => previewAudience(scope, filters, { key, channel, validDays })),
  ),
  send: os.audiences.send.handler(async ({ input, context }) => {
    const notice = await inStore(context, (scope) => writeNotice(scope, input))
    if (notice.state === 'running') startSoon(context.platform, context.store, notice.id)
    return notice
  }),
  list: os.audiences.list.handler(({ input, context }) => inStore(context, (scope) => listNotices(scope, input))),
  get: os.audiences.get.handler(({ input, context }) =>
    inStore(context, (scope) => noticeById(scope, input.audienceId)),
  ),
  stop: os.audiences.stop.handler(({ input, context }) =>
    inStore(context, (scope) => stopNotice(scope, input.audienceId)),
  ),
}
