import type { StoreRequest } from '../../platform/http/context.ts'
import { os } from '../../platform/http/implement.ts'
import type { StaffDeed } from './deed.ts'
import { createStaff, resetPassword, staffSeenBy, updateStaff } from './service.ts'

export const staffRoutes = {
  list: os.staff.list.handler(({ context }) => staffSeenBy(context.platform, deedOf(context))),
  create: os.staff.create.handler(({ input, context }) => createStaff(context.platform, deedOf(context), input)),
  update: os.staff.update.handler(({ input, context }) => {
    const { userId, name, roles, disabled } = input
    return updateStaff(context.platform, deedOf(context), userId, { name, roles, disabled })
  }),
  resetPassword: os.staff.resetPassword.handler(async ({ input, context }) => {
    await resetPassword(context.platform, deedOf(context), input.userId, input.password)
    return { ok: true as const }
  }),
}

function deedOf({ store, principal }: StoreRequest): StaffDeed {
  return { storeId: store.id, actor: principal.actor, permissions: store.permissions }
}
