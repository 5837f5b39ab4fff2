import { inStoreAgain } from '../../../platform/http/again.ts'
import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { exportSharing } from './export.ts'
import { monthOf, reassign, setSharer, shareMonth, sharingMonth } from './sharing.ts'

const { sharing } = os

export const sharingRoutes = {
  month: sharing.month.handler(({ input, context }) =>
    inStore(context, (scope) => sharingMonth(scope, monthOf(input.month))),
  ),
  run: sharing.run.handler(({ input, context }) =>
    inStoreAgain(context, (scope) => shareMonth(scope, monthOf(input.month))),
  ),
  reassign: sharing.reassign.handler(({ input, context }) =>
    inStoreAgain(context, (scope) => reassign(scope, monthOf(input.month), input.advisorId, input.vehicles)),
  ),
  setSharer: sharing.setSharer.handler(async ({ input, context }) => {
    await inStore(context, (scope) => setSharer(scope, input.userId, input))
    return { ok: true as const }
  }),
  export: sharing.export.handler(({ input, context }) => {
    const language = context.headers.get('accept-language')?.startsWith('en') ? 'en' : 'zh'
    return inStore(context, (scope) => exportSharing(scope, monthOf(input.month), language))
  }),
}
