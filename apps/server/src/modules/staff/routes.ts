import { os } from '../../platform/http/implement.ts'
import { createStaff, listStaff, resetPassword, updateStaff } from './service.ts'

export const staffRoutes = {
  list: os.staff.list.handler(({ context }) => listStaff(context.platform, context.store.id)),
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

function deedOf(context: { store: { id: string }; principal: { actor: { id: string | null; name: string } } }) {
  return { storeId: context.store.id, actor: context.principal.actor }
}
