import { inStoreAgain } from '../../../platform/http/again.ts'
import { inStore, type StoreRequest } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { languageOf } from '../../../platform/http/language.ts'
import { listStaff } from '../../staff/service.ts'
import { exportSharing } from './export.ts'
import { monthOf, reassign, setSharer, shareMonth, sharingMonth } from './sharing.ts'

const { sharing } = os
const staffOf = ({ platform, store }: StoreRequest) => listStaff(platform, store.id)

export const sharingRoutes = {
  month: sharing.month.handler(async ({ input, context }) => {
    const staff = await staffOf(context)
    return inStore(context, (scope) => sharingMonth(scope, staff, monthOf(input.month)))
  }),
  run: sharing.run.handler(async ({ input, context }) => {
    const staff = await staffOf(context)
    return inStoreAgain(context, (scope) => shareMonth(scope, staff, monthOf(input.month)))
  }),
  reassign: sharing.reassign.handler(async ({ input, context }) => {
    const staff = await staffOf(context)
    return inStoreAgain(context, (scope) =>
      reassign(scope, staff, monthOf(input.month), input.advisorId, input.vehicles),
    )
  }),
  setSharer: sharing.setSharer.handler(async ({ input, context }) => {
    const staff = await staffOf(context)
    await inStore(context, (scope) => setSharer(scope, staff, input.userId, input))
    return { ok: true as const }
  }),
  export: sharing.export.handler(async ({ input, context }) => {
    const staff = await staffOf(context)
    const language = languageOf(context.headers)
    return inStore(context, (scope) => exportSharing(scope, staff, monthOf(input.month), language))
  }),
}
